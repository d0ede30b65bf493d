/** A shard that is closed sends writers and readers to the generation that its partition was moved to. */
import { consumeEvent } from '../../lambdas/consumer/consume-event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { STATE, shardTag, stateKey, TOPOLOGY, topologyKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { DEMO_SITE, NOON_MS, TEST_NONCE } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { commitAll, views } from '../support/build-roll-up';
import { printShard } from '../support/print-shard';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
let store: RedisCommitStore;
let topic: string;

beforeAll(() => {
  redis = connectTestRedis();
  store = new RedisCommitStore(redis);
});
beforeEach(() => {
  topic = ownTopic();
});
afterAll(() => redis.quit());

const shardOf = (generation: number, partition = 0) => ({ topic, generation, partition });
const stateOf = (generation: number) => redis.hgetall(stateKey(shardTag(shardOf(generation))));

function move(from: number, to: number): Promise<unknown> {
  return redis.hset(stateKey(shardTag(shardOf(from))), STATE.moved, to);
}

function newConsumer() {
  const rules = { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE };
  return { store, shards: new ShardDirectory(store), rules, log: () => undefined };
}

test('a moved shard answers where to, whatever is committed, and changes nothing', async () => {
  await commitAll(store, shardOf(1), views(0, 5));
  await move(1, 3);
  const before = await printShard(redis, shardOf(1));

  const moved = { kind: 'moved', next: 5, generation: 3 };
  for (const run of [views(5, 2), views(0, 5), views(3, 5), views(9, 1)]) {
    const { outcome, found } = await lookUpThenCommit(run);
    expect(outcome).toEqual(moved);
    expect(found.movedTo).toBe(3);
  }
  expect(await store.passOver(shardOf(1), 5, 9, 'lost')).toEqual(moved);
  await store.initialise(shardOf(1), 40, NOON_MS);

  expect(await printShard(redis, shardOf(1))).toBe(before);
});

async function lookUpThenCommit(run: ReturnType<typeof views>) {
  const found = await store.lookUp(shardOf(1), NOON_MS, []);
  return { found, outcome: await commitAll(store, shardOf(1), run) };
}

test('also a torn shard says that it was moved: nobody needs to wait for it', async () => {
  await commitAll(store, shardOf(1), views(0, 5));
  await redis.hset(stateKey(shardTag(shardOf(1))), STATE.torn, 1);
  await move(1, 2);
  expect(await commitAll(store, shardOf(1), views(5, 1))).toMatchObject({ kind: 'moved', generation: 2 });
});

test('what fills the past of a shard that will be opened again gets in', async () => {
  await commitAll(store, shardOf(1), views(0, 5));
  await move(1, 2);
  const filler = new RedisCommitStore(redis, { intoMoved: true });
  expect(await commitAll(filler, shardOf(1), views(5, 3))).toEqual({ kind: 'applied', next: 8 });
  expect(await filler.passOver(shardOf(1), 8, 9, 'empty')).toEqual({ kind: 'applied', next: 9 });
  expect(await stateOf(1)).toMatchObject({ next: '9', moved: '2', counted: '8' });
});

test('a consumer that remembers the old generation counts in the new one within the same invocation', async () => {
  const consumer = newConsumer();
  await consumeEvent(consumer, mskEvent(topic, { 0: views(0, 5) }));
  await commitAll(store, shardOf(2), views(0, 5));
  await move(1, 2);

  await consumeEvent(consumer, mskEvent(topic, { 0: views(3, 7) }));

  expect(await stateOf(1)).toMatchObject({ next: '5', counted: '5' });
  expect(await stateOf(2)).toMatchObject({ next: '10', counted: '10' });
});

test('where the new generation has not come so far, the batch waits there', async () => {
  const consumer = newConsumer();
  await consumeEvent(consumer, mskEvent(topic, { 0: views(0, 5) }));
  await commitAll(store, shardOf(2), views(0, 3));
  await move(1, 2);

  await expect(consumeEvent(consumer, mskEvent(topic, { 0: views(5, 2) }))).rejects.toThrow(
    /behind at offset 3/,
  );

  expect(await redis.hget(`${shardTag(shardOf(2))}:behind`, 'first')).toBe('5');
  expect(await redis.exists(`${shardTag(shardOf(1))}:behind`)).toBe(0);
});

test('two shards that point at each other are an error, not an endless loop', async () => {
  await commitAll(store, shardOf(1), views(0, 5));
  await commitAll(store, shardOf(2), views(0, 5));
  await move(1, 2);
  await move(2, 1);
  await expect(consumeEvent(newConsumer(), mskEvent(topic, { 0: views(5, 1) }))).rejects.toThrow(
    /moved more than 8 times/,
  );
});

test('a partition has a generation of its own; the others have that of the topic', async () => {
  await redis.hset(topologyKey(topic), TOPOLOGY.generation, 2, TOPOLOGY.generationOf(1), 5);
  expect(await Promise.all([0, 1, 2].map((partition) => store.generation(topic, partition)))).toEqual([
    2, 5, 2,
  ]);
  await redis.hset(topologyKey(topic), TOPOLOGY.generationOf(1), 'five');
  await expect(store.generation(topic, 1)).rejects.toThrow(/generation is "five"/);
});

test('a page follows a switch at its next question, in one step for all partitions, and never shows less', async () => {
  for (const partition of [0, 1]) await store.announcePartition(topic, partition);
  for (const partition of [0, 1]) await commitAll(store, shardOf(1, partition), views(0, 5));
  for (const partition of [0, 1]) await commitAll(store, shardOf(2, partition), views(0, 7));
  const reader = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const nowMs = NOON_MS + 10_000;
  const seen = async () => (await reader.readSnapshot('demo', '24h', nowMs)).totals.views;
  expect(await seen()).toBe(10);

  // Closed, but the switch is still to come.
  await move(1, 2);
  await redis.hset(stateKey(shardTag(shardOf(1, 1))), STATE.moved, 2);
  expect(await seen()).toBe(10);

  await redis.hset(topologyKey(topic), TOPOLOGY.generationOf(0), 2, TOPOLOGY.generationOf(1), 2);
  expect(await seen()).toBe(14);
  expect((await reader.readHealth(nowMs)).status).toBe('ok');
});
