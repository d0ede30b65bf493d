/**
 * Which buckets a window is made of. A window ends with the bucket of now, which is still filling; so "24h" is the current
 * hour and the 23 before it. Where a window is several days long, its totals come from days and its curve from finer buckets.
 */
import { GRAINS, type Grain } from './grains';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './limits';
import type { SnapshotWindow } from './snapshot';
import { bucketStart } from './time-bucket';

/** Buckets of one grain, oldest first, without gaps. */
export interface BucketRange {
  readonly grain: Grain;
  readonly startsMs: readonly number[];
}

export interface WindowPlan {
  /** One point of the curve each. */
  readonly series: BucketRange;
  /** Dimensions, totals and visitors are summed over these. */
  readonly totals: BucketRange;
  /** The window is as long as one of the two that last-seen times answer; they know its visitors best. */
  readonly live: 'last5m' | 'last30m' | undefined;
}

/** Its curve is one of days, which begin at other times in other zones. */
export function isCutByZone(window: SnapshotWindow): boolean {
  return window === '30d';
}

/** The two windows of last-seen times. Unlike buckets they end now and begin within a minute. */
export const LIVE_WINDOWS_MS = { last5m: 5 * MINUTE_MS, last30m: 30 * MINUTE_MS } as const;

/** The buckets that hold some time of `[fromMs, toMs)`. */
export function bucketsBetween(grain: Grain, fromMs: number, toMs: number): BucketRange {
  const startsMs: number[] = [];
  const { lengthMs } = GRAINS[grain];
  for (let startMs = bucketStart(fromMs, lengthMs); startMs < toMs; startMs += lengthMs)
    startsMs.push(startMs);
  return { grain, startsMs };
}

/** The bucket of `nowMs` and those before it, `count` in all. */
export function newestBuckets(grain: Grain, count: number, nowMs: number): BucketRange {
  return bucketsBetween(grain, nowMs - (count - 1) * GRAINS[grain].lengthMs, nowMs + 1);
}

/** The minutes in which a visitor of the longer live window can have been seen last. */
export function liveMinutes(nowMs: number): BucketRange {
  return bucketsBetween('minute', nowMs - LIVE_WINDOWS_MS.last30m, nowMs + 1);
}

export function planWindow(window: SnapshotWindow, nowMs: number): WindowPlan {
  switch (window) {
    case '5m': {
      const minutes = newestBuckets('minute', (5 * MINUTE_MS) / MINUTE_MS, nowMs);
      return { series: minutes, totals: minutes, live: 'last5m' };
    }
    case '30m': {
      const minutes = newestBuckets('minute', (30 * MINUTE_MS) / MINUTE_MS, nowMs);
      return { series: minutes, totals: minutes, live: 'last30m' };
    }
    case '24h': {
      const hours = newestBuckets('hour', DAY_MS / HOUR_MS, nowMs);
      return { series: hours, totals: hours, live: undefined };
    }
    case '7d': {
      const days = newestBuckets('day', 7, nowMs);
      const series = bucketsBetween('hour', bucketStart(nowMs, DAY_MS) - 6 * DAY_MS, nowMs + 1);
      return { series, totals: days, live: undefined };
    }
    case '30d': {
      const days = newestBuckets('day', 30, nowMs);
      return { series: days, totals: days, live: undefined };
    }
  }
}
