/** Window 30d by the midnights of a zone: where days begin, and that nothing is lost or counted twice at their edges. */
import { DAY_MS, HOUR_MS } from '../../pipeline/core/limits';
import { dimensionsKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';
import { watchRedis } from '../support/watch-redis';
import { SITE } from './read-fixture';
import { type HourRow, sumRows, writeHours } from './written-hours';

jest.setTimeout(120_000);

/** Days after a change of Berlin's and, in autumn, New York's clock. */
const PRESENTS = {
  spring: Date.UTC(2026, 3, 10, 12, 34, 30),
  autumn: Date.UTC(2026, 10, 5, 22, 1, 0),
} as const;
type Present = keyof typeof PRESENTS;

let redis: RedisClient;
interface WrittenStore {
  readonly topic: string;
  readonly store: RedisSnapshotStore;
  readonly rows: readonly HourRow[];
}
const stores = new Map<Present, WrittenStore>();

beforeAll(async () => {
  redis = connectTestRedis();
  for (const [name, nowMs] of Object.entries(PRESENTS)) {
    const topic = ownTopic();
    const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 31 * DAY_MS;
    const { rows } = await writeHours(redis, topic, { shards: 2, fromMs, nowMs, seed: nowMs % 1_000 });
    stores.set(name as Present, {
      topic,
      store: new RedisSnapshotStore(redis, { topic, sites: [SITE] }),
      rows,
    });
  }
});
afterAll(() => redis.quit());

function storeOf(present: Present) {
  const found = stores.get(present);
  if (found === undefined) throw new Error(`${present} was not written`);
  return { ...found, nowMs: PRESENTS[present] };
}

/** The runtime's calendar says to which day an hour belongs. */
function byCalendar(rows: readonly HourRow[], zone: string, fromMs: number): ReturnType<typeof sumRows>[] {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const days = new Map<string, HourRow[]>();
  for (const row of rows) {
    if (row.startMs < fromMs) continue;
    const date = calendar.format(row.startMs);
    days.set(date, [...(days.get(date) ?? []), row]);
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => sumRows(own, 0, Infinity));
}

const ZONES = ['Asia/Tehran', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'UTC'];

test.each(
  ZONES.flatMap((zone) => (['spring', 'autumn'] as const).map((present) => [zone, present] as const)),
)('days of %s in %s are those of its calendar, and add up to the window', async (zone, present) => {
  const { store, rows, nowMs } = storeOf(present);
  const fromMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 29 * DAY_MS;

  const { series, inWindow, top } = await store.readSnapshot(SITE, '30d', nowMs, zone);
  const utc = await store.readSnapshot(SITE, '30d', nowMs);

  const expected = byCalendar(rows, zone, fromMs);
  expect(series.map(({ views, events, bots }) => ({ views, events, bots }))).toEqual(
    expected.map(({ views, events, bots }) => ({ views, events, bots })),
  );
  series.forEach(({ visitors }, i) => {
    const off = Math.abs(visitors.count - (expected[i]?.visitors ?? 0));
    expect(off).toBeLessThanOrEqual(visitors.exact ? 0 : 1 + 0.05 * visitors.count);
  });
  for (const term of ['views', 'events', 'bots'] as const) {
    expect(series.reduce((sum, point) => sum + point[term], 0)).toBe(inWindow[term]);
  }
  expect({ inWindow, top }).toEqual({ inWindow: utc.inWindow, top: utc.top });
  expect(series[0]?.at).toBe(new Date(fromMs).toISOString());
  expect(series.every(({ until }, i) => i + 1 === series.length || until === series[i + 1]?.at)).toBe(true);
  expect(Date.parse(series.at(-1)?.until ?? '')).toBeGreaterThan(nowMs);
});

test('the day on which the clock changes has 23 or 25 hours', async () => {
  const lengths = async (present: Present, zone: string): Promise<Record<string, number>> => {
    const { store, nowMs } = storeOf(present);
    const { series } = await store.readSnapshot(SITE, '30d', nowMs, zone);
    const whole = series
      .slice(1)
      .map(({ at, until }) => [at, (Date.parse(until) - Date.parse(at)) / HOUR_MS]);
    return Object.fromEntries(whole.filter(([, hours]) => hours !== 24));
  };

  expect(await lengths('spring', 'Europe/Berlin')).toEqual({ '2026-03-28T23:00:00.000Z': 23 });
  expect(await lengths('autumn', 'Europe/Berlin')).toEqual({ '2026-10-24T22:00:00.000Z': 25 });
  expect(await lengths('autumn', 'America/New_York')).toEqual({ '2026-11-01T04:00:00.000Z': 25 });
  expect(await lengths('autumn', 'Asia/Tehran')).toEqual({});
});

test('other windows are the same in every zone', async () => {
  const { store, nowMs } = storeOf('spring');

  for (const window of ['5m', '30m', '24h', '7d'] as const) {
    expect(await store.readSnapshot(SITE, window, nowMs, 'Asia/Tehran')).toEqual(
      await store.readSnapshot(SITE, window, nowMs, 'UTC'),
    );
  }
});

test('closed hours are read once, and visitors of closed days are united once', async () => {
  const { topic, store, nowMs } = storeOf('autumn');
  const watched: (readonly string[])[] = [];
  await store.readSnapshot(SITE, '30d', nowMs, 'Asia/Tokyo');
  const watch = await watchRedis(testRedisUrl(), ({ command }) => watched.push(command));

  await store.readSnapshot(SITE, '30d', nowMs + 1_000, 'Asia/Tokyo');
  // MONITOR tells of commands after they have been answered.
  const mark = ownTopic();
  await redis.exists(mark);
  while (!watched.some((command) => command.includes(mark)))
    await new Promise((resolve) => setTimeout(resolve, 5));
  watch.close();

  // Other tests use this Redis at the same time.
  const own = watched.filter((command) => command.some((word) => word.includes(topic)));
  const hoursAsked = own.filter(([name, key = '']) => name === 'HMGET' && key.includes(`:h:${SITE}:`));
  expect(hoursAsked).toHaveLength(2 * 26);
  expect(own.filter(([name]) => ['PFCOUNT', 'SUNION'].includes(name ?? ''))).toEqual([]);
});

test('an event that came too late for its hour is in the day of the zone that has its noon', async () => {
  const topic = ownTopic();
  const nowMs = PRESENTS.spring;
  const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS - 3 * DAY_MS;
  const { shards } = await writeHours(redis, topic, { shards: 1, fromMs: dayMs, nowMs, seed: 3 });
  const store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
  const before = await store.readSnapshot(SITE, '30d', nowMs, 'Asia/Tehran');
  const key = await shards[0]?.bucket('day', dayMs, { views: 10_000 });
  await redis.hset(dimensionsKey(key ?? ''), 'p=/', 10_000);

  const after = await new RedisSnapshotStore(redis, { topic, sites: [SITE] }).readSnapshot(
    SITE,
    '30d',
    nowMs,
    'Asia/Tehran',
  );

  const changed = after.series.filter(({ views }, i) => views !== before.series[i]?.views);
  expect(changed.map(({ at }) => at)).toEqual([new Date(dayMs - 3 * HOUR_MS).toISOString()]);
  expect(after.series.reduce((sum, { views }) => sum + views, 0)).toBe(after.inWindow.views);
});
