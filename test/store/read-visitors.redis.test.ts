import { HOUR_MS, liveVisitorsMax, MINUTE_MS } from '../../pipeline/core/limits';
import { visitorHllKey } from '../../pipeline/store/keys';
import { membersPerShardMax } from '../../pipeline/store/read-visitors';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, numbered, SITE, type WrittenShard, writeShards } from './read-fixture';

let redis: RedisClient;
let store: RedisSnapshotStore;
let a: WrittenShard;
let b: WrittenShard;

beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());
beforeEach(async () => {
  const topic = ownTopic();
  [a, b] = (await writeShards(redis, topic, 2)) as [WrittenShard, WrittenShard];
  store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
});

const MINUTE = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;
const HOUR = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;

const inMinute = async () => (await store.readSnapshot(SITE, '5m', NOW_MS)).series.at(-1)?.visitors;
const inDay = async () => (await store.readSnapshot(SITE, '24h', NOW_MS)).inWindow.visitors;
const live = async () => (await store.readSnapshot(SITE, '5m', NOW_MS)).visitors;

/** Within four per cent: five standard errors. */
function expectAbout(visitors: { count: number; exact: boolean } | undefined, expected: number): void {
  expect(visitors?.exact).toBe(false);
  expect(Math.abs((visitors?.count ?? 0) - expected)).toBeLessThan(0.04 * expected);
}

describe('visitors of one bucket', () => {
  test('are the members of its sets while few', async () => {
    await a.bucket('minute', MINUTE, { views: 3, visitors: numbered(0, 3) });
    await b.bucket('minute', MINUTE, { views: 2, visitors: numbered(3, 2) });

    expect(await inMinute()).toEqual({ count: 5, exact: true });
  });

  test('are estimated where a set has given way', async () => {
    const key = await a.bucket('minute', MINUTE, { views: 3_000, promoted: 1, visitors: numbered(0, 3_000) });
    await b.bucket('minute', MINUTE, { views: 2, visitors: numbered(3_000, 2) });

    const visitors = await inMinute();

    expect(visitors).toEqual({ count: (await redis.pfcount(visitorHllKey(key))) + 2, exact: false });
  });

  test('are what was noted when it was sealed', async () => {
    await a.bucket('minute', MINUTE, { views: 3, sealed: { visitors: 3, exact: true } });
    await b.bucket('minute', MINUTE, {
      views: 9_000,
      promoted: 1,
      sealed: { visitors: 5_000, exact: false },
    });

    expect(await inMinute()).toEqual({ count: 5_003, exact: false });
  });

  test('are united by members where a visitor may be in several shards', async () => {
    await a.bucket('minute', MINUTE, { views: 10, unite: 1, visitors: numbered(0, 10) });
    await b.bucket('minute', MINUTE, { views: 10, visitors: numbered(5, 10) });

    expect(await inMinute()).toEqual({ count: 15, exact: true });
  });

  test('are united by members where shards were counted under different partition counts', async () => {
    await a.bucket('minute', MINUTE, { views: 10, parts: 4, visitors: numbered(0, 10) });
    await b.bucket('minute', MINUTE, { views: 10, parts: 8, visitors: numbered(5, 10) });

    expect(await inMinute()).toEqual({ count: 15, exact: true });
  });

  test('are united by registers where one of the sets has given way', async () => {
    await a.bucket('minute', MINUTE, { views: 4_000, unite: 1, promoted: 1, visitors: numbered(0, 4_000) });
    await b.bucket('minute', MINUTE, { views: 1_000, visitors: numbered(3_500, 1_000) });

    expectAbout(await inMinute(), 4_500);
  });

  test('are united by registers once the buckets are sealed', async () => {
    const sealed = { visitors: 1_000, exact: true };
    await a.bucket('minute', MINUTE, { views: 1_000, unite: 1, sealed, visitors: numbered(0, 1_000) });
    await b.bucket('minute', MINUTE, { views: 1_000, unite: 1, sealed, visitors: numbered(500, 1_000) });

    expectAbout(await inMinute(), 1_500);
  });

  test('are added, as an upper bound, where the registers are gone', async () => {
    const sealed = { visitors: 10, exact: true };
    await a.bucket('minute', MINUTE, { views: 10, unite: 1, sealed });
    await b.bucket('minute', MINUTE, { views: 10, unite: 1, sealed });

    expect(await inMinute()).toEqual({ count: 20, exact: false });
  });

  test('follow what is counted next', async () => {
    await a.bucket('minute', MINUTE, { views: 1, unite: 1, visitors: ['1'] });
    await b.bucket('minute', MINUTE, { views: 1, unite: 1, visitors: ['1'] });
    expect(await inMinute()).toEqual({ count: 1, exact: true });

    await b.bucket('minute', MINUTE, { views: 2, unite: 1, visitors: ['2'] });
    expect(await inMinute()).toEqual({ count: 2, exact: true });
  });
});

