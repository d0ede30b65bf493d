/** Bytes of what hangs on one cell (a bucket, or all time) of one site and shard, without its keys. */
import { DIMENSIONS, type Dimension } from '../core/dimensions';
import { exactVisitorsMax, trimmedShare } from '../core/limits';
import type { FeedItem } from '../core/roll-up';
import { encodeFeedMember } from './feed-member';
import { COUNT, FIELD } from './keys';
import { additionsOf, type BucketFill, fillOf, type SiteLoad, type TopicLoad } from './memory-load';
import { digestSetBytes, type Fields, hashBytes } from './redis-bytes';

/** A dimension that keeps overflowing holds between what a cut leaves and its bound. */
export const heldShare = (trimmedShare + 1) / 2;

/** Values that come up when `events` draw evenly among `values`. */
export function distinctValues(values: number, events: number): number {
  return values === 0 ? 0 : values * (1 - Math.exp(-events / values));
}

/** Chance that at least one of a mean number comes. */
function chanceOf(mean: number): number {
  return 1 - Math.exp(-mean);
}

function countField(name: string, value: number, count = 1): Fields {
  return { count, nameBytes: name.length, value };
}

/** What an engagement event adds, about. */
const engagedMsUsual = 15_000;
const scrolledUsual = 30;
/** What is added to a value at once, about, where it is more than one. */
const usualAdditions: Partial<Readonly<Record<Dimension, number>>> = {
  engagedTimes: engagedMsUsual,
  scrollDepths: scrolledUsual,
  revenueRest: 100_000,
};

export function countsBytes(fill: BucketFill, partitions: number, isSealed: boolean): number {
  return hashBytes([
    countField(COUNT.views, fill.views, chanceOf(fill.views)),
    countField(COUNT.events, fill.tracks, chanceOf(fill.tracks)),
    countField(COUNT.bots, fill.bots, chanceOf(fill.bots)),
    countField(COUNT.engagements, fill.engagements, chanceOf(fill.engagements)),
    countField(COUNT.engagedMs, fill.engagements * engagedMsUsual, chanceOf(fill.engagements)),
    countField(COUNT.scrolled, fill.engagements * scrolledUsual, chanceOf(fill.engagements)),
    countField(COUNT.parts, partitions),
    countField(COUNT.promoted, 1, fill.visitors > exactVisitorsMax ? 1 : 0),
    ...(isSealed ? [countField(COUNT.visitors, fill.visitors), countField(COUNT.visitorsExact, 1)] : []),
  ]);
}

interface DrawnValues {
  readonly name: Dimension;
  readonly events: number;
  /** Different values that came. */
  readonly drawn: number;
}

function fieldsOf(site: SiteLoad, { name, events, drawn }: DrawnValues, valuesMax: number): Fields[] {
  const { code } = DIMENSIONS[name];
  const isCut = drawn > valuesMax;
  const held = isCut ? valuesMax * heldShare : drawn;
  const value = ((usualAdditions[name] ?? 1) * events) / drawn;
  return [
    { count: held, nameBytes: FIELD.value(code, '').length + site.valueBytes[name], value },
    countField(FIELD.held(code), held, chanceOf(events)),
    countField(FIELD.other(code), events, isCut ? 1 : 0),
  ];
}

/**
 * The dimensions `names` of a cell. `valuesMax`: of one dimension. A hash that is cut held the values of one commit more before,
 * and it keeps the form and the slots that it needed then.
 */
export function dimensionsBytes(
  load: TopicLoad,
  fill: BucketFill,
  valuesMax: number,
  names: readonly Dimension[],
): number {
  const { site } = load;
  const ofCommit = fillOf(load, load.commitMs, 0);
  const drawn = names.map((name) => {
    const events = additionsOf(site, name, fill);
    const atOnce = additionsOf(site, name, ofCommit);
    return {
      name,
      events,
      drawn: distinctValues(site.values[name], events),
      drawnAtOnce: distinctValues(site.values[name], Math.min(atOnce, events)),
    };
  });
  const fields = drawn.flatMap((values) => (values.drawn > 0 ? fieldsOf(site, values, valuesMax) : []));
  const gone = drawn.map((values) => (values.drawn > valuesMax ? values.drawnAtOnce : 0));
  const held = fields.reduce((sum, { count }) => sum + count, 0);
  return hashBytes(
    fields,
    gone.reduce((sum, n) => sum + n, held),
  );
}

export function visitorSetBytes(visitors: number): number {
  return visitors > exactVisitorsMax ? 0 : digestSetBytes(visitors);
}

/** One event of the feed, its texts as long as `lengthOf` says, in `letter`s. */
export function feedItemBytes(
  lengthOf: Readonly<Record<Dimension, number>>,
  letter: string,
  ofType: FeedItem['type'],
): number {
  const text = (name: Dimension): string => letter.repeat(Math.round(lengthOf[name] / letter.length));
  const item: FeedItem = {
    atMs: 0,
    offset: 0,
    type: ofType,
    path: text('pages'),
    event: ofType === 'track' ? text('events') : undefined,
    referrerHost: lengthOf.referrers > 0 ? text('referrers') : undefined,
    browser: text('browsers'),
    device: text('devices'),
    country: text('countries'),
  };
  return Buffer.byteLength(encodeFeedMember(item));
}
