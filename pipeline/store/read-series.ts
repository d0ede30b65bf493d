/** Curves out of the readings of all shards: counts and visitors of each bar. */
import {
  addCounts,
  addTo,
  type Bar,
  bucketsOf,
  COUNT_NAMES,
  type Counts,
  fitHours,
  noCounts,
  type SeriesPlan,
} from '../core/series';
import type { SeriesPoint, VisitorCount } from '../core/snapshot';
import type { BucketRange } from '../core/window';
import type { CellReading } from './read-cells';
import { bucketName } from './read-plan';
import type { ShardCells, VisitorReader } from './read-visitors';

/** Bars whose visitors are read at once: where registers must be united, a bucket costs up to 12 KB a shard. */
const barsAtOnce = 50;

export interface ShardSeries {
  readonly tag: string;
  readonly cells: ReadonlyMap<string, CellReading>;
}

export interface SeriesQuestion {
  readonly visitors: VisitorReader;
  readonly site: string;
  readonly nowMs: number;
}

/** Over the named cells of all shards. */
export function sumCounts(shards: readonly ShardSeries[], names: readonly string[]): Counts {
  const sums = noCounts();
  for (const { cells } of shards) {
    for (const name of names) {
      const counts = cells.get(name)?.counts;
      if (counts !== undefined) addTo(sums, counts);
    }
  }
  return sums;
}

/** Counts of each bucket of the range, in order. */
export function countBuckets({ grain, startsMs }: BucketRange, shards: readonly ShardSeries[]): Counts[] {
  return startsMs.map((startMs) => sumCounts(shards, [bucketName(grain, startMs)]));
}

/** Counts of hours that add up to those of their days (fitHours). `hours`: of whole days, up to now. */
export function countFittedHours(
  hours: BucketRange,
  days: BucketRange,
  shards: readonly ShardSeries[],
  nowMs: number,
): Counts[] {
  const ofHours = countBuckets(hours, shards);
  const ofDays = countBuckets(days, shards);
  const fitted = (term: keyof Counts): number[] =>
    fitHours(
      hours.startsMs,
      ofHours.map((counts) => counts[term]),
      new Map(days.startsMs.map((startMs, i) => [startMs, ofDays[i]?.[term] ?? 0])),
      nowMs,
    );
  const byTerm = COUNT_NAMES.map((term) => [term, fitted(term)] as const);
  return hours.startsMs.map((_, i) => {
    const counts = noCounts();
    for (const [term, terms] of byTerm) counts[term] = terms[i] ?? 0;
    return counts;
  });
}

/** Those that a curve shows. */
export function shownCounts({ views, events, bots }: Counts): Pick<Counts, 'views' | 'events' | 'bots'> {
  return { views, events, bots };
}

/** The named cells of each shard. */
export function shardCells(shards: readonly ShardSeries[], names: readonly string[]): ShardCells[] {
  return shards.map(({ tag, cells }) => ({ tag, cells: names.flatMap((name) => cells.get(name) ?? []) }));
}

/** Visitors of each bar, in order. */
export async function readVisitorSeries(
  visitors: VisitorReader,
  site: string,
  { grain, bars }: SeriesPlan,
  shards: readonly ShardSeries[],
): Promise<VisitorCount[]> {
  const read = ({ startMs, untilMs, startsMs }: Bar): Promise<VisitorCount> => {
    const names = startsMs.map((bucketMs) => bucketName(grain, bucketMs));
    return visitors.read(`${site} ${grain} ${startMs} ${untilMs}`, shardCells(shards, names));
  };
  const series: VisitorCount[] = [];
  for (let from = 0; from < bars.length; from += barsAtOnce) {
    series.push(...(await Promise.all(bars.slice(from, from + barsAtOnce).map(read))));
  }
  return series;
}

/** Points of the bars, whose buckets' counts are given in order. */
export async function mergePoints(
  { visitors, site }: SeriesQuestion,
  plan: SeriesPlan,
  counts: readonly Counts[],
  shards: readonly ShardSeries[],
): Promise<SeriesPoint[]> {
  const visitorSeries = await readVisitorSeries(visitors, site, plan, shards);
  let at = 0;
  return plan.bars.map(({ startMs, untilMs, startsMs }, i) => {
    const own = counts.slice(at, at + startsMs.length);
    at += startsMs.length;
    return {
      at: new Date(startMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      ...shownCounts(addCounts(own)),
      visitors: visitorSeries[i] as VisitorCount,
    };
  });
}

/** The curve of a window, whose bars add up to its totals. */
export async function mergeSeries(
  question: SeriesQuestion,
  curve: SeriesPlan,
  totals: BucketRange,
  shards: readonly ShardSeries[],
): Promise<SeriesPoint[]> {
  const buckets = bucketsOf(curve);
  const counts =
    buckets.grain === totals.grain
      ? countBuckets(buckets, shards)
      : countFittedHours(buckets, totals, shards, question.nowMs);
  return mergePoints(question, curve, counts, shards);
}
