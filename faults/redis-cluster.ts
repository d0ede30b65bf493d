/** A Redis Cluster of a row's own: three primaries, each with a replica, as processes of this machine. Nothing is kept on disk. */
import { Redis } from 'ioredis';
import { findFreePort } from '../local/services/ports';
import { IN_MEMORY, RedisServer } from './redis-server';
import { type ScenarioContext, ScenarioError, until } from './scenario';

const primaries = 3;
const slots = 16_384;
/** A primary that is silent for so long is given up. */
const nodeTimeoutMs = 1_500;
const readyWithinMs = 30_000;

async function call<T>(server: RedisServer, ...command: readonly (string | number)[]): Promise<T> {
  const redis = new Redis({ host: '127.0.0.1', port: server.port });
  try {
    const [name = '', ...args] = command.map(String);
    return (await redis.call(name, ...args)) as T;
  } finally {
    redis.disconnect();
  }
}

export class RedisCluster {
  private constructor(private readonly nodes: readonly RedisServer[]) {}

  /** Ended with the row. Resolves when every slot has a primary and every primary a replica. */
  static async start(context: ScenarioContext): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    for (let i = 1; i <= 2 * primaries; i += 1) {
      const settings = {
        ...IN_MEMORY,
        'cluster-enabled': 'yes',
        'cluster-node-timeout': String(nodeTimeoutMs),
        'cluster-port': String(await findFreePort()),
      };
      nodes.push(await RedisServer.start(context, settings, `redis-node-${i}`));
    }
    const cluster = new RedisCluster(nodes);
    await cluster.join(nodes);
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The primary that has the key now. */
  async primaryOf(key: string): Promise<RedisServer> {
    const slot = await call<number>(
      this.nodes.find((node) => node.isAlive) as RedisServer,
      'CLUSTER',
      'KEYSLOT',
      key,
    );
    for (const node of this.nodes) {
      if (!node.isAlive) continue;
      const rows = await call<[number, number, [string, number]][]>(node, 'CLUSTER', 'SLOTS');
      const port = rows.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
      const found = this.nodes.find((candidate) => candidate.port === port);
      if (found !== undefined) return found;
    }
    throw new ScenarioError(`no primary has slot ${slot}`);
  }

  private async join(nodes: readonly RedisServer[]): Promise<void> {
    const [first, ...others] = nodes as [RedisServer, ...RedisServer[]];
    for (let i = 0; i < primaries; i += 1) {
      const from = Math.floor((slots * i) / primaries);
      const to = Math.floor((slots * (i + 1)) / primaries) - 1;
      const node = nodes[i] as RedisServer;
      await call(node, 'CLUSTER', 'ADDSLOTSRANGE', from, to);
      await call(node, 'CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }
    for (const { port, busPort } of others) await call(first, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    const everybody = async (wanted: string): Promise<boolean> => {
      const infos = await Promise.all(nodes.map((node) => call<string>(node, 'CLUSTER', 'INFO')));
      return infos.every((info) => info.includes(wanted));
    };
    await until('all nodes know each other', readyWithinMs, () =>
      everybody(`cluster_known_nodes:${nodes.length}`),
    );
    for (const [i, replica] of nodes.slice(primaries).entries()) {
      const id = await call<string>(nodes[i] as RedisServer, 'CLUSTER', 'MYID');
      await until('the replica knows its primary', readyWithinMs, () =>
        call(replica, 'CLUSTER', 'REPLICATE', id).then(
          () => true,
          () => false,
        ),
      );
    }
    await until('the cluster is ready', readyWithinMs, () => everybody('cluster_state:ok'));
    await this.untilInStep();
  }

  /** Every node that follows another is in step with it. */
  async untilInStep(): Promise<void> {
    await until('replicas are in step', readyWithinMs, async () => {
      const infos = await Promise.all(this.nodes.map((node) => call<string>(node, 'INFO', 'replication')));
      const followers = infos.filter((info) => info.includes('role:slave'));
      return (
        followers.length === primaries && followers.every((info) => info.includes('master_link_status:up'))
      );
    });
  }
}
