/** One shard from its reading to its verdict. What it takes lives no longer than this. */
import { randomBytes } from 'node:crypto';
import type { AuditOptions } from './audit';
import { type AuditBase, baseCellsOf, isBaseOf, readBase, storeBase } from './audit-base';
import { type AuditFilter, holdsBucket, holdsSite, isOfSpan, readToMs } from './audit-filter';
import { auditedRange, isTold, membersOf, numberIn, type ShardTimes, shardTimes } from './audited-range';
import { partsSeen, type ShardPair } from './compare-buckets';
import { compareShard } from './compare-shard';
import { Comparison } from './comparison';
import { bucketName, meaningOf, readBucketName } from './key-names';
import type { Bounds, LogReader } from './log-reader';
import { placement } from './placement';
import { GRAIN_RULES, minuteMs } from './rules';
import type { Scratch } from './scratch';
import { checkOffsets } from './shard-offsets';
import { ShardRecount } from './shard-recount';
import {
  type NamesToRead,
  readGeneration,
  readStoredShard,
  type StoredShard,
  unprocessableIn,
} from './stored-shard';

export interface ShardAuditOptions extends AuditOptions {
  readonly filter: AuditFilter;
  readonly reader: LogReader;
  readonly scratch: Scratch;
  readonly partition: number;
  readonly partitionCount: number;
  /** First offset that matters to the filter. */
  readonly readFrom: number;
}

export interface ShardAudit {
  readonly partition: number;
  readonly recountMs: number;
  /** Undefined where nothing is counted of the partition yet. */
  readonly comparison: Comparison | undefined;
  /** Undefined where nothing could be recounted. */
  readonly times: ShardTimes | undefined;
  /** Leaves what the shard holds for all time for audits to come; undefined where it must not. */
  readonly keepBase: (() => Promise<void>) | undefined;
}

function namesFor(filter: AuditFilter): NamesToRead {
  const isSpan = isOfSpan(filter);
  if (!isSpan && filter.site === undefined) return () => true;
  return (name) => {
    const kind = meaningOf(name)?.kind;
    if (kind === 'sites' || kind === 'unprocessable') return true;
    const [code = '', siteId = ''] = name.split(':');
    if (!holdsSite(filter, siteId)) return false;
    const bucket = readBucketName(name);
    const rule = GRAIN_RULES.find((one) => one.code === code);
    if (code !== 's' && rule === undefined) return !isSpan && kind !== undefined;
    return bucket !== undefined && holdsBucket(filter, bucket.startMs, rule?.lengthMs ?? minuteMs);
  };
}

function planOf(
  options: ShardAuditOptions,
  stored: StoredShard,
  { low }: Bounds,
  base: AuditBase | undefined,
): ShardRecount {
  const { filter, sites, topic, partition, partitionCount, readFrom } = options;
  const start = numberIn(stored.state, 'start');
  const from = Math.max(start, low, readFrom);
  const sealed = new Set<string>();
  for (const [name, value] of stored.values) {
    if (value.type === 'hash' && value.fields.has('visitors')) sealed.add(name);
  }
  return new ShardRecount({
    partition,
    from,
    next: numberIn(stored.state, 'next'),
    allTimeFrom: isTold(stored, low) ? from : (base?.offset ?? from),
    checkedOffset: Number(stored.state.get('checkedOffset') ?? Number.NaN),
    finalLogTimeMs: numberIn(stored.state, 'logTime'),
    sites,
    knownSites: from > start ? membersOf(stored, 'sites') : new Set(),
    unprocessable: unprocessableIn(stored),
    partitionOf: placement(topic, partitionCount),
    holdsSite: (siteId) => holdsSite(filter, siteId),
    holdsBucket: (rule, startMs) => holdsBucket(filter, startMs, rule.lengthMs),
    isBucketsOnly: isOfSpan(filter),
    isSealed: (siteId, bucket) => {
      const [code = '', startMs] = bucket.split(':');
      return sealed.has(bucketName(code, siteId, Number(startMs)));
    },
    nonce: randomBytes(16).toString('hex'),
  });
}

async function recountShard(options: ShardAuditOptions, recount: ShardRecount): Promise<number> {
  const { reader, scratch, filter, partition } = options;
  const startedMs = performance.now();
  const stopMs = readToMs(filter);
  await reader.read(partition, recount.plan.from, recount.plan.next, async (records) => {
    recount.add(records);
    await recount.settle(scratch);
    return recount.logTimeMs < stopMs;
  });
  return performance.now() - startedMs;
}

/** Throws LogMovedError, LogSilentError, ShardBusyError, and what Kafka and Redis throw. */
export async function auditShard(options: ShardAuditOptions): Promise<ShardAudit> {
  const { redis, reader, scratch, topic, partition, filter, partitionCount } = options;
  const place = { topic, partition, generation: await readGeneration(redis, topic, partition) };
  const read = await readStoredShard(redis, place, namesFor(filter));
  const nothing = { partition, recountMs: 0, times: undefined, keepBase: undefined };
  if (!read.state.has('next')) return { ...nothing, comparison: undefined };
  // After the shard: while events flow, an end that was read before it would lie below what it has counted.
  const bounds = (await reader.bounds()).get(partition) ?? { low: 0, high: 0 };
  const comparison = new Comparison(partition);
  const readNext = numberIn(read.state, 'next');
  if (readNext > bounds.high) {
    comparison.differ('next', `ends at ${bounds.high}`, readNext);
    return { ...nothing, comparison };
  }
  const stored = await checkOffsets(comparison, reader, read, bounds);
  const found = await readBase(redis, place);
  const base = found && isBaseOf(found, stored) ? found : undefined;
  const recount = planOf(options, stored, bounds, base);
  const recountMs = await recountShard(options, recount);
  const range = auditedRange(recount, stored, filter, bounds.low, base);
  const pair: ShardPair = { recount, stored, range, filter, partitionCount, partsSeen: partsSeen(stored) };
  await compareShard(comparison, scratch, pair);
  const cells = range.base && baseCellsOf(stored);
  return {
    partition,
    recountMs,
    comparison,
    times: shardTimes(recount, range, filter),
    keepBase: cells && (() => storeBase(redis, place, cells)),
  };
}
