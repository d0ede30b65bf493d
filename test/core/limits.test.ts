import { GRAIN_NAMES, GRAINS, SECONDS } from '../../pipeline/core/grains';
import * as limits from '../../pipeline/core/limits';

test('a bucket outlives its grace, and details never outlive counts', () => {
  for (const grain of GRAIN_NAMES) {
    const { graceMs, detailsKeptMs, countsKeptMs } = GRAINS[grain];
    expect(detailsKeptMs).toBeGreaterThan(graceMs);
    expect(countsKeptMs).toBeGreaterThanOrEqual(detailsKeptMs);
  }
  expect(SECONDS.keptMs).toBeGreaterThan(SECONDS.graceMs);
  expect(SECONDS.graceMs).toBe(GRAINS.minute.graceMs);
});

test('coarser grains take older events', () => {
  expect(GRAINS.hour.graceMs).toBeGreaterThan(GRAINS.minute.graceMs + limits.HOUR_MS);
  expect(GRAINS.day.graceMs).toBeGreaterThan(GRAINS.hour.graceMs);
});

test('the duplicate window is a whole number of slices', () => {
  expect(limits.duplicateWindowMs % limits.markSliceMs).toBe(0);
});

test('last-seen times outlive the longest window of live visitors and the skew that is allowed', () => {
  expect(limits.liveKeptMs).toBeGreaterThanOrEqual(30 * limits.MINUTE_MS + limits.skewMsMax);
});

test('an event with every field at its limit is within the bytes of an event', () => {
  const urls = 3 * limits.urlCharsMax;
  expect(urls + limits.eventNameCharsMax + 10 * limits.labelCharsMax).toBeLessThan(limits.eventBytesMax);
});

test('a roll-up stays within what one request may carry', () => {
  // ElastiCache Serverless: 3,999 arguments in a request, of which a few are the script's own.
  expect(limits.rollUpKeysMax).toBeLessThan(3_900);
});

test('a page that asks each second says delayed within five seconds of the last heartbeat', () => {
  expect(limits.liveLagMsMax + limits.SECOND_MS).toBeLessThanOrEqual(5_000);
  expect(limits.delayedLagMsMax).toBeGreaterThan(limits.liveLagMsMax);
});
