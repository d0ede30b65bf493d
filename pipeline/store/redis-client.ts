/** Connections to Redis or Valkey, standalone or Cluster, by one URL. */
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { ConfigurationError, SETTING } from '../settings';

export type RedisClient = Redis | Cluster;
/** The same, by the name that handlers use. */
export type RedisConnection = RedisClient;

export interface RedisConnectOptions {
  /** Instead of what the URL holds: on AWS from a secret. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** Told when the connection is lost and when it is back; once each time, never per attempt. */
  readonly log?:
    | ((level: 'info' | 'warn', message: string, fields?: Readonly<Record<string, string>>) => void)
    | undefined;
}

/** A command that gets no answer within this fails, and its batch is retried: longer than any command of ours takes. */
const commandTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
/** Reconnects after 50 ms, then less often, for ever. */
const reconnectDelayMs = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), 1_000);

const allowed =
  'redis:// | rediss:// | redis+cluster:// | rediss+cluster://, then [user:password@]host:port[,host:port]';

interface Address {
  readonly isCluster: boolean;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
}

/** Throws ConfigurationError, which never repeats a password. */
export function parseRedisUrl(url: string): Address {
  const wrong = () => new ConfigurationError(SETTING.REDIS_URL, url.replace(/\/\/.*@/, '//***@'), allowed);
  const match = /^redis(s?)(\+cluster)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/]+)\/?$/.exec(url);
  if (match === null) throw wrong();
  const [, tls, cluster, username, password, hosts = ''] = match;
  const nodes = hosts.split(',').map((host) => {
    const parts = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host);
    const port = Number(parts?.[2] ?? 6379);
    if (parts?.[1] === undefined || port < 1 || port > 65_535) throw wrong();
    return { host: parts[1].replace(/[[\]]/g, ''), port };
  });
  if (nodes.length > 1 && cluster === undefined) throw wrong();
  return {
    isCluster: cluster !== undefined,
    isTls: tls === 's',
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    nodes,
  };
}

function sayWhenLost(client: RedisClient, log: RedisConnectOptions['log']): void {
  let lost = false;
  // Without a listener an 'error' would end the process; what matters of it is said by the first lost connection.
  client.on('error', (error: Error) => {
    if (!lost) log?.('warn', 'Redis is away; trying again until it is back', { reason: error.message });
    lost = true;
  });
  client.on('ready', () => {
    if (lost) log?.('info', 'Redis is back');
    lost = false;
  });
}

/**
 * Connects in the background; commands wait for the connection and fail after 10 s without an answer. Throws
 * ConfigurationError.
 */
export function connectRedis(url: string, options: RedisConnectOptions = {}): RedisClient {
  const { isCluster, isTls, nodes, ...inUrl } = parseRedisUrl(url);
  const { username, password } = options.credentials ?? inUrl;
  const redisOptions: RedisOptions = {
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: null,
    retryStrategy: reconnectDelayMs,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(isTls ? { tls: {} } : {}),
  };
  const first = nodes[0] as (typeof nodes)[number];
  const clusterOptions: ClusterOptions = {
    redisOptions,
    clusterRetryStrategy: reconnectDelayMs,
    slotsRefreshTimeout: connectTimeoutMs,
    // ElastiCache answers with host names whose certificates they match: they must not become addresses.
    dnsLookup: (address, callback) => callback(null, address),
  };
  const client = isCluster
    ? new Cluster([...nodes], clusterOptions)
    : new Redis({ ...redisOptions, host: first.host, port: first.port });
  sayWhenLost(client, options.log);
  return client;
}
