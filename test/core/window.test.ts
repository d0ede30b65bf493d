import { GRAINS } from '../../pipeline/core/grains';
import { MINUTE_MS } from '../../pipeline/core/limits';
import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import { bucketsBetween, liveMinutes, newestBuckets, planWindow } from '../../pipeline/core/window';

const NOW_MS = Date.UTC(2026, 0, 15, 12, 34, 56, 789);

const iso = (startsMs: readonly number[]) => startsMs.map((startMs) => new Date(startMs).toISOString());

test.each([
  ['5m', 'minute', 5, 'minute', 5],
  ['30m', 'minute', 30, 'minute', 30],
  ['24h', 'hour', 24, 'hour', 24],
  ['7d', 'hour', 6 * 24 + 13, 'day', 7],
  ['30d', 'day', 30, 'day', 30],
] as const)(
  '%s: the curve has %s buckets, %i of them; totals are of %s buckets, %i',
  (window, curve, points, grain, buckets) => {
    const { series, totals } = planWindow(window, NOW_MS);

    expect(series.grain).toBe(curve);
    expect(series.startsMs).toHaveLength(points);
    expect(totals.grain).toBe(grain);
    expect(totals.startsMs).toHaveLength(buckets);
  },
);

test('a window ends with the bucket of now, and its curve begins where its totals begin', () => {
  for (const window of SNAPSHOT_WINDOWS) {
    const { series, totals } = planWindow(window, NOW_MS);
    for (const { grain, startsMs } of [series, totals]) {
      const last = startsMs.at(-1) as number;
      expect(last).toBeLessThanOrEqual(NOW_MS);
      expect(last + GRAINS[grain].lengthMs).toBeGreaterThan(NOW_MS);
      expect(
        startsMs.every(
          (startMs, i) => i === 0 || startMs - (startsMs[i - 1] as number) === GRAINS[grain].lengthMs,
        ),
      ).toBe(true);
    }
    expect(series.startsMs[0]).toBe(totals.startsMs[0]);
  }
});

test('the buckets of a window are still kept with their dimensions', () => {
  for (const window of SNAPSHOT_WINDOWS) {
    const { series, totals } = planWindow(window, NOW_MS);
    expect(NOW_MS - (series.startsMs[0] as number)).toBeLessThan(GRAINS[series.grain].countsKeptMs);
    expect(NOW_MS - (totals.startsMs[0] as number)).toBeLessThan(GRAINS[totals.grain].detailsKeptMs);
  }
});

test('buckets between two times hold each of the times, and not the end', () => {
  const from = Date.UTC(2026, 0, 15, 12, 1, 30);

  expect(iso(bucketsBetween('minute', from, from + 2 * MINUTE_MS).startsMs)).toEqual([
    '2026-01-15T12:01:00.000Z',
    '2026-01-15T12:02:00.000Z',
    '2026-01-15T12:03:00.000Z',
  ]);
  expect(bucketsBetween('hour', from, from).startsMs).toHaveLength(1);
  expect(iso(bucketsBetween('day', Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)).startsMs)).toEqual([
    '2026-01-01T00:00:00.000Z',
  ]);
});

test('at the first instant of a minute, that minute is the newest', () => {
  const startMs = Date.UTC(2026, 0, 15, 12, 0);

  expect(newestBuckets('minute', 2, startMs).startsMs).toEqual([startMs - MINUTE_MS, startMs]);
});

test('the live minutes cover half an hour that begins within a minute', () => {
  expect(liveMinutes(NOW_MS).startsMs).toHaveLength(31);
});
