import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { BadRangeError, pointsMax } from '../../pipeline/store/read-timeseries';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, SITE, type WrittenShard, writeShards } from './read-fixture';

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

test('each metric is summed over shards at the step, gaps are zeros', async () => {
  await a.bucket('minute', MINUTE, { views: 1, events: 2, bots: 3, visitors: ['1'] });
  await b.bucket('minute', MINUTE, { views: 10, events: 20, bots: 30, visitors: ['2', '3'] });
  await b.bucket('minute', MINUTE - 2 * MINUTE_MS, { views: 100, promoted: 1, visitors: ['4'] });
  const ask = async (metric: 'views' | 'events' | 'bots' | 'visitors') =>
    (await store.readTimeseries(SITE, metric, NOW_MS - 2 * MINUTE_MS, NOW_MS, 'minute', NOW_MS)).points;

  expect(await ask('views')).toEqual([
    { at: '2026-01-15T11:58:00.000Z', value: 100, exact: true },
    { at: '2026-01-15T11:59:00.000Z', value: 0, exact: true },
    { at: '2026-01-15T12:00:00.000Z', value: 11, exact: true },
  ]);
  expect((await ask('events')).map(({ value }) => value)).toEqual([0, 0, 22]);
  expect((await ask('bots')).map(({ value }) => value)).toEqual([0, 0, 33]);
  expect((await ask('visitors')).map(({ value, exact }) => [value, exact])).toEqual([
    [1, false],
    [0, true],
    [3, true],
  ]);
});

test('hours and days are aligned to UTC', async () => {
  const hours = await store.readTimeseries(SITE, 'views', NOW_MS - 3 * HOUR_MS, NOW_MS, 'hour', NOW_MS);
  const days = await store.readTimeseries(SITE, 'views', NOW_MS - DAY_MS, NOW_MS, 'day', NOW_MS);

  expect(hours).toMatchObject({ site: SITE, metric: 'views', step: 'hour' });
  expect(hours.points.map(({ at }) => at.slice(11))).toEqual(
    ['09', '10', '11', '12'].map((h) => `${h}:00:00.000Z`),
  );
  expect(days.points.map(({ at }) => at)).toEqual(['2026-01-14T00:00:00.000Z', '2026-01-15T00:00:00.000Z']);
});

test('there are no points later than now', async () => {
  const { points } = await store.readTimeseries(SITE, 'views', NOW_MS, NOW_MS + DAY_MS, 'hour', NOW_MS);

  expect(points.map(({ at }) => at)).toEqual(['2026-01-15T12:00:00.000Z']);
});

test.each([
  ['an empty range', NOW_MS, NOW_MS],
  ['a range that ends before it begins', NOW_MS, NOW_MS - 1],
  ['a range that is no number', Number.NaN, NOW_MS],
  ['more points than are given at once', NOW_MS - (pointsMax + 1) * MINUTE_MS, NOW_MS],
])('%s is refused', async (_, fromMs, toMs) => {
  await expect(store.readTimeseries(SITE, 'views', fromMs, toMs, 'minute', NOW_MS)).rejects.toThrow(
    BadRangeError,
  );
});

test('as many points as are given at once are given', async () => {
  const fromMs = MINUTE - pointsMax * MINUTE_MS;

  expect(
    (await store.readTimeseries(SITE, 'visitors', fromMs, MINUTE, 'minute', NOW_MS)).points,
  ).toHaveLength(pointsMax);
});

test('engagement is summed as views are', async () => {
  await a.bucket('minute', MINUTE, { engagement: { engagements: 1, engagedMs: 2_500, scrolled: 40 } });
  await b.bucket('minute', MINUTE, { engagement: { engagements: 2, engagedMs: 500, scrolled: 60 } });
  const ask = async (metric: 'engagements' | 'engagedMs' | 'scrolled') =>
    (await store.readTimeseries(SITE, metric, NOW_MS - MINUTE_MS, NOW_MS, 'minute', NOW_MS)).points.at(-1)
      ?.value;

  expect([await ask('engagements'), await ask('engagedMs'), await ask('scrolled')]).toEqual([3, 3_000, 100]);
});

test('revenue is of one currency, exact beyond what a number holds', async () => {
  const large = { purchases: { EUR: 2, JPY: 1 }, revenueThousands: { EUR: 9e12, JPY: 5 } };
  await a.bucket('hour', Math.floor(NOW_MS / HOUR_MS) * HOUR_MS, {
    dimensions: { ...large, revenueRest: { EUR: 1_000_001 } },
  });
  await b.bucket('hour', Math.floor(NOW_MS / HOUR_MS) * HOUR_MS, {
    dimensions: { purchases: { EUR: 1 }, revenueRest: { EUR: 19_990 } },
  });
  const ask = (currency?: string) =>
    store.readTimeseries(SITE, 'revenue', NOW_MS - HOUR_MS, NOW_MS, 'hour', NOW_MS, currency);

  const euros = await ask('EUR');
  expect(euros).toMatchObject({ metric: 'revenue', currency: 'EUR', step: 'hour' });
  expect(euros.points.map(({ amount, value }) => [amount, value])).toEqual([
    ['0.00', 0],
    ['9000000000001019.991', 9_000_000_000_001_020],
  ]);
  expect((await ask('KWD')).points.map(({ amount }) => amount)).toEqual(['0.00', '0.00']);
  await expect(ask()).rejects.toThrow(BadRangeError);
});
