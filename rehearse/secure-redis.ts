/**
 * The real Redis that stands where ElastiCache stands: TLS alone, no `default` user, and the users that a deployment makes (launcher.py makes
 * them, with the access strings of the template). Serverless is a cluster to its clients, so then it is one, of one node.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ControlledProcess } from '../faults/controlled-process';
import { homeAt } from '../local/home';
import { findFreePort } from '../local/services/ports';
import { prepareRedis, waitForRedis } from '../local/services/redis-process';
import type { RunRecord } from '../local/supervisor/run-file';
import type { Certificate } from './certificate';
import { RehearsalError } from './rehearsal-error';

/** The templates name it, as ElastiCache has no other. */
export const CACHE_PORT = 6_379;
const slotMax = 16_383;

function canBind(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port: CACHE_PORT, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A loopback address whose port is free; macOS has but one, Linux a whole net. Throws RehearsalError. */
export async function findCacheAddress(): Promise<string> {
  for (const host of ['127.0.0.1', '127.0.0.77', '127.0.0.78', '127.0.0.79', '127.0.0.80']) {
    if (await canBind(host)) return host;
  }
  throw new RehearsalError(
    `port ${CACHE_PORT} is taken on 127.0.0.1 and beside it: the templates name this port, so stop what uses it`,
  );
}

export interface SecureRedisOptions {
  /** For its data and its log. */
  readonly folder: string;
  readonly command: string;
  readonly host: string;
  readonly isCluster: boolean;
  readonly certificate: Certificate;
  readonly record: RunRecord;
}

/** Clients ask for the nodes, and must be told the port that has TLS. */
function clusterSettings(host: string, busPort: number): Readonly<Record<string, string>> {
  return {
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-announce-ip': host,
    'tls-cluster': 'yes',
  };
}

export class SecureRedis {
  /** Of the user `rehearsal`, who may do everything. */
  readonly password = randomBytes(24).toString('hex');
  private readonly process: ControlledProcess;

  private constructor(
    private readonly options: SecureRedisOptions,
    private readonly plainPort: number,
    busPort: number,
  ) {
    const { command, folder, host, isCluster, certificate, record } = options;
    const settings = {
      bind: host === '127.0.0.1' ? host : `${host} 127.0.0.1`,
      'tls-port': String(CACHE_PORT),
      'tls-cert-file': certificate.certFile,
      'tls-key-file': certificate.keyFile,
      'tls-ca-cert-file': certificate.certFile,
      'tls-auth-clients': 'no',
      appendonly: 'no',
      ...(isCluster ? clusterSettings(host, busPort) : {}),
    };
    const home = homeAt(join(folder, 'redis'));
    this.process = new ControlledProcess(prepareRedis(home, command, plainPort, settings), record);
  }

  static async start(options: SecureRedisOptions): Promise<SecureRedis> {
    const redis = new SecureRedis(options, await findFreePort(), await findFreePort());
    redis.process.start();
    await waitForRedis(redis.plainPort, () => redis.process.isAlive(), redis.process.spec.outputFile);
    await redis.lock();
    return redis;
  }

  /** From here on nobody gets in without TLS and a user. */
  private async lock(): Promise<void> {
    const plain = new Redis({ host: '127.0.0.1', port: this.plainPort });
    try {
      if (this.options.isCluster) await plain.call('CLUSTER', 'ADDSLOTSRANGE', '0', String(slotMax));
      await plain.call('ACL', 'SETUSER', 'rehearsal', 'on', `>${this.password}`, '~*', '&*', '+@all');
      await plain.call('ACL', 'SETUSER', 'default', 'off');
      await plain.call('AUTH', 'rehearsal', this.password);
      await plain.call('CONFIG', 'SET', 'port', '0');
    } finally {
      plain.disconnect();
    }
  }

  /** A command of the administrator's. */
  async call(name: string, ...args: readonly string[]): Promise<unknown> {
    const { host, certificate } = this.options;
    const redis = new Redis({
      host,
      port: CACHE_PORT,
      username: 'rehearsal',
      password: this.password,
      tls: { ca: readFileSync(certificate.certFile) },
      maxRetriesPerRequest: 1,
    });
    redis.on('error', () => undefined);
    try {
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
