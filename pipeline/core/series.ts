/** Bars of a curve: each is made of one bucket, or of several where days are cut by the midnights of a zone. */
import { GRAINS, type Grain } from './grains';
import { DAY_MS, HOUR_MS } from './limits';
import type { SiteCounts } from './snapshot';
import { bucketStart } from './time-bucket';
import type { BucketRange } from './window';

export interface Span {
  readonly startMs: number;
  /** Exclusive. */
  readonly untilMs: number;
}

export interface Bar extends Span {
  /** Starts of the buckets that it is made of. */
  readonly startsMs: readonly number[];
}

/** Bars that follow one another, of buckets of one grain. */
export interface SeriesPlan {
  readonly grain: Grain;
  readonly bars: readonly Bar[];
}

export type Counts = SiteCounts;
export const COUNT_NAMES = ['views', 'events', 'bots', 'engagements', 'engagedMs', 'scrolled'] as const;

type Sums = { -readonly [name in keyof Counts]: number };

export function noCounts(): Sums {
  return { views: 0, events: 0, bots: 0, engagements: 0, engagedMs: 0, scrolled: 0 };
}

export function addTo(sums: Sums, counts: Counts): void {
  for (const name of COUNT_NAMES) sums[name] += counts[name];
}

export function addCounts(all: readonly Counts[]): Counts {
  const sums = noCounts();
  for (const counts of all) addTo(sums, counts);
  return sums;
}

/** A bar for each bucket. */
export function barPerBucket({ grain, startsMs }: BucketRange): SeriesPlan {
  const { lengthMs } = GRAINS[grain];
  const bars = startsMs.map((startMs) => ({
    startMs,
    untilMs: startMs + lengthMs,
    startsMs: [startMs],
  }));
  return { grain, bars };
}

/** A bar for each span, of the buckets that begin in it. */
export function barPerSpan({ grain, startsMs }: BucketRange, spans: readonly Span[]): SeriesPlan {
  let at = 0;
  const bars = spans.map(({ startMs, untilMs }) => {
    const own: number[] = [];
    for (; (startsMs[at] ?? untilMs) < untilMs; at++) own.push(startsMs[at] as number);
    return { startMs, untilMs, startsMs: own };
  });
  return { grain, bars };
}

const NOON = DAY_MS / HOUR_MS / 2;

/** All buckets of the bars, in order. */
export function bucketsOf({ grain, bars }: SeriesPlan): BucketRange {
  return { grain, startsMs: bars.flatMap(({ startsMs }) => startsMs) };
}

/** Takes `surplus` off the newest of these hours, as far as each has it. */
function takeOff(hours: number[], surplus: number): void {
  for (let at = hours.length - 1; at >= 0 && surplus > 0; at--) {
    const taken = Math.min(surplus, hours[at] as number);
    hours[at] = (hours[at] as number) - taken;
    surplus -= taken;
  }
}

/**
 * One count of each hour, changed so that the hours of a day add up to `days`. An event that comes more than 25 h late has a day
 * and no hour (docs/counting.md): it is put at noon of its day. Of the day that is still filling no event is so late; what its
 * hours lack or have too much was committed while they were read, and belongs to the newest of them.
 * `startsMs`: all hours of each day, up to now.
 */
export function fitHours(
  startsMs: readonly number[],
  hours: readonly number[],
  days: ReadonlyMap<number, number>,
  nowMs: number,
): number[] {
  const fitted: number[] = [];
  for (let first = 0; first < startsMs.length; ) {
    const dayMs = bucketStart(startsMs[first] as number, DAY_MS);
    let end = first;
    while (end < startsMs.length && (startsMs[end] as number) < dayMs + DAY_MS) end++;
    const own = hours.slice(first, end);
    const lacking = (days.get(dayMs) ?? 0) - own.reduce((sum, count) => sum + count, 0);
    const isFilling = dayMs + DAY_MS > nowMs;
    const place = isFilling ? own.length - 1 : NOON;
    if (lacking > 0) own[place] = (own[place] ?? 0) + lacking;
    takeOff(own, -lacking);
    fitted.push(...own);
    first = end;
  }
  return fitted;
}
