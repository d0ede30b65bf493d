/** Connections to the nodes one by one: a cluster client would go only to those that the cluster knows already. */
import { lookup } from 'node:dns/promises';
import { Redis } from 'ioredis';
import { ConfigurationError, type Environment, readRequired, SETTING } from '../../pipeline/settings';
import { parseRedisUrl } from '../../pipeline/store/redis-client';
import { parseNodeTable } from './node-table';
import type { NodeView, Step } from './plan';

const allowed = 'redis+cluster://host[:port],... with an even number of nodes, six at least';
const nodesMin = 6;
const answerWithinMs = 1_000;
const reconnectAfterMs = 500;

interface ClusterNode {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly redis: Redis;
}

export class ClusterNodes {
  private constructor(private readonly nodes: readonly ClusterNode[]) {}

  /** The first half of REDIS_URL's nodes begin as primaries. Connects in the background. Throws ConfigurationError. */
  static connect(env: Environment): ClusterNodes {
    const url = readRequired(env, SETTING.REDIS_URL, allowed);
    const { isCluster, nodes } = parseRedisUrl(url);
    if (!isCluster || nodes.length < nodesMin || nodes.length % 2 !== 0) {
      throw new ConfigurationError(SETTING.REDIS_URL, url, allowed);
    }
    return new ClusterNodes(nodes.map(({ host, port }) => connectNode(host, port, nodes)));
  }

  get count(): number {
    return this.nodes.length;
  }

  /** Those that answer, in their configured order. */
  async views(): Promise<readonly NodeView[]> {
    const views = await Promise.all(this.nodes.map((node) => viewOf(node).catch(() => undefined)));
    return views.filter((view) => view !== undefined);
  }

  /** Rejects where the node does not do it. */
  async do({ node: name, command: [command, ...args] }: Step): Promise<void> {
    await this.nodes.find((node) => node.name === name)?.redis.call(command, ...args);
  }

  close(): void {
    for (const { redis } of this.nodes) redis.disconnect();
  }
}

function connectNode(host: string, port: number, all: readonly { readonly host: string }[]): ClusterNode {
  const redis = new Redis({
    host,
    port,
    // What a node that is away was to be told is worked out anew when it is back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    connectTimeout: answerWithinMs,
    retryStrategy: () => reconnectAfterMs,
  });
  // Without a listener an 'error' would end the process; who does not answer is said by the look at all.
  redis.on('error', () => {});
  const isNamedByHost = all.filter((node) => node.host === host).length === 1;
  return { name: isNamedByHost ? host : `${host}:${port}`, host, port, redis };
}

async function viewOf({ name, host, port, redis }: ClusterNode): Promise<NodeView> {
  const [id, table, info, { address }] = await Promise.all([
    redis.call('CLUSTER', 'MYID'),
    redis.call('CLUSTER', 'NODES'),
    redis.call('CLUSTER', 'INFO'),
    lookup(host),
  ]);
  return {
    name,
    ip: address,
    port,
    id: String(id),
    isServing: String(info).includes('cluster_state:ok'),
    table: parseNodeTable(String(table)),
  };
}
