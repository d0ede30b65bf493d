/** Generations that are being filled, and repair at work: what a snapshot says of them, out of Redis alone. */
import { behindKey, STATE, shardTag, stateKey, topologyKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisRebuildStore } from '../../pipeline/store/redis-rebuild-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, SITE, type WrittenShard, writeShards } from './read-fixture';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

function storeOf(topic: string): RedisSnapshotStore {
  return new RedisSnapshotStore(redis, { topic, sites: [SITE] });
}

test('a past that is being counted is told with how far it is, until it is shown', async () => {
  const topic = ownTopic();
  const shards = (await writeShards(redis, topic, 2)) as [WrittenShard, WrittenShard];
  await shards[1].state({ start: 70, startedAt: NOW_MS - 5_000 });
  const rebuilds = new RedisRebuildStore(redis);
  const shown = { topic, generation: 1, partition: 1 };
  const old = { topic, generation: 2, partition: 1 };
  await rebuilds.noteBuilding(topic, 1, old.generation);
  await redis.hset(stateKey(shardTag(old)), {
    schema: 1,
    start: 0,
    next: 12,
    logTime: NOW_MS,
    startedAt: 1_000,
  });
  const store = storeOf(topic);

  const snapshot = await store.readSnapshot(SITE, '5m', NOW_MS);
  const health = await store.readHealth(NOW_MS);

  expect(snapshot.rebuilding).toEqual([
    { partition: 1, cause: 'past', counted: 12, total: 100, percent: 12, isAtWork: false },
  ]);
  expect(snapshot.countingSince).toBe(new Date(NOW_MS - 5_000).toISOString());
  expect(snapshot.partlySince).toBe(new Date(NOW_MS - 60_000).toISOString());
  expect(health.rebuilding).toEqual(snapshot.rebuilding);

  await rebuilds.takeLease(topic, 'somebody', 60_000);
  await redis.hset(stateKey(shardTag(old)), STATE.next, 100);
  expect((await store.readSnapshot(SITE, '5m', NOW_MS + 6_000)).rebuilding).toMatchObject([
    { percent: 99, isAtWork: true },
  ]);
  await rebuilds.close(shown, old.generation);
  await rebuilds.switchTo(topic, [{ partition: 1, from: 1, generation: old.generation }]);

  const switched = await store.readSnapshot(SITE, '5m', NOW_MS + 6_001);
  expect(switched).toMatchObject({ rebuilding: [], partlySince: null });
  expect(switched.countingSince).toBe(new Date(1_000).toISOString());
});

test('where the log is another one, it goes up to the offset that was noted', async () => {
  const topic = ownTopic();
  const [shard] = (await writeShards(redis, topic, 1)) as [WrittenShard];
  await redis.hset(stateKey(shard.tag), STATE.wrongLog, 'it ends before');
  const rebuilds = new RedisRebuildStore(redis);
  await rebuilds.noteBuilding(topic, 0, 2);
  await rebuilds.noteTarget(topic, 0, 50);

  const { rebuilding, stopped } = await storeOf(topic).readSnapshot(SITE, '5m', NOW_MS);

  expect(stopped).toEqual([{ partition: 0, state: 'wrong_log', next: 100 }]);
  expect(rebuilding).toEqual([
    { partition: 0, cause: 'wrong_log', counted: 0, total: 50, percent: 0, isAtWork: false },
  ]);
  await rebuilds.switchTo(topic, [{ partition: 0, from: 1, generation: 2 }]);
  expect(await redis.hkeys(topologyKey(topic))).not.toContain('target:0');
});

test('repair at work is told with how far it is', async () => {
  const topic = ownTopic();
  const store = storeOf(topic);
  const shards = (await writeShards(redis, topic, 2)) as [WrittenShard, WrittenShard];
  await shards[1].behind(140);
  await redis.hset(behindKey(shards[1].tag), { repairUntil: NOW_MS + 1, repairFrom: 60, repairTo: 140 });

  expect((await store.readSnapshot(SITE, '5m', NOW_MS)).stopped).toEqual([
    {
      partition: 1,
      state: 'behind',
      next: 100,
      waitingFrom: 140,
      repair: { counted: 40, total: 80, percent: 50 },
    },
  ]);
});
