/** Connections to Redis or Valkey, standalone or Cluster, by one URL. */
import { type Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { ConfigurationError, SETTING } from '../settings';
import { BoundedCluster } from './bounded-cluster';

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
  /** A command that gets no answer within this fails, and its batch is retried. Default 10 s: longer than any of ours takes. */
  readonly commandTimeoutMs?: number;
}

const commandTimeoutDefaultMs = 10_000;
const connectTimeoutMs = 5_000;
/**
 * While Redis is away, commands that wait for it fail after this many attempts to reconnect (about 3.5 s, then every 7 s): the
 * caller retries, and nothing piles up here, however long it takes.
 */
const attemptsPerCommandMax = 6;
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

/** A URL as it may be shown. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/.*@/, '//***@');
}

/** Throws ConfigurationError, which never repeats a password. */
export function parseRedisUrl(url: string): Address {
  const wrong = () => new ConfigurationError(SETTING.REDIS_URL, withoutCredentials(url), allowed);
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
  let isLost = false;
  let reason = 'connection closed';
  // Without a listener an 'error' would end the process.
  client.on('error', (error: Error) => {
    reason = error.message;
  });
  // Not 'close', which is also said of a connection that we end.
  client.on('reconnecting', () => {
    if (!isLost) log?.('warn', 'Redis is away; trying again until it is back', { reason });
    isLost = true;
  });
  client.on('ready', () => {
    if (isLost) log?.('info', 'Redis is back');
    isLost = false;
    reason = 'connection closed';
  });
}

/**
 * Connects in the background, and again for ever when the connection is lost. Commands wait for it, but fail within
 * `commandTimeoutMs`. MOVED, ASK, TRYAGAIN and CLUSTERDOWN are retried (ioredis: 16 times). Throws ConfigurationError.
 */
export function connectRedis(url: string, options: RedisConnectOptions = {}): RedisClient {
  const { isCluster, isTls, nodes, ...inUrl } = parseRedisUrl(url);
  const { username, password } = options.credentials ?? inUrl;
  const redisOptions: RedisOptions = {
    commandTimeout: options.commandTimeoutMs ?? commandTimeoutDefaultMs,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: attemptsPerCommandMax,
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
    ? new BoundedCluster([...nodes], clusterOptions)
    : new Redis({ ...redisOptions, host: first.host, port: first.port });
  sayWhenLost(client, options.log);
  return client;
}
