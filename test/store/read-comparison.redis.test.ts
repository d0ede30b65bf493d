/** A window beside an earlier one: the same complete buckets on both sides, or the reason why there is none. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { type ComparisonQuestion, UnknownSiteError } from '../../pipeline/store/store-port';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { SITE, writeShards } from './read-fixture';
import { type HourRow, sumRows, writeHours } from './written-hours';

jest.setTimeout(120_000);

/** A week after Berlin's clock went forward by an hour: that change lies between the two windows of a week. */
const NOW_MS = Date.UTC(2026, 3, 2, 12, 34, 30);
const HOUR = Date.UTC(2026, 3, 2, 12);
const TODAY = Date.UTC(2026, 3, 2);

let redis: RedisClient;
let topic: string;
let store: RedisSnapshotStore;
let rows: readonly HourRow[];

beforeAll(async () => {
  redis = connectTestRedis();
  topic = ownTopic();
  ({ rows } = await writeHours(redis, topic, {
    shards: 2,
    fromMs: TODAY - 20 * DAY_MS,
    nowMs: NOW_MS,
    seed: 11,
  }));
  store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
});
afterAll(() => redis.quit());

function ask(question: Partial<ComparisonQuestion>) {
  const whole = { site: SITE, window: '24h', against: 'day', zone: 'UTC', ...question } as const;
  return store.readComparison(whole, NOW_MS);
}

const NO_ENGAGEMENT = { engagements: 0, engagedMs: 0, scrolled: 0 };

const iso = (ms: number): string => new Date(ms).toISOString();

/** Counts of the rows, and a number of visitors that is theirs but for what a HyperLogLog may be off. */
function matching(fromMs: number, toMs: number) {
  const { views, events, bots } = sumRows(rows, fromMs, toMs);
  return { views, events, bots, ...NO_ENGAGEMENT, visitors: expect.anything() };
}

test('24 hours beside yesterday: the hour that is still filling is left out on both sides', async () => {
  const comparison = await ask({});

  expect(comparison).toMatchObject({
    site: SITE,
    window: '24h',
    against: 'day',
    from: iso(HOUR - 23 * HOUR_MS),
    to: iso(HOUR),
    missing: null,
  });
  expect(comparison.now).toEqual(matching(HOUR - 23 * HOUR_MS, HOUR));
  expect(comparison.earlier).toEqual(matching(HOUR - 47 * HOUR_MS, HOUR - 24 * HOUR_MS));
});

test('the series has a bucket for each of the present window, whole hours of yesterday', async () => {
  const { series } = await ask({});

  expect(series).toHaveLength(24);
  expect(series.map(({ at }) => Date.parse(at))).toEqual(
    Array.from({ length: 24 }, (_, i) => HOUR - (47 - i) * HOUR_MS),
  );
  for (const { at, until, views, events, bots } of series) {
    const { visitors: _, ...counts } = sumRows(rows, Date.parse(at), Date.parse(until));
    expect({ views, events, bots }).toEqual(counts);
  }
});

test('visitors are unique over all complete buckets', async () => {
  for (const [window, against, fromMs] of [
    ['24h', 'day', HOUR - 23 * HOUR_MS],
    ['7d', 'week', TODAY - 6 * DAY_MS],
  ] as const) {
    const { now, earlier } = await ask({ window, against });
    const shiftMs = against === 'day' ? DAY_MS : 7 * DAY_MS;
    const expected = [sumRows(rows, fromMs, HOUR), sumRows(rows, fromMs - shiftMs, HOUR - shiftMs)];
    [now, earlier].forEach((side, i) => {
      const count = expected[i]?.visitors ?? 0;
      expect(Math.abs((side?.visitors?.count ?? 0) - count)).toBeLessThanOrEqual(0.04 * count);
    });
  }
});

test('over a change of the clock a week ago is 167 hours before', async () => {
  const { now, earlier, series, from, to } = await ask({
    window: '7d',
    against: 'week',
    zone: 'Europe/Berlin',
  });

  const shiftMs = 167 * HOUR_MS;
  const fromMs = TODAY - 6 * DAY_MS;
  expect([from, to]).toEqual([iso(fromMs), iso(HOUR)]);
  expect(now).toEqual(matching(fromMs, HOUR));
  expect(earlier).toEqual(matching(fromMs - shiftMs, HOUR - shiftMs));
  expect(series[0]?.at).toBe(iso(fromMs - shiftMs));
  expect(series.at(-1)?.at).toBe(iso(HOUR - shiftMs));
});

test('what is compared and what is still filling are together the window of the snapshot', async () => {
  await redis.hincrby(`{${topic}.1:0}:d:${SITE}:${(TODAY - 3 * DAY_MS) / 1_000}`, 'views', 5);
  store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });

  for (const window of SNAPSHOT_WINDOWS) {
    const { inWindow, series } = await store.readSnapshot(SITE, window, NOW_MS);
    const { now } = await ask({ window, against: 'day' });
    expect([window, now.views + (series.at(-1)?.views ?? 0)]).toEqual([window, inWindow.views]);
    expect([window, series.reduce((sum, { views }) => sum + views, 0)]).toEqual([window, inWindow.views]);
  }
  await redis.hincrby(`{${topic}.1:0}:d:${SITE}:${(TODAY - 3 * DAY_MS) / 1_000}`, 'views', -5);
  store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
});

test('where counting began later, or nothing is counted at all, there is nothing to compare with', async () => {
  const empty = new RedisSnapshotStore(redis, { topic: ownTopic(), sites: [SITE] });
  const question = { site: SITE, window: '24h', against: 'day', zone: 'UTC' } as const;

  for (const comparison of [
    await ask({ window: '7d', against: 'month' }),
    await empty.readComparison(question, NOW_MS),
  ]) {
    expect(comparison).toMatchObject({ earlier: null, missing: 'before_counting', series: [] });
    expect(comparison.now.views).toBeGreaterThanOrEqual(0);
  }
});

