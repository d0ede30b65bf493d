/**
 * The numbers of docs/counting.md, stated a second time: the audit must not be wrong together with what it checks.
 * test/audit/rules.test.ts holds both statements to each other.
 */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export interface GrainRule {
  readonly name: 'minute' | 'hour' | 'day';
  readonly code: string;
  readonly lengthMs: number;
  /** Events up to this age are counted in the grain. */
  readonly graceMs: number;
  /** After a bucket's end, in log time. */
  readonly countsKeptMs: number;
  readonly dimensionsKeptMs: number;
  readonly registersKeptMs: number;
  /** Values of one dimension. */
  readonly valuesMax: number;
}

export const GRAIN_RULES: readonly GrainRule[] = [
  {
    name: 'minute',
    code: 'm',
    lengthMs: minute,
    graceMs: 10 * minute,
    countsKeptMs: 48 * hour,
    dimensionsKeptMs: 2 * hour,
    registersKeptMs: 2 * hour,
    valuesMax: 1_000,
  },
  {
    name: 'hour',
    code: 'h',
    lengthMs: hour,
    graceMs: 25 * hour,
    countsKeptMs: 35 * day,
    dimensionsKeptMs: 3 * day,
    registersKeptMs: 35 * day,
    valuesMax: 1_000,
  },
  {
    name: 'day',
    code: 'd',
    lengthMs: day,
    graceMs: 49 * hour,
    countsKeptMs: 400 * day,
    dimensionsKeptMs: 400 * day,
    registersKeptMs: 400 * day,
    valuesMax: 200,
  },
];

export const secondsKeptMs = 15 * minute;
export const minuteMs = minute;
/** Log time after which a minute can change no more. */
export const closedAfterMs = 10 * minute;
export const clockSkewMs = 5 * minute;
export const markSliceMs = 150 * second;
/** A mark made this many slices ago still holds. */
export const markSlicesHeld = 4;
export const exactVisitorsMax = 2_000;
export const lastSeenKeptMs = 35 * minute;
export const lastSeenMax = 20_000;
export const allTimePagesMax = 10_000;
export const feedMax = 50;
/** Of a path, in the feed. */
export const feedPathCharsMax = 300;
/** In the feed, a member begins with its offset, padded to this many digits. */
export const feedOffsetDigits = 16;
export const rejectsMax = 100;

/** Letters of the dimensions. */
export const DIMENSION_CODES = {
  pages: 'p',
  referrers: 'r',
  sources: 's',
  campaigns: 'c',
  events: 'e',
  browsers: 'b',
  devices: 'd',
  systems: 'o',
  countries: 'l',
  channels: 'n',
  outbound: 'u',
  downloads: 'f',
  propKeys: 'k',
  props: 'v',
  engagedTimes: 't',
  scrollDepths: 'y',
  purchases: 'x',
  revenueThousands: 'm',
  revenueRest: 'q',
} as const;

/** They lie in a hash of their own. */
export const EXTRA_CODES: ReadonlySet<string> = new Set([...'ufkvtyxmq']);

/** Custom events whose url is counted, and the letter of the dimension. */
export const LINK_CODES: Readonly<Record<string, string>> = {
  'Outbound Link: Click': DIMENSION_CODES.outbound,
  'File Download': DIMENSION_CODES.downloads,
};

/** An event is never dated further than this ahead of log time: `receivedAt` and `timestamp` may each be ahead by the skew. */
export const aheadMsMax = 2 * clockSkewMs;
/** A record may be a duplicate of one that lies this much log time before it. */
export const duplicateReachMs = (markSlicesHeld + 1) * markSliceMs;

/** Of a shard's layout, in its state; one that this release has not committed to yet has the version before. */
export const schemaVersion = 2;
export const schemaVersionBefore = 1;
