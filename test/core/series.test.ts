import { DAY_MS, HOUR_MS } from '../../pipeline/core/limits';
import { addCounts, barPerBucket, barPerSpan, bucketsOf, fitHours } from '../../pipeline/core/series';
import { bucketsBetween } from '../../pipeline/core/window';
import { seededNumbers } from '../support/build-snapshot';

const MONDAY = Date.UTC(2026, 0, 12);
/** Ten hours and a half into Wednesday. */
const NOW_MS = MONDAY + 2 * DAY_MS + 10.5 * HOUR_MS;
const HOURS = bucketsBetween('hour', MONDAY, NOW_MS + 1);

/** Counts of all hours, zero but those given by their number since Monday. */
function hourCounts(counts: Readonly<Record<number, number>>): number[] {
  return HOURS.startsMs.map((_, hour) => counts[hour] ?? 0);
}

function fitted(counts: Readonly<Record<number, number>>, days: readonly number[]): Record<number, number> {
  const ofDays = new Map(days.map((count, day) => [MONDAY + day * DAY_MS, count]));
  const hours = fitHours(HOURS.startsMs, hourCounts(counts), ofDays, NOW_MS);
  return Object.fromEntries([...hours.entries()].filter(([, count]) => count !== 0));
}

test('hours that add up to their days stay as they are', () => {
  expect(fitted({ 3: 5, 23: 1, 24: 7, 58: 2 }, [6, 7, 2])).toEqual({ 3: 5, 23: 1, 24: 7, 58: 2 });
});

test('what came too late for its hour is put at noon of its day', () => {
  expect(fitted({ 3: 5 }, [8, 4, 0])).toEqual({ 3: 5, 12: 3, 36: 4 });
});

test('of the day that is still filling, what its hours lack belongs to the newest', () => {
  expect(fitted({ 50: 5 }, [0, 0, 6])).toEqual({ 50: 5, 58: 1 });
});

test('what hours have too much is taken off the newest that have it, and none falls below zero', () => {
  expect(fitted({ 50: 5, 57: 1, 58: 1 }, [0, 0, 4])).toEqual({ 50: 4 });
  expect(fitted({ 2: 3, 9: 2 }, [0, 0, 0])).toEqual({});
});

test('hours add up to their days whatever was read when', () => {
  const next = seededNumbers(7);
  for (let round = 0; round < 200; round++) {
    const some = (): number => Math.floor(next() * 4);
    const hours = HOURS.startsMs.map(some);
    const days = new Map([0, 1, 2].map((day) => [MONDAY + day * DAY_MS, some() * 20]));

    const result = fitHours(HOURS.startsMs, hours, days, NOW_MS);

    expect(result.every((count) => count >= 0)).toBe(true);
    for (const [dayMs, count] of days) {
      const own = result.filter(
        (_, i) => Math.floor((HOURS.startsMs[i] as number) / DAY_MS) * DAY_MS === dayMs,
      );
      expect(own.reduce((sum, hour) => sum + hour, 0)).toBe(count);
    }
  }
});

test('a bar for each bucket ends where the next begins', () => {
  const { bars } = barPerBucket(HOURS);

  expect(bars).toHaveLength(HOURS.startsMs.length);
  expect(bars.every(({ untilMs }, i) => i + 1 === bars.length || untilMs === bars[i + 1]?.startMs)).toBe(
    true,
  );
});

test('bars of spans have every bucket once', () => {
  const spans = [
    { startMs: MONDAY, untilMs: MONDAY + 21 * HOUR_MS },
    { startMs: MONDAY + 21 * HOUR_MS, untilMs: MONDAY + 45 * HOUR_MS },
    { startMs: MONDAY + 45 * HOUR_MS, untilMs: MONDAY + 69 * HOUR_MS },
  ];

  const plan = barPerSpan(HOURS, spans);

  expect(plan.bars.map(({ startsMs }) => startsMs.length)).toEqual([21, 24, 14]);
  expect(bucketsOf(plan)).toEqual(HOURS);
});

test('counts are added each by itself', () => {
  const none = { views: 0, events: 0, bots: 0, engagements: 0, engagedMs: 0, scrolled: 0 };
  expect(addCounts([])).toEqual(none);
  expect(
    addCounts([
      { ...none, views: 1, events: 2, bots: 3, engagedMs: 4 },
      { ...none, views: 10, events: 20, bots: 30, engagements: 50, scrolled: 60 },
    ]),
  ).toEqual({ views: 11, events: 22, bots: 33, engagements: 50, engagedMs: 4, scrolled: 60 });
});
