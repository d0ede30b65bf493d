/** The numbers of docs/counting.md, written down once more: the model takes none of the pipeline's. All times in ms. */
import type { Bounds } from '../faulty-wire';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const skewMax = 5 * MINUTE;
export const lateAfter = 10 * MINUTE;
export const markSlice = 150_000;
/** A mark holds while the event's slice is at most this many after its own. */
export const markSlicesHeld = 4;
export const markKeptAfterSlice = 10 * MINUTE;
export const lastSeenKept = 35 * MINUTE;
export const secondsKeptAfterMinute = 15 * MINUTE;
export const keptShare = 0.75;

export interface GrainRule {
  readonly code: 'm' | 'h' | 'd';
  readonly name: 'minute' | 'hour' | 'day';
  readonly length: number;
  /** An event of at most this age still counts in it; after its end and this it is closed for good. */
  readonly grace: number;
  /** After its end: dimensions, and of a minute the registers of its visitors. */
  readonly detailsKept: number;
  readonly countsKept: number;
}

export const grains: readonly GrainRule[] = [
  {
    code: 'm',
    name: 'minute',
    length: MINUTE,
    grace: 10 * MINUTE,
    detailsKept: 2 * HOUR,
    countsKept: 48 * HOUR,
  },
  { code: 'h', name: 'hour', length: HOUR, grace: 25 * HOUR, detailsKept: 3 * DAY, countsKept: 35 * DAY },
  { code: 'd', name: 'day', length: DAY, grace: 49 * HOUR, detailsKept: 400 * DAY, countsKept: 400 * DAY },
];

export const usualBounds: Bounds = {
  exactVisitors: 2_000,
  liveVisitors: 20_000,
  feed: 50,
  rejects: 100,
  values: { minute: 1_000, hour: 1_000, day: 200, pages: 10_000 },
};

/** Letters of props, links, revenue and engagement, which lie in a hash of their own. */
export const extraLetters = 'ufkvtyxmq';

/** Custom events by whose url links are counted, and letters of these dimensions. */
export const linkDimensions: Readonly<Record<string, string>> = {
  'Outbound Link: Click': 'u',
  'File Download': 'f',
};

/** Letters of the labels of a page view. */
export const pageDimensions = {
  r: 'referrer',
  n: 'channel',
  s: 'source',
  c: 'campaign',
  b: 'browser',
  d: 'device',
  o: 'os',
  l: 'country',
} as const;
