/** Which cells a question needs of each shard, and by which names they are found again. */
import { GRAINS, type Grain } from '../core/grains';
import { bucketsOf, type SeriesPlan } from '../core/series';
import { closesAtMs } from '../core/time-bucket';
import { type BucketRange, liveMinutes, type WindowPlan } from '../core/window';
import { allTimeKey, bucketKey, dimensionsKey, extrasKey, pagesKey } from './keys';
import type { Cell } from './read-cells';

/** What is wanted of a bucket, whichever shard it lies in. */
export interface WantedBucket {
  readonly grain: Grain;
  readonly startMs: number;
  wantsVisitors: boolean;
  wantsDimensions: boolean;
}

export const ALL_TIME = 'all';

export function bucketName(grain: Grain, startMs: number): string {
  return `${grain} ${startMs}`;
}

export function namesOf({ grain, startsMs }: BucketRange): string[] {
  return startsMs.map((startMs) => bucketName(grain, startMs));
}

function want(
  wanted: Map<string, WantedBucket>,
  { grain, startsMs }: BucketRange,
  what: { readonly visitors: boolean; readonly dimensions: boolean },
): void {
  for (const startMs of startsMs) {
    const name = bucketName(grain, startMs);
    const known = wanted.get(name);
    if (known === undefined) {
      wanted.set(name, { grain, startMs, wantsVisitors: what.visitors, wantsDimensions: what.dimensions });
    } else {
      known.wantsVisitors ||= what.visitors;
      known.wantsDimensions ||= what.dimensions;
    }
  }
}

/** `curve`: of which the snapshot's series is made. */
export function wantedForSnapshot(
  plan: WindowPlan,
  curve: SeriesPlan,
  nowMs: number,
): Map<string, WantedBucket> {
  const wanted = new Map<string, WantedBucket>();
  want(wanted, bucketsOf(curve), { visitors: true, dimensions: false });
  want(wanted, plan.totals, { visitors: true, dimensions: true });
  // They say whether live visitors of shards add up.
  want(wanted, liveMinutes(nowMs), { visitors: false, dimensions: false });
  return wanted;
}

export function wantedForSeries(
  ranges: readonly BucketRange[],
  visitors: boolean,
): Map<string, WantedBucket> {
  const wanted = new Map<string, WantedBucket>();
  for (const range of ranges) want(wanted, range, { visitors, dimensions: false });
  return wanted;
}

export function cellsOf(tag: string, site: string, wanted: ReadonlyMap<string, WantedBucket>): Cell[] {
  return Array.from(wanted, ([name, { grain, startMs, wantsVisitors, wantsDimensions }]) => {
    const key = bucketKey(tag, GRAINS[grain].code, site, startMs);
    return {
      name,
      key,
      dimensionsKey: dimensionsKey(key),
      extrasKey: extrasKey(key),
      closesAtMs: closesAtMs(grain, startMs),
      wantsVisitors,
      wantsDimensions,
    };
  });
}

export function allTimeCell(tag: string, site: string, likelyPages: readonly string[]): Cell {
  return {
    name: ALL_TIME,
    key: allTimeKey(tag, site),
    dimensionsKey: pagesKey(tag, site),
    extrasKey: undefined,
    closesAtMs: Number.POSITIVE_INFINITY,
    wantsVisitors: true,
    wantsDimensions: true,
    likelyPages,
  };
}
