/** Compares every bucket that is in the log or in the store: counts, dimensions, visitors; and the seconds. */
import { type AuditFilter, holdsBucket, holdsSite } from './audit-filter';
import { type AuditedRange, hashOf, numberIn } from './audited-range';
import { codesIn, compareValues } from './compare-values';
import { compareVisitors } from './compare-visitors';
import type { Comparison } from './comparison';
import { bucketName, meaningOf, readBucketName } from './key-names';
import { COUNT_NAMES, newBucket, type RecountedBucket } from './recount-bucket';
import { EXTRA_CODES, GRAIN_RULES, type GrainRule, minuteMs, secondsKeptMs } from './rules';
import type { Scratch } from './scratch';
import type { ShardRecount } from './shard-recount';
import type { StoredShard } from './stored-shard';

export interface ShardPair {
  readonly recount: ShardRecount;
  readonly stored: StoredShard;
  readonly range: AuditedRange;
  readonly filter: AuditFilter;
  /** Of the topic. */
  readonly partitionCount: number;
  /** How many buckets were counted under a partition count; undefined: too few were read to tell. */
  readonly partsSeen: ReadonlyMap<string, number> | undefined;
}

export function partsSeen(stored: StoredShard): Map<string, number> {
  const seen = new Map<string, number>();
  for (const value of stored.values.values()) {
    const parts = value.type === 'hash' ? value.fields.get('parts') : undefined;
    if (parts !== undefined) seen.set(parts, (seen.get(parts) ?? 0) + 1);
  }
  return seen;
}

const knownFields = new Set([...COUNT_NAMES, 'unite', 'parts', 'promoted', 'visitors', 'visitorsExact']);

const isoMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** Names of keys of these kinds, without what follows the bucket. */
function storedStarts(stored: StoredShard, code: string): { siteId: string; startMs: number }[] {
  const found = new Map<string, { siteId: string; startMs: number }>();
  for (const name of stored.values.keys()) {
    const bucket = meaningOf(name)?.kind.includes('all-time') ? undefined : readBucketName(name);
    if (bucket?.code === code) found.set(`${bucket.siteId}:${bucket.startMs}`, bucket);
  }
  return [...found.values()];
}

function startsOf(
  { recount, stored, filter }: ShardPair,
  code: string,
): { siteId: string; startMs: number }[] {
  const starts = new Map(storedStarts(stored, code).map((row) => [`${row.siteId}:${row.startMs}`, row]));
  for (const [siteId, site] of recount.sites) {
    for (const name of code === 's' ? site.seconds.keys() : site.buckets.keys()) {
      const startMs = Number(String(name).replace(/^[mhd]:/, ''));
      if (code !== 's' && !String(name).startsWith(`${code}:`)) continue;
      starts.set(`${siteId}:${startMs}`, { siteId, startMs });
    }
  }
  return [...starts.values()]
    .filter(({ siteId }) => holdsSite(filter, siteId))
    .sort((a, b) => a.startMs - b.startMs || (a.siteId < b.siteId ? -1 : 1));
}

/** Counts of a bucket or of all time; `before`: what is to be added to those of the log. */
export function compareCounts(
  comparison: Comparison,
  pair: ShardPair,
  cell: string,
  bucket: RecountedBucket,
  fields: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, number> = new Map(),
): void {
  for (const name of COUNT_NAMES) {
    const expected = bucket.counts[name] + (before.get(name) ?? 0);
    comparison.equal('counts', `${cell} ${name}`, expected, numberIn(fields, name));
  }
  const parts = fields.get('parts') ?? String(pair.partitionCount);
  const isUsual = Number(parts) === pair.partitionCount;
  // Under another partition count than the topic's of now, the log does not tell where records belonged. It concerns the
  // minute, the hour and the day that were counted meanwhile: a count that a single bucket has was never the topic's.
  if (!isUsual && (pair.partsSeen?.get(parts) ?? 2) > 1) {
    comparison.skip('unite marks under another partition count');
  } else {
    comparison.equal('counts', `${cell} parts`, pair.partitionCount, Number(parts));
    const unite = bucket.unite || before.get('unite') === 1 ? 1 : 0;
    comparison.equal('counts', `${cell} unite`, unite, numberIn(fields, 'unite'));
  }
  for (const field of fields.keys()) {
    if (!knownFields.has(field))
      comparison.differ(`${cell} ${field}`, undefined, 'a field that nothing writes');
  }
}

