/** One metric over time: bounded, aligned to its step, gaps filled with zeros. */
import { GRAINS, type Grain } from '../core/grains';
import { barPerBucket } from '../core/series';
import type { VisitorCount } from '../core/snapshot';
import type { Metric, Timeseries } from '../core/timeseries';
import { type BucketRange, bucketsBetween } from '../core/window';
import { countBuckets, readVisitorSeries, type ShardSeries } from './read-series';
import type { VisitorReader } from './read-visitors';

export const pointsMax = 1_500;

/** The range cannot be answered: it is empty, or has more points than are given at once. */
export class BadRangeError extends Error {
  override readonly name = 'BadRangeError';
}

/** Metrics of cells' counts and visitors. */
export type CountMetric = Exclude<Metric, 'revenue'>;

interface Question {
  readonly site: string;
  readonly metric: CountMetric;
  readonly range: BucketRange;
}

/** Buckets that hold some time of `[fromMs, toMs)`, none later than now. Throws BadRangeError. */
export function timeseriesRange(step: Grain, fromMs: number, toMs: number, nowMs: number): BucketRange {
  const spanMs = toMs - fromMs;
  if (!(spanMs > 0)) throw new BadRangeError(`from ${fromMs} to ${toMs}: allowed is a time before \`to\``);
  const spanMsMax = pointsMax * GRAINS[step].lengthMs;
  if (spanMs > spanMsMax) {
    throw new BadRangeError(`from ${fromMs} to ${toMs}: allowed are ${pointsMax} steps of a ${step}`);
  }
  return bucketsBetween(step, fromMs, Math.min(toMs, nowMs + 1));
}

export async function mergeTimeseries(
  visitors: VisitorReader,
  { site, metric, range }: Question,
  shards: readonly ShardSeries[],
): Promise<Timeseries['points']> {
  const values: readonly VisitorCount[] =
    metric === 'visitors'
      ? await readVisitorSeries(visitors, site, barPerBucket(range), shards)
      : countBuckets(range, shards).map((counts) => ({ count: counts[metric], exact: true }));
  return values.map(({ count, exact }, i) => ({
    at: new Date(range.startsMs[i] as number).toISOString(),
    value: count,
    exact,
  }));
}
