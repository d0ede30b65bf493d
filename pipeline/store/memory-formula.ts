/**
 * Bytes of Redis that a topic takes, part by part: what is kept (grains.ts, limits.ts, keys.ts) times what Redis takes for it
 * (redis-bytes.ts). docs/scaling.md says it in words; test/store/memory.redis.test.ts holds it to a real Redis.
 */
import { EXTRA_NAMES, LABEL_NAMES } from '../core/dimensions';
import { EDGE_REASON_NAMES } from '../core/edge-reason';
import { GRAIN_NAMES, GRAINS, type Grain, SECONDS } from '../core/grains';
import {
  allTimePagesMax,
  duplicateWindowMs,
  feedMax,
  liveVisitorsMax,
  markSliceMs,
  rejectsMax,
} from '../core/limits';
import { REJECTION_REASONS } from '../core/rejection';
import { markDigestBytes } from './digest';
import { bucketEntry } from './due-steps';
import * as keys from './keys';
import { LATENCY_BOUNDS_MS } from './latency-histogram';
import { countsBytes, dimensionsBytes, feedItemBytes, visitorSetBytes } from './memory-cells';
import { type BucketFill, fillOf, meanOver, scaledFill, type TopicLoad } from './memory-load';
import {
  hashBytes,
  hyperLogLogBytes,
  keyBytes,
  listBytes,
  numberedHashBytes,
  sortedSetBytes,
  tableBytes,
  textSetBytes,
} from './redis-bytes';

export type GrainPart = 'counts' | 'dimensions' | 'extras' | 'visitor sets' | 'HyperLogLogs';
export type MemoryPart =
  | 'shard state'
  | 'due index'
  | 'marks'
  | 'seconds'
  | `${Grain} ${GrainPart}`
  | 'all-time visitors'
  | 'all-time pages'
  | 'last seen'
  | 'feed'
  | 'key table';

/** A part of a topic, or of one shard of it. `keys` and `bytes` are means, so they need not be whole. */
export interface PartMemory {
  readonly part: MemoryPart;
  readonly keys: number;
  readonly bytes: number;
}

export interface MemoryEstimate {
  readonly parts: readonly PartMemory[];
  readonly totalBytes: number;
}

export function tagOf({ topic }: TopicLoad): string {
  return keys.shardTag({ topic, generation: 1, partition: 0 });
}

/** Any start: all that matters is how many digits it has. */
const someStartMs = 1_767_225_600_000;
/** A 52-bit digest, and a time in milliseconds, in a listpack. */
const packedLongBytes = 10;
/** `offset|reason|field`. */
const rejectBytes = 32;
/** A topic has one reason or two; the others would be some 35 bytes each. */
const reasonsSeen = 1;

export function bucketKeyLength(load: TopicLoad, code: string, suffix = ''): number {
  return keys.bucketKey(tagOf(load), code, load.site.name, someStartMs).length + suffix.length;
}

export function dueMemberLength(load: TopicLoad): number {
  return bucketEntry(GRAINS.minute.code, load.site.name, someStartMs).member.length;
}