test.each([
  ['5m', 'week'],
  ['30m', 'month'],
] as const)('minutes of %s are not kept for a %s', async (window, against) => {
  expect(await ask({ window, against })).toMatchObject({ earlier: null, missing: 'not_kept', series: [] });
});

test('an unknown site is unknown', async () => {
  await expect(ask({ site: 'nobody' })).rejects.toThrow(UnknownSiteError);
});

describe('minutes', () => {
  const MINUTE = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;
  let minutes: RedisSnapshotStore;
  beforeAll(async () => {
    const own = ownTopic();
    const [shard] = await writeShards(redis, own, 1);
    await shard?.state({ logTime: NOW_MS, startedAt: NOW_MS - 3 * DAY_MS });
    await shard?.bucket('minute', MINUTE, { views: 100, visitors: ['9'] });
    await shard?.bucket('minute', MINUTE - MINUTE_MS, {
      ...{ views: 3, events: 1, visitors: ['1', '2'] },
      engagement: { engagements: 3, engagedMs: 90_000, scrolled: 150 },
    });
    await shard?.bucket('minute', MINUTE - 2 * MINUTE_MS, { views: 4, bots: 2, visitors: ['2'] });
    await shard?.bucket('minute', MINUTE - DAY_MS, { views: 50, sealed: { visitors: 2, exact: true } });
    await shard?.bucket('minute', MINUTE - DAY_MS - MINUTE_MS, {
      views: 7,
      sealed: { visitors: 1, exact: true },
    });
    minutes = new RedisSnapshotStore(redis, { topic: own, sites: [SITE] });
  });

  test('are compared with yesterday, whose visitors are no longer known', async () => {
    const question = { site: SITE, window: '30m', against: 'day', zone: 'Asia/Tehran' } as const;

    const comparison = await minutes.readComparison(question, NOW_MS);

    expect(comparison.now).toEqual({
      ...{ views: 7, events: 1, bots: 2 },
      ...{ engagements: 3, engagedMs: 90_000, scrolled: 150 },
      visitors: { count: 2, exact: true },
    });
    expect(comparison.earlier).toEqual({ views: 7, events: 0, bots: 0, ...NO_ENGAGEMENT, visitors: null });
    expect(comparison.series).toHaveLength(30);
    expect(comparison.series.at(-1)).toMatchObject({ at: iso(MINUTE - DAY_MS), views: 50 });
  });

  test('without events had no visitors', async () => {
    const question = { site: SITE, window: '5m', against: 'day', zone: 'UTC' } as const;

    const { earlier } = await minutes.readComparison(question, NOW_MS - 5 * MINUTE_MS);

    expect(earlier).toEqual({
      ...{ views: 0, events: 0, bots: 0 },
      ...NO_ENGAGEMENT,
      visitors: { count: 0, exact: true },
    });
  });
});

describe('30 days', () => {
  let days: RedisSnapshotStore;
  beforeAll(async () => {
    const own = ownTopic();
    const [shard] = await writeShards(redis, own, 1);
    await shard?.state({ logTime: NOW_MS, startedAt: TODAY - 90 * DAY_MS });
    for (let back = 0; back < 70; back++) {
      await shard?.bucket('day', TODAY - back * DAY_MS, { views: back + 1, visitors: [String(back)] });
    }
    days = new RedisSnapshotStore(redis, { topic: own, sites: [SITE] });
  });
  const viewsFrom = (newest: number, oldest: number): number => {
    let views = 0;
    for (let back = newest; back <= oldest; back++) views += back + 1;
    return views;
  };

  test('are whole days of UTC beside those of four weeks before', async () => {
    const question = { site: SITE, window: '30d', against: 'month', zone: 'UTC' } as const;

    const { from, to, now, earlier, series } = await days.readComparison(question, NOW_MS);

    expect([from, to]).toEqual([iso(TODAY - 29 * DAY_MS), iso(TODAY)]);
    expect(now.views).toBe(viewsFrom(1, 29));
    expect(earlier?.views).toBe(viewsFrom(29, 57));
    expect(series.map(({ views }) => views)).toEqual(Array.from({ length: 30 }, (_, i) => 58 - i));
  });

  test.each(['Asia/Tehran', 'America/New_York', 'Pacific/Auckland', 'Europe/Berlin'])(
    'in %s have one for each bar of the snapshot, and each day once',
    async (zone) => {
      for (const nowMs of [TODAY + HOUR_MS, NOW_MS, TODAY + 23 * HOUR_MS]) {
        const question = { site: SITE, window: '30d', against: 'month', zone } as const;
        const bars = (await days.readSnapshot(SITE, '30d', nowMs, zone)).series;
        const { series, now, earlier, missing } = await days.readComparison(question, nowMs);

        expect(missing).toBeNull();
        expect([now.views, earlier?.views]).toEqual([viewsFrom(1, 29), viewsFrom(29, 57)]);
        expect(series).toHaveLength(bars.length);
        const stands = series.filter(({ views }) => views > 0);
        expect(stands.length).toBeGreaterThanOrEqual(29);
        expect(new Set(stands.map(({ at }) => at)).size).toBe(stands.length);
        series.forEach(({ at, views }, i) => {
          const bar = bars[i];
          const noonMs = Date.parse(at) + DAY_MS / 2 + 28 * DAY_MS;
          if (views > 0) expect(noonMs).toBeGreaterThanOrEqual(Date.parse(bar?.at ?? ''));
          if (views > 0) expect(noonMs).toBeLessThan(Date.parse(bar?.until ?? ''));
        });
      }
    },
  );
});
