/** What the audit counts of one bucket: counts, values by dimension, visitors. */
import type { ClickEvent } from '../pipeline/core/event';
import { DIMENSION_CODES } from './rules';
import { VisitorSet } from './visitor-set';

export type CountName = 'views' | 'events' | 'bots' | 'late' | 'skewed';
export const COUNT_NAMES: readonly CountName[] = ['views', 'events', 'bots', 'late', 'skewed'];

/** Visitors of a bucket when they were counted up; `registers` where a HyperLogLog was fed with them. */
export interface CountedVisitors {
  readonly size: number;
  readonly registers?: Buffer;
  readonly estimate?: number;
}

export interface RecountedBucket {
  readonly counts: Record<CountName, number>;
  /** Dimension's letter -> value -> count. */
  readonly values: Map<string, Map<string, number>>;
  /** Emptied when counted up early. */
  visitors: VisitorSet;
  counted: CountedVisitors | undefined;
  unite: boolean;
}

export function newBucket(): RecountedBucket {
  return {
    counts: { views: 0, events: 0, bots: 0, late: 0, skewed: 0 },
    values: new Map(),
    visitors: new VisitorSet(),
    counted: undefined,
    unite: false,
  };
}

/** Letter and value of each dimension that the event has. */
export function dimensionValues(event: ClickEvent): readonly (readonly [string, string])[] {
  const of: [string, string | undefined][] =
    event.type === 'track'
      ? [[DIMENSION_CODES.events, event.event]]
      : [
          [DIMENSION_CODES.pages, event.path],
          [DIMENSION_CODES.referrers, event.referrerHost],
          [DIMENSION_CODES.sources, event.source],
          [DIMENSION_CODES.campaigns, event.campaign],
          [DIMENSION_CODES.browsers, event.browser],
          [DIMENSION_CODES.devices, event.device],
          [DIMENSION_CODES.systems, event.os],
          [DIMENSION_CODES.countries, event.country],
        ];
  return of.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

export function addValue(bucket: RecountedBucket, code: string, value: string): void {
  let counts = bucket.values.get(code);
  if (counts === undefined) {
    counts = new Map();
    bucket.values.set(code, counts);
  }
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

export interface EventMarks {
  readonly isLate: boolean;
  readonly isSkewed: boolean;
  readonly isForeign: boolean;
}

/** Adds an event that is neither duplicate nor bot. */
export function addEvent(
  bucket: RecountedBucket,
  event: ClickEvent,
  /** Digest. */
  visitor: number,
  { isLate, isSkewed, isForeign }: EventMarks,
): void {
  bucket.counts[event.type === 'page' ? 'views' : 'events'] += 1;
  if (isLate) bucket.counts.late += 1;
  if (isSkewed) bucket.counts.skewed += 1;
  if (isForeign) bucket.unite = true;
  bucket.visitors.add(visitor);
}