async function compareBucket(
  comparison: Comparison,
  scratch: Scratch,
  pair: ShardPair,
  rule: GrainRule,
  siteId: string,
  startMs: number,
): Promise<void> {
  const { recount, stored, range } = pair;
  const site = recount.sites.get(siteId);
  const bucket = site?.buckets.get(`${rule.code}:${startMs}`) ?? newBucket();
  const name = bucketName(rule.code, siteId, startMs);
  const cell = `${rule.name} ${isoMinute(startMs)} ${siteId}`;
  const fields = hashOf(stored, name);
  compareCounts(comparison, pair, cell, bucket, fields);
  const endMs = startMs + rule.lengthMs;
  await compareVisitors(
    comparison,
    scratch,
    stored,
    {
      cell,
      name,
      fields,
      isClosed: range.logTimeMs >= endMs + rule.graceMs,
      keepsRegisters: endMs + rule.registersKeptMs > range.logTimeMs,
      isWhole: true,
    },
    bucket,
  );
  if (endMs + rule.dimensionsKeptMs <= range.logTimeMs) return;
  compareDimensions(comparison, bucket, rule, cell, hashOf(stored, `${name}:d`), false);
  compareDimensions(comparison, bucket, rule, cell, hashOf(stored, `${name}:x`), true);
}

/** One of a bucket's two hashes: that of labels, or that of extras. What lies in the wrong one, the log has not. */
function compareDimensions(
  comparison: Comparison,
  bucket: RecountedBucket,
  rule: GrainRule,
  cell: string,
  fields: ReadonlyMap<string, string>,
  isOfExtras: boolean,
): void {
  const counted = [...bucket.values.keys()].filter((code) => EXTRA_CODES.has(code) === isOfExtras);
  for (const code of new Set([...codesIn(fields), ...counted])) {
    compareValues(comparison, {
      kind: isOfExtras ? 'extras' : 'dimensions',
      cell: `${cell} ${code}`,
      code,
      log: counted.includes(code) ? (bucket.values.get(code) ?? new Map()) : new Map(),
      fields,
      valuesMax: rule.valuesMax,
    });
  }
}

export async function compareBuckets(
  comparison: Comparison,
  scratch: Scratch,
  pair: ShardPair,
): Promise<void> {
  for (const rule of GRAIN_RULES) {
    for (const { siteId, startMs } of startsOf(pair, rule.code)) {
      if (!holdsBucket(pair.filter, startMs, rule.lengthMs)) continue;
      if (startMs + rule.lengthMs + rule.countsKeptMs <= pair.range.logTimeMs) {
        comparison.skip('buckets that have expired');
      } else if (startMs < pair.range.carriedUntilMs) {
        comparison.skip('buckets that a rebuild carried over');
      } else if (startMs < pair.range.fromMs) {
        comparison.skip('buckets from before the start of the log');
      } else {
        await compareBucket(comparison, scratch, pair, rule, siteId, startMs);
      }
    }
  }
}

export function compareSeconds(comparison: Comparison, pair: ShardPair): void {
  for (const { siteId, startMs } of startsOf(pair, 's')) {
    if (!holdsBucket(pair.filter, startMs, minuteMs)) continue;
    const fromMs = Math.max(pair.range.fromMs, pair.range.carriedUntilMs);
    if (startMs + minuteMs + secondsKeptMs <= pair.range.logTimeMs || startMs < fromMs) {
      comparison.skip('seconds that have expired, or are from before the start of the log');
      continue;
    }
    const log = pair.recount.sites.get(siteId)?.seconds.get(startMs) ?? new Map<number, number>();
    const stored = hashOf(pair.stored, bucketName('s', siteId, startMs));
    comparison.equalMaps(
      'seconds',
      `second ${isoMinute(startMs)} ${siteId}`,
      new Map([...log].map(([second, views]) => [String(second), views])),
      new Map([...stored].map(([second, views]) => [second, Number(views)])),
      0,
    );
  }
}
