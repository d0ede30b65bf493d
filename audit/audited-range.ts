/**
 * From which event time on the retained log can speak for the store. Where the log still holds all that the shard has
 * counted, that is everything. Where its start has gone, an event near its new start may repeat one that is gone, and a
 * bucket may have taken events from before; the numbers of all time cannot be compared at all.
 */
import { aheadMsMax, duplicateReachMs } from './rules';
import type { ShardRecount } from './shard-recount';
import type { StoredShard } from './stored-shard';

export interface AuditedRange {
  readonly isComplete: boolean;
  /** Buckets that start at or after it are compared. */
  readonly fromMs: number;
  /** The shard's log time when it was read. */
  readonly logTimeMs: number;
}

export function numberIn(fields: ReadonlyMap<string, string>, name: string): number {
  return Number(fields.get(name) ?? 0);
}

export function auditedRange(recount: ShardRecount, stored: StoredShard): AuditedRange {
  const logTimeMs = numberIn(stored.state, 'logTime');
  const goneBefore = recount.plan.from - numberIn(stored.state, 'start');
  // Offsets that were lost before they could be counted have nothing in the store either.
  const isComplete = goneBefore === 0 || goneBefore === numberIn(stored.state, 'lost');
  if (isComplete) return { isComplete, fromMs: Number.NEGATIVE_INFINITY, logTimeMs };
  const logStartsMs = recount.firstLogTimeMs ?? Number.POSITIVE_INFINITY;
  return { isComplete, fromMs: logStartsMs + aheadMsMax + duplicateReachMs, logTimeMs };
}

/** Log times between which every cell of every shard was compared. */
export interface ComparedTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * What holds of all shards together: up to the log time that the shard least far on was recounted to. From the first record
 * of all where the log is whole; where its start has gone, from where the last of the shards can speak. Undefined where
 * nothing was recounted. A shard without records in the log has nothing to say.
 */
export function comparedTimes(
  shards: readonly { readonly recount: ShardRecount; readonly range: AuditedRange }[],
): ComparedTimes | undefined {
  const told = shards.filter(({ recount }) => recount.records > 0);
  if (told.length === 0) return undefined;
  const toMs = Math.min(...told.map(({ recount }) => recount.logTimeMs));
  const firstMs = Math.min(...told.map(({ recount }) => recount.firstLogTimeMs ?? recount.logTimeMs));
  const fromMs = Math.max(firstMs, ...told.map(({ range }) => range.fromMs));
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
