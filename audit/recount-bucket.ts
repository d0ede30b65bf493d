/** What the audit counts of one bucket: counts, values by dimension, visitors. */
import type { ClickEvent } from '../pipeline/core/event';
import { DIMENSION_CODES, LINK_CODES } from './rules';
import { VisitorSet } from './visitor-set';

export type CountName =
  | 'views'
  | 'events'
  | 'bots'
  | 'late'
  | 'skewed'
  | 'engagements'
  | 'engagedMs'
  | 'scrolled';
export const COUNT_NAMES: readonly CountName[] = [
  'views',
  'events',
  'bots',
  'late',
  'skewed',
  'engagements',
  'engagedMs',
  'scrolled',
];

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
    counts: {
      ...{ views: 0, events: 0, bots: 0, late: 0, skewed: 0 },
      ...{ engagements: 0, engagedMs: 0, scrolled: 0 },
    },
    values: new Map(),
    visitors: new VisitorSet(),
    counted: undefined,
    unite: false,
  };
}

/** Letter and value of a dimension, and what is added to it. */
export type Addition = readonly [code: string, value: string, by: number];

function labelsOf(event: ClickEvent): [string, string | undefined][] {
  if (event.type === 'track') return [[DIMENSION_CODES.events, event.event]];
  if (event.type === 'engagement') return [];
  return [
    [DIMENSION_CODES.pages, event.page.path],
    [DIMENSION_CODES.referrers, event.page.referrerHost],
    [DIMENSION_CODES.channels, event.context.channel],
    [DIMENSION_CODES.sources, event.context.source],
    [DIMENSION_CODES.campaigns, event.context.campaign],
    [DIMENSION_CODES.browsers, event.context.browser],
    [DIMENSION_CODES.devices, event.context.device],
    [DIMENSION_CODES.systems, event.context.os],
    [DIMENSION_CODES.countries, event.context.country],
  ];
}

/** Of props, links, revenue and engagement. */
function* extrasOf({ event: name = '', page: { path = '' }, extras }: ClickEvent): Generator<Addition> {
  if (extras === undefined) return;
  for (const [key, value] of extras.props) {
    const named = `${name.length},${key.length}:${name}${key}`;
    yield [DIMENSION_CODES.propKeys, named, 1];
    yield [DIMENSION_CODES.props, `${named}${value}`, 1];
  }
  const linkCode = Object.hasOwn(LINK_CODES, name) ? LINK_CODES[name] : undefined;
  if (linkCode !== undefined && extras.link !== undefined) yield [linkCode, extras.link, 1];
  if (extras.revenue !== undefined) {
    const { currency, thousandths } = extras.revenue;
    yield [DIMENSION_CODES.purchases, currency, 1];
    yield [DIMENSION_CODES.revenueThousands, currency, Math.floor(thousandths / 1e6)];
    yield [DIMENSION_CODES.revenueRest, currency, thousandths % 1e6];
  }
  if (extras.engagement !== undefined) {
    yield [DIMENSION_CODES.engagedTimes, path, extras.engagement.engagedMs];
    yield [DIMENSION_CODES.scrollDepths, path, extras.engagement.scrolled];
  }
}

/** What the event adds to dimensions. */
export function dimensionValues(event: ClickEvent): readonly Addition[] {
  const labels = labelsOf(event).flatMap(([code, value]): Addition[] =>
    value === undefined ? [] : [[code, value, 1]],
  );
  return event.extras === undefined ? labels : [...labels, ...extrasOf(event)].filter(([, , by]) => by > 0);
}

export function addValue(bucket: RecountedBucket, code: string, value: string, by = 1): void {
  let counts = bucket.values.get(code);
  if (counts === undefined) {
    counts = new Map();
    bucket.values.set(code, counts);
  }
  counts.set(value, (counts.get(value) ?? 0) + by);
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
  const engagement = event.extras?.engagement;
  if (event.type === 'page') bucket.counts.views += 1;
  else if (event.type === 'track') bucket.counts.events += 1;
  else bucket.counts.engagements += 1;
  bucket.counts.engagedMs += engagement?.engagedMs ?? 0;
  bucket.counts.scrolled += engagement?.scrolled ?? 0;
  if (isLate) bucket.counts.late += 1;
  if (isSkewed) bucket.counts.skewed += 1;
  if (isForeign) bucket.unite = true;
  bucket.visitors.add(visitor);
}
