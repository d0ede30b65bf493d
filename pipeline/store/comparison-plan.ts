/** Which buckets a comparison is made of: the complete ones of the window, and as many that lie 1, 7 or 28 days before. */
import { GRAINS, type Grain } from '../core/grains';
import { DAY_MS } from '../core/limits';
import { barPerBucket, barPerSpan, type SeriesPlan, type Span } from '../core/series';
import type { ComparisonSpan } from '../core/snapshot';
import { bucketStart } from '../core/time-bucket';
import { type BucketRange, bucketsBetween, planWindow } from '../core/window';
import type { ComparisonQuestion } from './store-port';
import { clockShiftMs, UTC, zoneDays } from './zone-clock';

/** The complete buckets of one of the two windows, from `startMs` to `untilMs`. */
export interface Side extends Span {
  /** The complete ones come first; where there are `days`, all hours of these follow, as far as there are any yet. */
  readonly buckets: BucketRange;
  readonly completeCount: number;
  /** Where the window begins with a day and is made of hours: its days, to whose counts those of their hours add up. */
  readonly days: BucketRange | undefined;
}

export interface ComparisonPlan {
  readonly present: Side;
  readonly earlier: Side;
  /** The earlier window's bars, one for each of the present window's, that still filling included. */
  readonly series: SeriesPlan;
}

const daysBack: Readonly<Record<ComparisonSpan, number>> = { day: 1, week: 7, month: 28 };

/** Back to the bucket in which the zone's clock showed the same time: Lord Howe's clock changes by half an hour. */
function shiftOf(grain: Grain, atMs: number, { against, zone }: ComparisonQuestion): number {
  const days = daysBack[against];
  if (grain === 'day') return days * DAY_MS;
  return atMs - bucketStart(atMs - clockShiftMs(zone, atMs, days), GRAINS[grain].lengthMs);
}

/** `buckets`: of the window, the last of which is left out. */
function planSide(buckets: BucketRange, byDays: boolean, nowMs: number): Side {
  const { grain, startsMs } = buckets;
  const [startMs, untilMs] = [startsMs[0] as number, startsMs.at(-1) as number];
  const completeCount = startsMs.length - 1;
  // Over a change of the clock the earlier window begins an hour beside midnight; then hours are taken as they are.
  if (!byDays || startMs % DAY_MS !== 0) return { startMs, untilMs, buckets, completeCount, days: undefined };
  const endMs = Math.min(bucketStart(untilMs, DAY_MS) + DAY_MS, nowMs + 1);
  return {
    startMs,
    untilMs,
    buckets: bucketsBetween(grain, startMs, endMs),
    completeCount,
    days: bucketsBetween('day', startMs, endMs),
  };
}

/**
 * Hours are not kept for as long as the window before 30 days. So its days are those of UTC in every zone, and each stands
 * at the bar that has its noon.
 */
function earlierDays(days: BucketRange, shiftMs: number, zone: string, nowMs: number): SeriesPlan {
  const firstMs = days.startsMs[0] ?? nowMs;
  if (zone === UTC) return barPerBucket(shifted(days, shiftMs));
  const noonMs = DAY_MS / 2;
  const spans = zoneDays(zone, firstMs, nowMs).map(({ startMs, untilMs }) => ({
    startMs: startMs - shiftMs - noonMs,
    untilMs: untilMs - shiftMs - noonMs,
  }));
  const [first, last] = [spans[0] as Span, spans.at(-1) as Span];
  const range = bucketsBetween('day', first.startMs, last.untilMs);
  const startsMs = range.startsMs.filter((startMs) => startMs >= first.startMs);
  const { grain, bars } = barPerSpan({ grain: 'day', startsMs }, spans);
  return {
    grain,
    bars: bars.map(({ startMs, untilMs, startsMs: own }) => ({
      startMs: own[0] ?? startMs + noonMs,
      untilMs: own.length === 0 ? untilMs + noonMs : (own.at(-1) as number) + DAY_MS,
      startsMs: own,
    })),
  };
}

function shifted({ grain, startsMs }: BucketRange, shiftMs: number): BucketRange {
  return { grain, startsMs: startsMs.map((startMs) => startMs - shiftMs) };
}

export function planComparison(question: ComparisonQuestion, nowMs: number): ComparisonPlan {
  const { series, totals } = planWindow(question.window, nowMs);
  const toMs = series.startsMs.at(-1) as number;
  const shiftMs = shiftOf(series.grain, toMs, question);
  const byDays = totals.grain !== series.grain;
  return {
    present: planSide(series, byDays, nowMs),
    earlier: planSide(shifted(series, shiftMs), byDays, nowMs),
    series:
      series.grain === 'day'
        ? earlierDays(series, shiftMs, question.zone, nowMs)
        : barPerBucket(shifted(series, shiftMs)),
  };
}
