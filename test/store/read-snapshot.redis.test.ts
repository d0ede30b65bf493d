import { EDGE_REASON_NAMES } from '../../pipeline/core/edge-reason';
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { REJECTION_REASONS } from '../../pipeline/core/rejection';
import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import { StoreCorruptError } from '../../pipeline/store/commit-outcome';
import { encodeFeedMember } from '../../pipeline/store/feed-member';
import { stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { UnknownSiteError } from '../../pipeline/store/store-port';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, SITE, type WrittenShard, writeShards } from './read-fixture';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

const MINUTE = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;
const HOUR = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;

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

test('a listed site without data is all zeros, over every window', async () => {
  const topic = ownTopic();

  for (const window of SNAPSHOT_WINDOWS) {
    const snapshot = await storeOf(topic).readSnapshot(SITE, window, NOW_MS);

    expect(snapshot).toMatchObject({
      site: SITE,
      sites: [SITE],
      window,
      freshness: 'empty',
      lag: null,
      lagFrom: null,
      newestEventAt: null,
      countingSince: null,
      inWindow: { views: 0, events: 0, bots: 0, visitors: { count: 0, exact: true } },
      totals: { views: 0, events: 0, bots: 0, visitors: { count: 0, exact: true }, pages: [] },
      feed: [],
      stopped: [],
      viewsPerSecond: 0,
    });
    expect(snapshot.ledger.consumed).toBe(0);
    expect(snapshot.series.every(({ views, visitors }) => views === 0 && visitors.count === 0)).toBe(true);
  }
});

test('a site that is neither listed nor stored is unknown; one that is stored is known', async () => {
  const { store, shards } = await threeShards();
  await shards[1].allTime({ views: 2 }, 'shop');

  for (const site of ['nobody', '', '{x}:state', '__proto__']) {
    await expect(store.readSnapshot(site, '30m', NOW_MS)).rejects.toThrow(UnknownSiteError);
    await expect(store.readTimeseries(site, 'views', NOW_MS - 1, NOW_MS, 'minute', NOW_MS)).rejects.toThrow(
      UnknownSiteError,
    );
  }
  const snapshot = await store.readSnapshot('shop', '30m', NOW_MS);
  expect(snapshot.totals.views).toBe(2);
  expect(snapshot.sites).toEqual([SITE, 'shop']);
});

test('views, events, bots and visitors of three shards are summed over the window and its curve', async () => {
  const { store, shards } = await threeShards();
  const [a, b, c] = shards;
  await a.bucket('minute', MINUTE, { views: 10, events: 1, bots: 2, visitors: ['1', '2'] });
  await b.bucket('minute', MINUTE, { views: 5, visitors: ['3'] });
  await b.bucket('minute', MINUTE - 4 * MINUTE_MS, { views: 7, visitors: ['3', '4'] });
  await c.bucket('minute', MINUTE - 5 * MINUTE_MS, { views: 100, visitors: ['5'] });
  await c.bucket('minute', MINUTE - 30 * MINUTE_MS, { views: 1_000, visitors: ['6'] });

  const five = await store.readSnapshot(SITE, '5m', NOW_MS);
  const thirty = await store.readSnapshot(SITE, '30m', NOW_MS);

  expect(five.inWindow).toMatchObject({ views: 22, events: 1, bots: 2 });
  expect(five.series.map(({ views }) => views)).toEqual([7, 0, 0, 0, 15]);
  expect(five.series.at(-1)).toEqual({
    at: '2026-01-15T12:00:00.000Z',
    until: '2026-01-15T12:01:00.000Z',
    views: 15,
    events: 1,
    bots: 2,
    visitors: { count: 3, exact: true },
  });
  expect(thirty.inWindow.views).toBe(122);
  expect(thirty.series).toHaveLength(30);
});

test('longer windows are made of hours and days', async () => {
  const { store, shards } = await threeShards();
  const [a, b] = shards;
  const today = Date.UTC(2026, 0, 15);
  await a.bucket('hour', HOUR, { views: 1, visitors: ['1'] });
  await b.bucket('hour', HOUR - 23 * HOUR_MS, { views: 2, visitors: ['2'] });
  await b.bucket('hour', HOUR - 24 * HOUR_MS, { views: 4, visitors: ['2'] });
  await a.bucket('day', today, { views: 10, visitors: ['1'], dimensions: { browsers: { Firefox: 10 } } });
  await b.bucket('day', today - 24 * HOUR_MS * 6, { views: 20, sealed: { visitors: 9, exact: true } });
  await b.bucket('day', today - 24 * HOUR_MS * 29, { views: 40, sealed: { visitors: 9, exact: true } });

  const day = await store.readSnapshot(SITE, '24h', NOW_MS);
  const week = await store.readSnapshot(SITE, '7d', NOW_MS);
  const month = await store.readSnapshot(SITE, '30d', NOW_MS);

  expect(day.inWindow).toMatchObject({ views: 3, visitors: { count: 2, exact: true } });
  expect(day.series.map(({ views }) => views).filter(Boolean)).toEqual([2, 1]);
  expect(week.inWindow.views).toBe(30);
  // What came too late for its hour is put at noon of its day, so that the curve adds up.
  expect(week.series.reduce((sum, { views }) => sum + views, 0)).toBe(30);
  expect(week.series.find(({ at }) => at === '2026-01-09T12:00:00.000Z')?.views).toBe(20);
  expect(week.top.browsers).toEqual([{ value: 'Firefox', count: 10 }]);
  expect(month.inWindow.views).toBe(70);
  expect(month.series).toHaveLength(30);
});

