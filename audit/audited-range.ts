/**
 * What the retained log can tell of the store. Where the log still holds all that the shard has counted, that is
 * everything. Where its start has gone, an event near its new start may repeat one that is gone, and a bucket may have
 * taken events from before; the numbers of all time can be compared only from a base on (audit-base.ts).
 */
import type { AuditBase } from './audit-base';
import { type AuditFilter, isOfSpan } from './audit-filter';
import { aheadMsMax, duplicateReachMs } from './rules';
import type { ShardRecount } from './shard-recount';
import type { StoredShard } from './stored-shard';

export interface AuditedRange {
  /** The log holds all that the shard has counted, and all of it was read. */
  readonly isComplete: boolean;
  /** What numbers of all time are compared with, together with the recount; undefined where they are not. */
  readonly base: AuditBase | undefined;
  /** Buckets that start at or after it are compared. */
  readonly fromMs: number;
  /** Cells of buckets that start before it were carried over by a rebuild. */
  readonly carriedUntilMs: number;
  /** The shard's log time when it was read. */
  readonly logTimeMs: number;
}

/** Where numbers of all time need no base. */
const nothing: AuditBase = { offset: 0, logTimeMs: 0, fields: () => new Map() };

export function numberIn(fields: ReadonlyMap<string, string>, name: string): number {
  return Number(fields.get(name) ?? 0);
}

/** Offsets that were lost before they could be counted have nothing in the store either. */
function isHeldByLog(stored: StoredShard, low: number): boolean {
  const goneBefore = low - numberIn(stored.state, 'start');
  return goneBefore <= 0 || goneBefore === numberIn(stored.state, 'lost');
}

/** Whether numbers of all time are those of a recount of the whole log. */
export function isTold(stored: StoredShard, low: number): boolean {
  return isHeldByLog(stored, low) && !stored.state.has('carriedUntil');
}

/** `base`: that of the shard, whether it can be used or not. `low`: the log's first offset. */
export function auditedRange(
  recount: ShardRecount,
  stored: StoredShard,
  filter: AuditFilter,
  low: number,
  base: AuditBase | undefined,
): AuditedRange {
  const { from, next } = recount.plan;
  const everything = Number.NEGATIVE_INFINITY;
  const carriedUntil = stored.state.get('carriedUntil');
  const common = {
    logTimeMs: numberIn(stored.state, 'logTime'),
    carriedUntilMs: carriedUntil === undefined ? everything : Number(carriedUntil),
  };
  const isSpan = isOfSpan(filter);
  if (isTold(stored, low) && !isSpan) {
    return { ...common, isComplete: true, base: nothing, fromMs: everything };
  }
  const logStartsMs = recount.firstLogTimeMs ?? Number.POSITIVE_INFINITY;
  // From the middle of the log on the span's own start rules: all that matters to it was read.
  const isAllRead = from > low || isHeldByLog(stored, low);
  const isUsable =
    base !== undefined &&
    base.offset >= from &&
    base.offset <= next &&
    (isHeldByLog(stored, low) || base.logTimeMs - duplicateReachMs >= logStartsMs);
  return {
    ...common,
    isComplete: false,
    base: isUsable && !isSpan ? base : undefined,
    fromMs: isAllRead ? everything : logStartsMs + aheadMsMax + duplicateReachMs,
  };
}

/** Times between which every cell of every shard was compared. */
export interface ComparedTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was compared of one shard, as far as it matters for the times of all. */
export interface ShardTimes {
  readonly records: number;
  readonly firstMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A carried-over past is outside the audit, as is what only a log that is gone could tell. */
export function shardTimes(recount: ShardRecount, range: AuditedRange, filter: AuditFilter): ShardTimes {
  const firstMs = recount.firstLogTimeMs ?? recount.logTimeMs;
  const toMs = Math.min(recount.logTimeMs, filter.toMs ?? Number.POSITIVE_INFINITY);
  const fromMs = Math.max(range.fromMs, range.carriedUntilMs, filter.fromMs ?? Number.NEGATIVE_INFINITY);
  return { records: recount.records, firstMs, fromMs, toMs };
}

/**
 * What holds of all shards together: up to the log time that the shard least far on was recounted to. From the first record
 * of all where the log is whole; where its start has gone, from where the last of the shards can speak. Undefined where
 * nothing was recounted. A shard without records in the log has nothing to say.
 */
export function comparedTimes(shards: readonly ShardTimes[]): ComparedTimes | undefined {
  const told = shards.filter(({ records }) => records > 0);
  if (told.length === 0) return undefined;
  const toMs = Math.min(...told.map((shard) => shard.toMs));
  const fromMs = Math.max(
    Math.min(...told.map(({ firstMs }) => firstMs)),
    ...told.map((shard) => shard.fromMs),
  );
  return { fromMs: Math.min(fromMs, toMs), toMs };
}

export function hashOf(stored: StoredShard, name: string): ReadonlyMap<string, string> {
  const value = stored.values.get(name);
  return value?.type === 'hash' ? value.fields : new Map();
}

export function membersOf(stored: StoredShard, name: string): ReadonlySet<string> {
  const value = stored.values.get(name);
  return value?.type === 'set' ? value.members : new Set();
}

export function scoresOf(stored: StoredShard, name: string): ReadonlyMap<string, number> {
  const value = stored.values.get(name);
  return value?.type === 'zset' ? value.scores : new Map();
}
