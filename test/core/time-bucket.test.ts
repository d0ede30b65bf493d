import { GRAINS } from '../../pipeline/core/grains';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import {
  bucketStart,
  closesAtMs,
  eventTime,
  grainsOpen,
  isLate,
  receivedTime,
} from '../../pipeline/core/time-bucket';

const noon = Date.UTC(2026, 0, 15, 12);

test.each([
  ['fresh', 0, 3],
  ['from the future', -5 * MINUTE_MS, 3],
  ['just within ten minutes', 10 * MINUTE_MS, 3],
  ['just over ten minutes', 10 * MINUTE_MS + 1, 2],
  ['just over 25 hours', 25 * HOUR_MS + 1, 1],
  ['just over 49 hours', 49 * HOUR_MS + 1, 0],
])('an event that is %s counts in the grains still open', (_, ageMs, open) => {
  expect(grainsOpen(ageMs)).toBe(open);
  expect(isLate(ageMs)).toBe(open < 3);
});

test('log time stands in for a receivedAt that is absent or too far off', () => {
  expect(receivedTime(undefined, noon)).toBe(noon);
  expect(receivedTime(noon - 5 * MINUTE_MS, noon)).toBe(noon - 5 * MINUTE_MS);
  expect(receivedTime(noon - 5 * MINUTE_MS - 1, noon)).toBe(noon);
  expect(receivedTime(noon + 5 * MINUTE_MS + 1, noon)).toBe(noon);
});

test('an event from further in the future than clocks may differ counts when received', () => {
  expect(eventTime(noon + 5 * MINUTE_MS, noon)).toEqual({ atMs: noon + 5 * MINUTE_MS, skewed: false });
  expect(eventTime(noon + 5 * MINUTE_MS + 1, noon)).toEqual({ atMs: noon, skewed: true });
  expect(eventTime(undefined, noon)).toEqual({ atMs: noon, skewed: false });
});

test('no event that still counts in a bucket finds it closed', () => {
  for (const grain of ['minute', 'hour', 'day'] as const) {
    const { lengthMs, graceMs } = GRAINS[grain];
    const logTimeMs = noon + 7;
    const oldest = logTimeMs - graceMs;
    const startMs = bucketStart(oldest, lengthMs);
    expect(closesAtMs(grain, startMs)).toBeGreaterThan(logTimeMs);
    expect(closesAtMs(grain, startMs - lengthMs)).toBeLessThanOrEqual(logTimeMs);
  }
});

test('buckets before 1970 are aligned as well', () => {
  expect(bucketStart(-1, MINUTE_MS)).toBe(-MINUTE_MS);
});

test('a bucket closes when nothing that is young enough for it can come any more', () => {
  expect(closesAtMs('minute', 0)).toBe(11 * MINUTE_MS);
  expect(closesAtMs('hour', 0)).toBe(26 * HOUR_MS);
  expect(closesAtMs('day', 0)).toBe(DAY_MS + 49 * HOUR_MS);
});