describe('visitors of several buckets', () => {
  test('count once, exactly, while few', async () => {
    await a.bucket('hour', HOUR, { views: 3, visitors: ['1', '2'] });
    await a.bucket('hour', HOUR - HOUR_MS, { views: 3, visitors: ['2', '3'] });
    await b.bucket('hour', HOUR - HOUR_MS, { views: 3, visitors: ['4'] });

    expect(await inDay()).toEqual({ count: 4, exact: true });
  });

  test('are estimated where there are many', async () => {
    const perHour = membersPerShardMax / 3 + 1;
    for (let i = 0; i < 3; i++) {
      await a.bucket('hour', HOUR - i * HOUR_MS, { views: 9_999, visitors: numbered(1_000 * i, perHour) });
    }

    expectAbout(await inDay(), 2_000 + perHour);
  });

  test('are estimated where one bucket is sealed', async () => {
    await a.bucket('hour', HOUR, { views: 300, visitors: numbered(0, 300) });
    const sealed = { visitors: 300, exact: true };
    await a.bucket('hour', HOUR - HOUR_MS, { views: 300, sealed, visitors: numbered(100, 300) });

    expectAbout(await inDay(), 400);
  });

  test('of a single inhabited bucket are as exact as that bucket', async () => {
    await a.bucket('hour', HOUR - HOUR_MS, { views: 300, sealed: { visitors: 300, exact: true } });

    expect(await inDay()).toEqual({ count: 300, exact: true });
  });

  test('are united over buckets and shards', async () => {
    await a.bucket('hour', HOUR, { views: 3, unite: 1, visitors: ['1', '2'] });
    await a.bucket('hour', HOUR - HOUR_MS, { views: 3, visitors: ['2', '3'] });
    await b.bucket('hour', HOUR - 2 * HOUR_MS, { views: 3, visitors: ['3', '4'] });

    expect(await inDay()).toEqual({ count: 4, exact: true });
  });

  test('are united over shards by registers where they are many', async () => {
    await a.bucket('hour', HOUR, { views: 4_000, unite: 1, promoted: 1, visitors: numbered(0, 4_000) });
    await a.bucket('hour', HOUR - HOUR_MS, { views: 500, visitors: numbered(4_000, 500) });
    await b.bucket('hour', HOUR - HOUR_MS, { views: 4_000, promoted: 1, visitors: numbered(3_000, 4_000) });

    expectAbout(await inDay(), 7_000);
  });
});

test('visitors of all time are exact while few, and united where they must be', async () => {
  await a.allTime({ views: 3, unite: 1, visitors: ['1', '2'] });
  await b.allTime({ views: 3, visitors: ['2', '3'] });

  expect((await store.readSnapshot(SITE, '5m', NOW_MS)).totals.visitors).toEqual({ count: 3, exact: true });
});

describe('live visitors', () => {
  test('are those last seen within the window, its first instant included', async () => {
    await a.live({ 1: NOW_MS, 2: NOW_MS - 5 * MINUTE_MS, 3: NOW_MS - 5 * MINUTE_MS - 1 });
    await b.live({ 4: NOW_MS + 1_000, 5: NOW_MS - 30 * MINUTE_MS, 6: NOW_MS - 30 * MINUTE_MS - 1 });

    expect(await live()).toEqual({ last5m: { count: 3, exact: true }, last30m: { count: 5, exact: true } });
  });

  test('are the visitors of the windows of the same length', async () => {
    await a.live({ 1: NOW_MS, 2: NOW_MS - 10 * MINUTE_MS });

    const five = await store.readSnapshot(SITE, '5m', NOW_MS);
    const thirty = await store.readSnapshot(SITE, '30m', NOW_MS);

    expect(five.inWindow.visitors).toEqual({ count: 1, exact: true });
    expect(thirty.inWindow.visitors).toEqual({ count: 2, exact: true });
  });

  test('are united where a minute of the window says so', async () => {
    await a.bucket('minute', MINUTE - 20 * MINUTE_MS, { views: 1, unite: 1, visitors: ['1'] });
    await b.bucket('minute', MINUTE, { views: 1, visitors: ['1'] });
    await a.live({ 1: NOW_MS - 20 * MINUTE_MS, 2: NOW_MS });
    await b.live({ 1: NOW_MS, 3: NOW_MS });

    expect(await live()).toEqual({ last5m: { count: 3, exact: true }, last30m: { count: 3, exact: true } });
  });

  test('are estimated for the window that a full shard does not reach back to', async () => {
    const minutesAgo = (i: number) => NOW_MS - Math.floor((i / liveVisitorsMax) * 10 * MINUTE_MS);
    await a.live(
      Object.fromEntries(numbered(0, liveVisitorsMax).map((visitor, i) => [visitor, minutesAgo(i)])),
    );
    await a.bucket('minute', MINUTE - 20 * MINUTE_MS, {
      views: 9,
      promoted: 1,
      visitors: numbered(0, 30_000),
    });
    await b.live({ 1: NOW_MS });

    const visitors = await live();

    expect(visitors.last5m).toEqual({ count: liveVisitorsMax / 2 + 2, exact: true });
    expectAbout(visitors.last30m, 30_001);
  });
});
