/** Bytes of Redis that a topic cannot exceed, whatever visitors send: every bound of limits.ts and grains.ts reached at once. */
import { CURRENCIES } from '../core/currencies';
import { DIMENSIONS, type Dimension, EXTRA_NAMES, LABEL_NAMES } from '../core/dimensions';
import { GRAIN_NAMES, GRAINS, type Grain, SECONDS } from '../core/grains';
import {
  allTimePagesMax,
  duplicateWindowMs,
  eventNameCharsMax,
  exactVisitorsMax,
  feedMax,
  labelCharsMax,
  linkCharsMax,
  liveVisitorsMax,
  markSliceMs,
  propCharsMax,
  rollUpIncrementsMax,
  skewMsMax,
  urlCharsMax,
} from '../core/limits';
import { markDigestBytes } from './digest';
import * as keys from './keys';
import { feedItemBytes } from './memory-cells';
import {
  bucketKeyLength,
  duePart,
  estimateOf,
  type MemoryEstimate,
  type PartMemory,
  statePart,
  tagOf,
} from './memory-formula';
import type { TopicLoad } from './memory-load';
import {
  denseHyperLogLogBytes,
  digestSetBytes,
  hashBytes,
  keyBytes,
  numberedHashBytes,
  sortedSetBytes,
  tableBytes,
  textSetBytes,
} from './redis-bytes';

/** A UTF-16 unit is at most three bytes of UTF-8. */
const bytesOfChar = 3;
/** Takes most in JSON, in which the feed is kept: six letters. */
const longestLetter = '\u0001';
/** A count that no site reaches. */
const countMax = 1e12;
const label = labelCharsMax * bytesOfChar;
const url = urlCharsMax * bytesOfChar;
const link = linkCharsMax * bytesOfChar;
/** Two lengths and what stands between them (props.ts). */
const propKey = '120,120:'.length + (eventNameCharsMax + propCharsMax) * bytesOfChar;
const currency = 3;

/** The longest value that validation lets pass, UTF-8 bytes. */
export const LONGEST_VALUE_BYTES: Readonly<Record<Dimension, number>> = {
  pages: url,
  referrers: label,
  channels: label,
  sources: label,
  campaigns: label,
  events: eventNameCharsMax * bytesOfChar,
  browsers: label,
  devices: label,
  systems: label,
  countries: label,
  outbound: link,
  downloads: link,
  propKeys: propKey,
  props: propKey + propCharsMax * bytesOfChar,
  engagedTimes: url,
  scrollDepths: url,
  purchases: currency,
  revenueThousands: currency,
  revenueRest: currency,
};

/**
 * Buckets at the fullest moment: those kept, the open one, and those that visitors' clocks are ahead by. A young topic has no more
 * than its history has made, and those before it that late events may still reach.
 */
function bucketsMax(load: TopicLoad, keptMs: number, lengthMs: number, graceMs: number): number {
  const reachedMs = Math.min(keptMs, load.historyMs + graceMs);
  return Math.ceil(reachedMs / lengthMs) + 1 + Math.ceil(skewMsMax / lengthMs);
}

/** Dimensions whose values are a closed list. */
const closed: ReadonlySet<Dimension> = new Set(['purchases', 'revenueThousands', 'revenueRest']);

/** `valuesMax` values of each dimension; and as many more as one commit can bring before it is cut. */
function fullDimensionsBytes(
  valuesMax: number,
  valueBytes: Readonly<Record<Dimension, number>>,
  names: readonly Dimension[],
): number {
  const fields = names.flatMap((name) => {
    const { code } = DIMENSIONS[name];
    return [
      {
        count: closed.has(name) ? CURRENCIES.size : valuesMax,
        nameBytes: keys.FIELD.value(code, '').length + valueBytes[name],
        value: countMax,
      },
      { count: 2, nameBytes: keys.FIELD.held(code).length, value: countMax },
    ];
  });
  return hashBytes(fields, names.length * (valuesMax + 2) + rollUpIncrementsMax);
}

/** A set or sorted set that is being enlarged has two tables for a while: the second is half as large. */
function withBothTables(bytes: number, entries: number): number {
  return bytes + tableBytes(entries) / 2;
}

