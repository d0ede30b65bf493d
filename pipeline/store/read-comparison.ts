/** A window beside an earlier one, over the same complete buckets. */

import { countingSince } from '../core/counting-since';
import { GRAINS, type Grain } from '../core/grains';
import { DAY_MS } from '../core/limits';
import type { ShardState } from '../core/merge-ledger';
import { NO_VISITORS } from '../core/merge-visitors';
import { addCounts, bucketsOf, type Counts } from '../core/series';
import type { ComparedCounts, Comparison, VisitorCount } from '../core/snapshot';
import type { BucketRange } from '../core/window';
import { type ComparisonPlan, planComparison, type Side } from './comparison-plan';
import { bucketName, namesOf } from './read-plan';
import {
  countBuckets,
  countFittedHours,
  mergePoints,
  type ShardSeries,
  shardCells,
  shownCounts,
} from './read-series';
import type { VisitorReader } from './read-visitors';
import type { ComparisonQuestion } from './store-port';

type StatedShard = ShardSeries & { readonly state: ShardState | undefined };

export interface ComparisonSource {
  readonly visitors: VisitorReader;
  readonly nowMs: number;
  /** Reads these buckets of every shard, with their visitors. */
  readonly read: (ranges: readonly BucketRange[]) => Promise<readonly StatedShard[]>;
}

function rangesOf({ buckets, days }: Side): BucketRange[] {
  return days === undefined ? [buckets] : [buckets, days];
}

function isKept(grain: Grain, startMs: number, nowMs: number, what: 'counts' | 'visitors'): boolean {
  const { lengthMs, countsKeptMs, detailsKeptMs } = GRAINS[grain];
  // keys.ts: the HyperLogLogs of minutes go with their dimensions, those of hours and days with their counts.
  const keptMs = what === 'visitors' && grain === 'minute' ? detailsKeptMs : countsKeptMs;
  return startMs + lengthMs + keptMs > nowMs;
}

function countSide({ buckets, days }: Side, shards: readonly ShardSeries[], nowMs: number): Counts[] {
  if (days === undefined) return countBuckets(buckets, shards);
  return countFittedHours(buckets, days, shards, nowMs);
}

/** Cells that together have the visitors of the complete buckets: a whole day's own where there is one, which is one read for 24. */
function visitorCells({ startMs, untilMs, buckets, completeCount, days }: Side): string[] {
  const complete = buckets.startsMs.slice(0, completeCount);
  const whole = (days?.startsMs ?? []).filter((dayMs) => dayMs + DAY_MS <= untilMs);
  const restMs = startMs + whole.length * DAY_MS;
  return [
    ...namesOf({ grain: 'day', startsMs: whole }),
    ...complete
      .filter((bucketMs) => bucketMs >= restMs)
      .map((bucketMs) => bucketName(buckets.grain, bucketMs)),
  ];
}

async function compareSide(
  site: string,
  side: Side,
  counts: readonly Counts[],
  shards: readonly ShardSeries[],
  { visitors, nowMs }: ComparisonSource,
): Promise<ComparedCounts> {
  const { startMs, untilMs, buckets, completeCount } = side;
  const sums = addCounts(counts.slice(0, completeCount));
  const readVisitors = async (): Promise<VisitorCount | null> => {
    if (sums.views + sums.events + sums.engagements === 0) return NO_VISITORS;
    if (!isKept(buckets.grain, startMs, nowMs, 'visitors')) return null;
    const name = `${site} compared ${buckets.grain} ${startMs} ${untilMs}`;
    return visitors.read(name, shardCells(shards, visitorCells(side)));
  };
  const { engagements, engagedMs, scrolled } = sums;
  return { ...shownCounts(sums), engagements, engagedMs, scrolled, visitors: await readVisitors() };
}

function whyMissing(
  { earlier: { startMs, buckets } }: ComparisonPlan,
  shards: readonly StatedShard[],
  nowMs: number,
): Comparison['missing'] {
  if (!isKept(buckets.grain, startMs, nowMs, 'counts')) return 'not_kept';
  const { wholeMs } = countingSince(shards.flatMap(({ state }) => state ?? []));
  return wholeMs === undefined || wholeMs > startMs ? 'before_counting' : null;
}

async function readEarlier(
  site: string,
  { earlier, series }: ComparisonPlan,
  source: ComparisonSource,
): Promise<Pick<Comparison, 'earlier' | 'series'>> {
  const { visitors, nowMs } = source;
  const seriesBuckets = bucketsOf(series);
  const shards = await source.read([...rangesOf(earlier), seriesBuckets]);
  const counts = countSide(earlier, shards, nowMs);
  const seriesCounts = seriesBuckets.grain === 'day' ? countBuckets(seriesBuckets, shards) : counts;
  const [compared, points] = await Promise.all([
    compareSide(site, earlier, counts, shards, source),
    mergePoints({ visitors, site, nowMs }, series, seriesCounts, shards),
  ]);
  return { earlier: compared, series: points };
}

export async function readComparison(
  question: ComparisonQuestion,
  source: ComparisonSource,
): Promise<Comparison> {
  const { site, window, against } = question;
  const { nowMs } = source;
  const plan = planComparison(question, nowMs);
  const { present } = plan;
  const shards = await source.read(rangesOf(present));
  const now = await compareSide(site, present, countSide(present, shards, nowMs), shards, source);
  const missing = whyMissing(plan, shards, nowMs);
  const { earlier, series } =
    missing === null ? await readEarlier(site, plan, source) : { earlier: null, series: [] };
  return {
    site,
    window,
    against,
    from: new Date(present.startMs).toISOString(),
    to: new Date(present.untilMs).toISOString(),
    now,
    earlier,
    missing,
    series,
  };
}