/** All parts, from those of a shard and those of a site in a shard. */
export function estimateOf(load: TopicLoad, ofShard: PartMemory[], ofSite: PartMemory[]): MemoryEstimate {
  const times = (factor: number) => (row: PartMemory) => ({
    part: row.part,
    keys: row.keys * factor,
    bytes: row.bytes * factor,
  });
  const parts = [...ofShard.map(times(load.partitions)), ...ofSite.map(times(load.partitions * load.sites))];
  const keyCount = parts.reduce((sum, row) => sum + row.keys, 0);
  parts.push({ part: 'key table', keys: 0, bytes: tableBytes(keyCount) });
  return { parts, totalBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** `bytes`: of one bucket that holds this, its key included; empty buckets do not exist. */
function acrossBuckets(
  load: TopicLoad,
  part: MemoryPart,
  { keptMs, lengthMs, visitors }: { keptMs: number; lengthMs: number; visitors: number },
  bytes: (fill: BucketFill) => number,
  makesBucket: (fill: BucketFill) => number = (fill) => fill.visitors,
): PartMemory {
  const mean = fillOf(load, lengthMs, visitors);
  const over = (share: number, of: (fill: BucketFill) => number): number => {
    const arrivals = makesBucket(mean) * share;
    return meanOver(arrivals, (n) => (n === 0 ? 0 : of(scaledFill(mean, (share * n) / arrivals))));
  };
  const full = Math.min(keptMs, load.historyMs) / lengthMs;
  // Of a young topic, the buckets since its start. Else all that are kept, and the open one, half full on average.
  const sum = (of: (fill: BucketFill) => number): number =>
    load.historyMs <= keptMs
      ? Math.floor(full) * over(1, of) + over(full % 1, of)
      : full * over(1, of) + over(0.5, of);
  return { part, keys: sum((fill) => (bytes(fill) > 0 ? 1 : 0)), bytes: sum(bytes) };
}

/** A bucket has them only if an event with extras came. */
function extrasPart(load: TopicLoad, grain: Grain): PartMemory {
  const { code, lengthMs, detailsKeptMs, valuesMax } = GRAINS[grain];
  const visitors = load.site.visitors[grain];
  const { purchases, propKeys, outbound, downloads } = load.site.extrasPerEvent;
  const trackShare = Math.min(1, Math.max(purchases, propKeys, outbound + downloads));
  const key = keyBytes(bucketKeyLength(load, code, ':x'));
  return acrossBuckets(
    load,
    `${grain} extras`,
    { keptMs: detailsKeptMs, lengthMs, visitors },
    (fill) => key + dimensionsBytes(load, fill, valuesMax, EXTRA_NAMES),
    // Of a visitor's events none may have any.
    (fill) => fill.visitors * (1 - Math.exp(-(fill.engagements + fill.tracks * trackShare) / fill.visitors)),
  );
}

function grainParts(load: TopicLoad, grain: Grain): PartMemory[] {
  const { code, lengthMs, graceMs, detailsKeptMs, countsKeptMs, valuesMax } = GRAINS[grain];
  const visitors = load.site.visitors[grain];
  const kept = (keptMs: number) => ({ keptMs, lengthMs, visitors });
  const key = (suffix = '') => keyBytes(bucketKeyLength(load, code, suffix));
  return [
    acrossBuckets(
      load,
      `${grain} counts`,
      kept(countsKeptMs),
      (fill) => key() + countsBytes(fill, load.partitions, true),
      (fill) => fill.visitors + fill.bots,
    ),
    acrossBuckets(
      load,
      `${grain} dimensions`,
      kept(detailsKeptMs),
      (fill) => key(':d') + dimensionsBytes(load, fill, valuesMax, LABEL_NAMES),
    ),
    extrasPart(load, grain),
    acrossBuckets(load, `${grain} visitor sets`, kept(graceMs), (fill) => {
      const bytes = visitorSetBytes(fill.visitors);
      return bytes === 0 ? 0 : key(':v') + bytes;
    }),
    acrossBuckets(
      load,
      `${grain} HyperLogLogs`,
      kept(grain === 'minute' ? detailsKeptMs : countsKeptMs),
      (fill) => key(':h') + hyperLogLogBytes(fill.visitors),
    ),
  ];
}

function secondsPart(load: TopicLoad): PartMemory {
  const kept = {
    keptMs: SECONDS.keptMs,
    lengthMs: SECONDS.lengthMs,
    visitors: load.site.visitors.minute,
  };
  return acrossBuckets(load, 'seconds', kept, ({ views }) => {
    const seconds = 60 * (1 - Math.exp(-views / 60));
    return keyBytes(bucketKeyLength(load, SECONDS.code)) + numberedHashBytes(seconds, views / seconds);
  });
}

function allTimeParts(load: TopicLoad): PartMemory[] {
  const { site } = load;
  const tag = tagOf(load);
  const all = keys.allTimeKey(tag, site.name);
  const fill = fillOf(load, load.historyMs, site.allTimeVisitors);
  const setBytes = visitorSetBytes(fill.visitors);
  const pages = dimensionsBytes(load, fill, allTimePagesMax, ['pages']);
  const counts = keyBytes(all.length) + countsBytes(fill, load.partitions, false);
  const hll = keyBytes(keys.visitorHllKey(all).length) + hyperLogLogBytes(fill.visitors);
  const set = setBytes === 0 ? 0 : keyBytes(keys.visitorSetKey(all).length) + setBytes;
  return [
    { part: 'all-time visitors', keys: setBytes === 0 ? 2 : 3, bytes: counts + hll + set },
    {
      part: 'all-time pages',
      keys: 1,
      bytes: keyBytes(keys.pagesKey(tag, site.name).length) + pages,
    },
  ];
}

function recentParts(load: TopicLoad): PartMemory[] {
  const { site } = load;
  const tag = tagOf(load);
  const live = keyBytes(keys.liveKey(tag, site.name).length);
  const ofLive = (visitors: number): number =>
    sortedSetBytes(Math.min(visitors, liveVisitorsMax), 16, 2 * packedLongBytes);
  const mean = site.liveVisitors / load.partitions;
  const events = fillOf(load, load.historyMs, 0);
  const items = Math.min(feedMax, events.views + events.tracks);
  const itemBytes =
    feedItemBytes(site.valueBytes, 'x', 'page') * (1 - site.trackShare) +
    feedItemBytes(site.valueBytes, 'x', 'track') * site.trackShare;
  return [
    {
      part: 'last seen',
      keys: 1 - Math.exp(-mean),
      bytes: meanOver(mean, (n) => (n === 0 ? 0 : live + ofLive(n))),
    },
    {
      part: 'feed',
      keys: 1,
      bytes: keyBytes(keys.feedKey(tag, site.name).length) + sortedSetBytes(items, itemBytes, 0),
    },
  ];
}

/** Names and numbers of the state and of the histogram, the sites, and the newest rejections. */
export function statePart(load: TopicLoad): PartMemory {
  const tag = tagOf(load);
  // Some of them are times, most are counts.
  const number = 1e6;
  const { rejectedPrefix, edgePrefix, torn: _, wrongLog: __, ...fields } = keys.STATE;
  const names = [
    ...Object.values(fields),
    ...REJECTION_REASONS.slice(0, reasonsSeen).map((reason) => rejectedPrefix + reason),
    ...EDGE_REASON_NAMES.slice(0, reasonsSeen).map((reason) => edgePrefix + reason),
  ];
  const state = hashBytes(names.map((name) => ({ count: 1, nameBytes: name.length, value: number })));
  const latency = numberedHashBytes(LATENCY_BOUNDS_MS.length + 1, number);
  const keyLengths = [keys.stateKey(tag), keys.sitesKey(tag), keys.rejectsKey(tag), keys.latencyKey(tag)];
  const ofKeys = keyLengths.reduce((sum, key) => sum + keyBytes(key.length), 0);
  const bytes =
    ofKeys +
    state +
    latency +
    textSetBytes(load.sites, load.site.name.length) +
    listBytes(rejectsMax, rejectBytes);
  return { part: 'shard state', keys: keyLengths.length, bytes };
}

function marksPart(load: TopicLoad): PartMemory {
  const perSlice = fillOf(load, markSliceMs, 0);
  const { views, tracks, engagements, bots } = perSlice;
  const marks = (views + tracks + engagements + bots) * load.sites;
  const key = keyBytes(keys.marksKey(tagOf(load), someStartMs / markSliceMs).length);
  return acrossBuckets(
    load,
    'marks',
    { keptMs: duplicateWindowMs, lengthMs: markSliceMs, visitors: marks * load.partitions },
    ({ visitors }) => key + textSetBytes(visitors, markDigestBytes),
  );
}

export function duePart(load: TopicLoad, members: number): PartMemory {
  const memberBytes = dueMemberLength(load);
  const bytes =
    keyBytes(keys.dueKey(tagOf(load)).length) +
    sortedSetBytes(members, memberBytes, memberBytes + 2 + packedLongBytes);
  return { part: 'due index', keys: 1, bytes };
}

/** What to expect at this load. */
export function expectedMemory(load: TopicLoad): MemoryEstimate {
  const ofSite = [
    secondsPart(load),
    ...GRAIN_NAMES.flatMap((grain) => grainParts(load, grain)),
    ...allTimeParts(load),
    ...recentParts(load),
  ];
  const marks = marksPart(load);
  const perSite = ofSite
    .filter(({ part }) => part === 'seconds' || part === 'last seen' || part.endsWith(' counts'))
    .reduce((sum, row) => sum + row.keys, 0);
  const ofShard = [statePart(load), duePart(load, perSite * load.sites + marks.keys), marks];
  return estimateOf(load, ofShard, ofSite);
}
