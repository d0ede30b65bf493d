/** One metric over time: bounded, aligned to its step, gaps filled with zeros. */
import { GRAINS, type Grain } from '../core/grains';
import type { Metric, Timeseries, VisitorCount } from '../core/snapshot';
import { type BucketRange, bucketsBetween } from '../core/window';
import type { CellReading } from './read-cells';
import { bucketName } from './read-plan';
import type { VisitorReader } from './read-visitors';

export const pointsMax = 1_500;
/** Points whose visitors are read at once: where registers must be united, each point costs up to 12 KB a shard. */
const pointsAtOnce = 50;

/** The range cannot be answered: it is empty, or has more points than are given at once. */
export class BadRangeError extends Error {
  override readonly name = 'BadRangeError';
}

export interface ShardSeries {
  readonly tag: string;
  readonly cells: ReadonlyMap<string, CellReading>;
}

interface Question {
  readonly site: string;
  readonly metric: Metric;
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

/** Visitors of each bucket of the range, in order. */
export async function readVisitorSeries(
  visitors: VisitorReader,
  site: string,
  { grain, startsMs }: BucketRange,
  shards: readonly ShardSeries[],
): Promise<VisitorCount[]> {
  const series: VisitorCount[] = [];
  for (let from = 0; from < startsMs.length; from += pointsAtOnce) {
    const some = startsMs.slice(from, from + pointsAtOnce).map((startMs) => {
      const name = bucketName(grain, startMs);
      const cells = shards.map(({ tag, cells }) => ({ tag, cells: [cells.get(name) ?? []].flat() }));
      return visitors.read(`${site} ${name}`, cells);
    });
    series.push(...(await Promise.all(some)));
  }
  return series;
}

/** Sum of a count over shards, for each bucket of the range. */
export function sumSeries(
  { grain, startsMs }: BucketRange,
  shards: readonly ShardSeries[],
  term: 'views' | 'events' | 'bots',
): number[] {
  return startsMs.map((startMs) => {
    const name = bucketName(grain, startMs);
    return shards.reduce((sum, { cells }) => sum + (cells.get(name)?.counts[term] ?? 0), 0);
  });
}

export async function mergeTimeseries(
  visitors: VisitorReader,
  { site, metric, range }: Question,
  shards: readonly ShardSeries[],
): Promise<Timeseries['points']> {
  const values: readonly VisitorCount[] =
    metric === 'visitors'
      ? await readVisitorSeries(visitors, site, range, shards)
      : sumSeries(range, shards, metric).map((count) => ({ count, exact: true }));
  return values.map(({ count, exact }, i) => ({
    at: new Date(range.startsMs[i] as number).toISOString(),
    value: count,
    exact,
  }));
}