test('the ledger comes from one hash a shard; stopped partitions are named', async () => {
  const { store, shards } = await threeShards();
  const terms = {
    counted: 50,
    bots: 5,
    heartbeats: 8,
    summaries: 2,
    duplicates: 3,
    late: 2,
    skewed: 1,
    'rejected:too_large': 12,
    'edge:rate_limited': 1_000,
  };
  await shards[0].state({ start: 10, next: 100, empty: 4, lost: 6, ...terms, startedAt: NOW_MS - 5_000 });
  await shards[1].state({ next: 0, torn: 1 });
  await shards[2].state({ next: 7, counted: 7, startedAt: NOW_MS - 9_000, newestEventAt: NOW_MS - 1_234 });
  await shards[2].behind(17);

  const snapshot = await store.readSnapshot(SITE, '5m', NOW_MS);

  expect(snapshot.ledger).toEqual({
    consumed: 80 + 7,
    counted: 57,
    bots: 5,
    heartbeats: 8,
    summaries: 2,
    duplicates: 3,
    rejected: { ...Object.fromEntries(REJECTION_REASONS.map((reason) => [reason, 0])), too_large: 12 },
    late: 2,
    skewed: 1,
    empty: 4,
    lost: 6,
    behind: 10,
    edge: { ...Object.fromEntries(EDGE_REASON_NAMES.map((reason) => [reason, 0])), rate_limited: 1_000 },
  });
  expect(snapshot.stopped).toEqual([
    { partition: 1, state: 'torn', next: 0 },
    { partition: 2, state: 'behind', next: 7, waitingFrom: 17 },
  ]);
  // The log no longer held the first ten records of one partition when that was first counted.
  expect(snapshot.countingSince).toBe(new Date(NOW_MS - 5_000).toISOString());
  expect(snapshot.partlySince).toBe(new Date(NOW_MS - 60_000).toISOString());
  expect(snapshot.newestEventAt).toBe(new Date(NOW_MS - 1_234).toISOString());
});

test('a shard that the store has lost while a batch waits for it is stopped, not absent', async () => {
  const { store, shards } = await threeShards();
  await redis.del(stateKey(shards[1].tag));
  await shards[1].behind(40);

  const snapshot = await store.readSnapshot(SITE, '5m', NOW_MS);

  expect(snapshot.stopped).toEqual([{ partition: 1, state: 'behind', next: 0, waitingFrom: 40 }]);
  expect(snapshot.ledger).toMatchObject({ consumed: 200, behind: 40 });
  expect((await store.readHealth(NOW_MS)).stopped).toEqual(snapshot.stopped);
});

test('lag is that of the worst heartbeat, and the health says the same', async () => {
  const { store, shards } = await threeShards();
  await shards[0].state({ heartbeatAt: NOW_MS - 1_000 });
  await shards[1].state({ heartbeatAt: NOW_MS - 12_000 });

  const snapshot = await store.readSnapshot(SITE, '5m', NOW_MS);
  const health = await store.readHealth(NOW_MS);

  expect(snapshot).toMatchObject({ lag: 12_000, lagFrom: 'heartbeat', freshness: 'delayed' });
  expect(health).toEqual({
    status: 'ok',
    freshness: 'delayed',
    lag: 12_000,
    stopped: [],
    rebuilding: [],
    asOf: new Date(NOW_MS).toISOString(),
  });
});

test('views per second are of the ten seconds that ended two seconds ago', async () => {
  const topic = ownTopic();
  const [shard] = (await writeShards(redis, topic, 1)) as [WrittenShard];
  const now = MINUTE + 5_700;
  for (let ago = 0; ago < 20; ago++)
    await shard.second(MINUTE + 5_000 - ago * 1_000, 10 ** Math.min(ago, 14));
  const counted = Array.from({ length: 10 }, (_, i) => 10 ** (i + 3)).reduce((sum, views) => sum + views);

  const { viewsPerSecond } = await storeOf(topic).readSnapshot(SITE, '5m', now);

  expect(viewsPerSecond).toBe(counted / 10);
});

test('the feed is merged from all shards, newest first', async () => {
  const { store, shards } = await threeShards();
  const item = (offset: number, path: string) => ({
    atMs: 0,
    offset,
    type: 'page' as const,
    path,
    event: undefined,
    referrerHost: 'search.example',
    browser: undefined,
    device: undefined,
    country: undefined,
  });
  for (let i = 0; i < 30; i++) {
    await shards[0].feed(NOW_MS - 2_000 * i, encodeFeedMember(item(1_000 - i, `/a${i}`)));
    await shards[1].feed(NOW_MS - 2_000 * i - 1_000, encodeFeedMember(item(i, `/b${i}`)));
  }

  const { feed } = await store.readSnapshot(SITE, '5m', NOW_MS);

  expect(feed).toHaveLength(50);
  expect(feed.slice(0, 3).map(({ path }) => path)).toEqual(['/a0', '/b0', '/a1']);
  expect(feed[0]).toEqual({
    at: new Date(NOW_MS).toISOString(),
    type: 'page',
    path: '/a0',
    referrer: 'search.example',
  });
});

test('a shard of another schema version is not read as if it were one of this', async () => {
  const { store, shards } = await threeShards();
  await shards[1].state({ schema: 1 });
  await expect(store.readSnapshot(SITE, '5m', NOW_MS)).resolves.toMatchObject({ site: SITE });
  await shards[1].state({ schema: 99 });

  await expect(store.readSnapshot(SITE, '5m', NOW_MS)).rejects.toThrow(/schema 99; this code reads 1, 2/);
  await expect(store.readSnapshot(SITE, '5m', NOW_MS)).rejects.toThrow(StoreCorruptError);
});
