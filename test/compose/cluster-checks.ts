/** What is checked on the profile `cluster`, in this order: that it counts on while a node is gone, and exactly. */
import { deepStrictEqual, match } from 'node:assert/strict';
import { DEFAULT_TOPIC } from '../../pipeline/settings';
import { type Check, keepCounts, riseAs, wipeCounts } from './checks';
import type { Stack } from './stack';

const BROKERS = ['kafka-1', 'kafka-2', 'kafka-3'] as const;
const REDIS_NODES = ['redis-1', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'] as const;
/** A fail-over takes less. */
const settleMs = 10_000;
const CONTAINERS = [
  ...['cluster-dashboard', 'cluster-processor', 'cluster-processor', 'cluster-producer'],
  ...BROKERS,
  ...REDIS_NODES,
  'redis-cluster',
].sort();

export const CLUSTER_CHECKS: readonly Check[] = [
  { name: 'every container becomes healthy', run: becomeHealthy },
  { name: 'numbers rise, and the audit finds no difference', run: recover },
  { name: 'the topic has three copies, two of which must be written', run: lookAtTopic },
  ...[...BROKERS, ...REDIS_NODES].map((service) => ({
    name: `${service} is killed: counting goes on without it, and it comes back`,
    run: (stack: Stack) => loseNode(stack, [service]),
  })),
  {
    name: 'a broker and a Redis node are killed at once',
    run: (stack) => loseNode(stack, ['kafka-2', 'redis-2']),
  },
  { name: 'one of the two processors is killed: the other takes over', run: loseProcessor },
  { name: 'the keeper of the Redis Cluster is killed: counting does not need it', run: loseKeeper },
  { name: 'down, then up: the counts are still there', run: keepCounts },
  { name: 'down -v, then up: the counts begin anew', run: wipeCounts },
];

/** Beyond what was on its way when a node went: counted by what has taken over. Ten containers on a small machine may lag. */
async function goOn(stack: Stack): Promise<string> {
  await riseAs(stack, 'numbers that rise', () => true);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return riseAs(stack, 'numbers that rise', ({ freshness }) => freshness !== 'stale');
}

/** The whole topic is counted, and recounting it finds the same. */
async function recover(stack: Stack): Promise<string> {
  const found = await goOn(stack);
  return `${found}; ${await stack.audit()}`;
}

async function becomeHealthy(stack: Stack): Promise<string> {
  await stack.up();
  deepStrictEqual(await stack.healthy(), CONTAINERS);
  return `${CONTAINERS.length} containers`;
}

async function lookAtTopic(stack: Stack): Promise<string> {
  const tool = '/opt/kafka/bin/kafka-topics.sh';
  const asked = ['--bootstrap-server', 'kafka-1:9092', '--describe', '--topic', DEFAULT_TOPIC];
  const [head = ''] = (await stack.compose(['exec', '-T', 'kafka-1', tool, ...asked])).split('\n');
  match(head, /ReplicationFactor: 3/);
  match(head, /min\.insync\.replicas=2/);
  return head.replaceAll('\t', ' ');
}

/** The engine takes `kill` for a wish of the user's: the node stays away until `up`. */
async function loseNode(stack: Stack, services: readonly string[]): Promise<string> {
  await stack.compose(['kill', '--signal', 'SIGKILL', ...services]);
  const without = await recover(stack);
  await stack.up();
  deepStrictEqual(await stack.healthy(), CONTAINERS);
  return `without it ${without}; with it ${await recover(stack)}`;
}

async function loseProcessor(stack: Stack): Promise<string> {
  await stack.killOne('cluster-processor', 1);
  const without = await goOn(stack);
  await stack.up();
  return `without it ${without}; with it ${await recover(stack)}`;
}

async function loseKeeper(stack: Stack): Promise<string> {
  await stack.compose(['kill', '--signal', 'SIGKILL', 'redis-cluster']);
  const without = await recover(stack);
  await stack.up();
  return `without it ${without}; with it ${await recover(stack)}`;
}
