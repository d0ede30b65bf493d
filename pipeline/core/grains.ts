/**
 * The time grains, one row each. All times are log time or event time in milliseconds.
 *
 * graceMs: an event may be this much older than log time and still count in the grain; so a bucket is closed for good
 *   once log time has passed its end plus this.
 * detailsKeptMs: dimensions (and for minutes the HyperLogLog) are kept this long after the bucket's end.
 * countsKeptMs: counts (and for hours and days the HyperLogLog) are kept this long after the bucket's end.
 * valuesMax: values of one dimension, bucket and shard, before the smallest give way to "(other)".
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from './limits';

export type Grain = 'minute' | 'hour' | 'day';

export interface GrainRow {
  readonly code: string;
  readonly lengthMs: number;
  readonly graceMs: number;
  readonly detailsKeptMs: number;
  readonly countsKeptMs: number;
  readonly valuesMax: number;
}

export const GRAINS: Readonly<Record<Grain, GrainRow>> = {
  minute: {
    code: 'm',
    lengthMs: MINUTE_MS,
    graceMs: 10 * MINUTE_MS,
    detailsKeptMs: 2 * HOUR_MS,
    countsKeptMs: 48 * HOUR_MS,
    valuesMax: 1_000,
  },
  hour: {
    code: 'h',
    lengthMs: HOUR_MS,
    graceMs: 25 * HOUR_MS,
    detailsKeptMs: 3 * DAY_MS,
    countsKeptMs: 35 * DAY_MS,
    valuesMax: 1_000,
  },
  day: {
    code: 'd',
    lengthMs: DAY_MS,
    graceMs: 49 * HOUR_MS,
    detailsKeptMs: 400 * DAY_MS,
    countsKeptMs: 400 * DAY_MS,
    valuesMax: 200,
  },
};

export const GRAIN_NAMES: readonly Grain[] = ['minute', 'hour', 'day'];

/** Seconds: views only, sixty fields in one hash a minute, with the grace of minutes. */
export const SECONDS = {
  code: 's',
  lengthMs: MINUTE_MS,
  graceMs: 10 * MINUTE_MS,
  keptMs: 15 * MINUTE_MS,
} as const;
