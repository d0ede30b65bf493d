/** The lists of a snapshot: the largest values of each dimension, and the pages of all time. */
import { MINUTE_MS } from '../../pipeline/core/limits';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, numbered, SITE, type WrittenShard, writeShards } from './read-fixture';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

const MINUTE = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;

function storeOf(topic: string): RedisSnapshotStore {
  return new RedisSnapshotStore(redis, { topic, sites: [SITE] });
}

async function threeShards(): Promise<{
  store: RedisSnapshotStore;
  shards: [WrittenShard, WrittenShard, WrittenShard];
}> {
  const topic = ownTopic();
  const [a, b, c] = await writeShards(redis, topic, 3);
  return { store: storeOf(topic), shards: [a, b, c] as [WrittenShard, WrittenShard, WrittenShard] };
}

test('the ten largest of each dimension, then what is not shown and what gave way', async () => {
  const { store, shards } = await threeShards();
  const pages = Object.fromEntries(numbered(0, 12).map((n) => [`/p${n.padStart(2, '0')}`, 1]));
  await shards[0].bucket('minute', MINUTE, { views: 20, dimensions: { pages: { ...pages, '*': 8 } } });
  await shards[1].bucket('minute', MINUTE - MINUTE_MS, {
    views: 5,
    events: 2,
    dimensions: { pages: { '/p11': 3, '/=*#': 2 }, events: { Signup: 2 }, countries: { DE: 1 } },
  });

  const { top } = await store.readSnapshot(SITE, '30m', NOW_MS);

  expect(top.pages).toEqual([
    { value: '/p11', count: 4 },
    { value: '/=*#', count: 2 },
    ...numbered(0, 8).map((n) => ({ value: `/p${n.padStart(2, '0')}`, count: 1 })),
    { value: '(other)', count: 8 + 3, other: true },
  ]);
  expect(top.events).toEqual([{ value: 'Signup', count: 2 }]);
  expect(top.countries).toEqual([{ value: 'DE', count: 1 }]);
  expect(top.referrers).toEqual([]);
});

test('names that objects have by nature are values like others', async () => {
  const { store, shards } = await threeShards();
  const written = { ['__proto__']: 3, constructor: 2, toString: 1 };
  await shards[0].bucket('minute', MINUTE, { views: 6, dimensions: { referrers: written } });

  const { top } = await store.readSnapshot(SITE, '5m', NOW_MS);

  expect(top.referrers).toEqual([
    { value: '__proto__', count: 3 },
    { value: 'constructor', count: 2 },
    { value: 'toString', count: 1 },
  ]);
});

test('all-time pages are the hundred most viewed, and their sum is all views', async () => {
  const { store, shards } = await threeShards();
  const pages = Object.fromEntries(numbered(100, 120).map((n) => [`/p${n}`, 2]));
  await shards[0].allTime({ views: 250, visitors: ['1', '2'], dimensions: { pages: { ...pages, '*': 10 } } });
  await shards[2].allTime({
    views: 5,
    events: 4,
    bots: 3,
    visitors: ['3'],
    dimensions: { pages: { '/p219': 5 } },
  });

  const { totals } = await store.readSnapshot(SITE, '30m', NOW_MS);

  expect(totals).toMatchObject({ views: 255, events: 4, bots: 3, visitors: { count: 3, exact: true } });
  expect(totals.pages).toHaveLength(101);
  expect(totals.pages[0]).toEqual({ value: '/p219', count: 7 });
  expect(totals.pages.at(-1)).toEqual({ value: '(other)', count: 20 * 2 + 10, other: true });
  expect(totals.pages.reduce((sum, { count }) => sum + count, 0)).toBe(255);
});