function grainBounds(
  load: TopicLoad,
  grain: Grain,
  valueBytes: TopicLoad['site']['valueBytes'],
): PartMemory[] {
  const { code, lengthMs, graceMs, detailsKeptMs, countsKeptMs, valuesMax } = GRAINS[grain];
  const key = (suffix = '') => keyBytes(bucketKeyLength(load, code, suffix));
  const counts = hashBytes(
    Object.values(keys.COUNT).map((name) => ({ count: 1, nameBytes: name.length, value: countMax })),
  );
  const row = (part: PartMemory['part'], keptMs: number, bytes: number): PartMemory => {
    const count = bucketsMax(load, keptMs, lengthMs, graceMs);
    return { part, keys: count, bytes: count * bytes };
  };
  const labels = fullDimensionsBytes(valuesMax, valueBytes, LABEL_NAMES);
  const extras = fullDimensionsBytes(valuesMax, valueBytes, EXTRA_NAMES);
  const set = withBothTables(digestSetBytes(exactVisitorsMax), exactVisitorsMax);
  return [
    row(`${grain} counts`, countsKeptMs, key() + counts),
    row(`${grain} dimensions`, detailsKeptMs, key(':d') + labels),
    row(`${grain} extras`, detailsKeptMs, key(':x') + extras),
    row(`${grain} visitor sets`, graceMs, key(':v') + set),
    row(
      `${grain} HyperLogLogs`,
      grain === 'minute' ? detailsKeptMs : countsKeptMs,
      key(':h') + denseHyperLogLogBytes,
    ),
  ];
}

function siteBounds(load: TopicLoad, valueBytes: TopicLoad['site']['valueBytes']): PartMemory[] {
  const { name } = load.site;
  const tag = tagOf(load);
  const seconds = bucketsMax(load, SECONDS.keptMs, SECONDS.lengthMs, SECONDS.graceMs);
  const [counts] = grainBounds(load, 'day', valueBytes) as [PartMemory];
  const ofSet = withBothTables(digestSetBytes(exactVisitorsMax), exactVisitorsMax);
  const live = sortedSetBytes(liveVisitorsMax, 16, 0) + tableBytes(liveVisitorsMax) / 2;
  const item = feedItemBytes(valueBytes, longestLetter, 'track');
  return [
    {
      part: 'seconds',
      keys: seconds,
      bytes: seconds * (keyBytes(bucketKeyLength(load, SECONDS.code)) + numberedHashBytes(60, countMax)),
    },
    ...GRAIN_NAMES.flatMap((grain) => grainBounds(load, grain, valueBytes)),
    {
      part: 'all-time visitors',
      keys: 3,
      bytes:
        counts.bytes / counts.keys +
        ofSet +
        denseHyperLogLogBytes +
        2 * keyBytes(bucketKeyLength(load, 'all', ':v')),
    },
    {
      part: 'all-time pages',
      keys: 1,
      bytes:
        keyBytes(keys.pagesKey(tag, name).length) +
        fullDimensionsBytes(allTimePagesMax, valueBytes, ['pages']),
    },
    { part: 'last seen', keys: 1, bytes: keyBytes(keys.liveKey(tag, name).length) + live },
    {
      part: 'feed',
      keys: 1,
      bytes: keyBytes(keys.feedKey(tag, name).length) + 2 * sortedSetBytes(feedMax, item, 0),
    },
  ];
}

/** The one part that no bound holds: it grows with the rate of events. All slices full, or all that a young topic has. */
function marksBound(load: TopicLoad): PartMemory {
  const { eventsPerSecond, trackShare, botsPerSecond, extrasPerEvent } = load.site;
  const engagementsPerSecond = eventsPerSecond * (1 - trackShare) * extrasPerEvent.engagedTimes;
  const slices = Math.min(duplicateWindowMs / markSliceMs, Math.ceil(load.historyMs / markSliceMs)) + 1;
  const perSecond = ((eventsPerSecond + engagementsPerSecond + botsPerSecond) * load.sites) / load.partitions;
  const marks = Math.ceil((perSecond * Math.min(markSliceMs, load.historyMs)) / 1_000);
  const key = keyBytes(keys.marksKey(tagOf(load), 1e7).length);
  const bytes = key + withBothTables(textSetBytes(marks, markDigestBytes), marks);
  return { part: 'marks', keys: slices, bytes: slices * bytes };
}

/** `valueBytes`: length of every value; by default as long as validation lets pass. */
export function boundMemory(load: TopicLoad, valueBytes = LONGEST_VALUE_BYTES): MemoryEstimate {
  const ofSite = siteBounds(load, valueBytes);
  const marks = marksBound(load);
  const dueOfSite = ofSite
    .filter(({ part }) => part === 'seconds' || part === 'last seen' || part.endsWith(' counts'))
    .reduce((sum, row) => sum + row.keys, 0);
  const due = duePart(load, dueOfSite * load.sites + marks.keys);
  const state = statePart(load);
  // Every reason of rejection, and numbers of 16 digits, are less than as much again.
  return estimateOf(load, [{ ...state, bytes: 2 * state.bytes }, due, marks], ofSite);
}
