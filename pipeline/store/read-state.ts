/** A shard's progress and ledger out of `:state` and `:behind`. */

import { EDGE_REASON_NAMES, type EdgeReason } from '../core/edge-reason';
import type { RepairWork, ShardState } from '../core/merge-ledger';
import { REJECTION_REASONS, type RejectionReason } from '../core/rejection';
import { StoreCorruptError } from './commit-outcome';
import { BEHIND, behindKey, isReadableSchema, SCHEMA_VERSIONS_READ, STATE, stateKey } from './keys';
import type { ReadCommand } from './read-commands';
import type { ReadShard } from './read-topology';

export function stateCommands({ tag }: ReadShard): readonly [ReadCommand, ReadCommand] {
  return [
    ['HGETALL', stateKey(tag)],
    ['HMGET', behindKey(tag), BEHIND.first, BEHIND.repairUntil, BEHIND.repairFrom, BEHIND.repairTo],
  ];
}

function fieldsOf(reply: unknown): ReadonlyMap<string, string> {
  const flat = reply as readonly string[];
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i] as string, flat[i + 1] as string);
  return fields;
}

function decodeRepair([untilMs, from, to]: readonly (string | null)[]): RepairWork | undefined {
  if (!untilMs || !from || !to) return undefined;
  return { untilMs: Number(untilMs), from: Number(from), to: Number(to) };
}

/**
 * Undefined where the shard does not exist and nothing waits for it. Where a batch waits for one that the store has lost, it
 * has counted nothing: so that the page says what is missing. Throws StoreCorruptError for a layout that this code cannot
 * read.
 */
export function decodeState(
  { partition, tag }: ReadShard,
  [stateReply, behindReply]: readonly [unknown, unknown],
): ShardState | undefined {
  const fields = fieldsOf(stateReply);
  const [first, ...repair] = behindReply as readonly (string | null)[];
  if (fields.size === 0 && (first === null || first === undefined)) return undefined;
  const schema = fields.get(STATE.schema);
  if (schema !== undefined && !isReadableSchema(schema)) {
    throw new StoreCorruptError(
      `${tag}: schema ${schema}; this code reads ${SCHEMA_VERSIONS_READ.join(', ')}`,
    );
  }
  const known = (field: string): number | undefined => {
    const text = fields.get(field);
    return text === undefined || text === '' ? undefined : Number(text);
  };
  const term = (field: string): number => known(field) ?? 0;
  const next = term(STATE.next);
  const rejected = {} as Record<RejectionReason, number>;
  for (const reason of REJECTION_REASONS) rejected[reason] = term(STATE.rejectedPrefix + reason);
  const edge = {} as Record<EdgeReason, number>;
  for (const reason of EDGE_REASON_NAMES) edge[reason] = term(STATE.edgePrefix + reason);
  return {
    partition,
    start: term(STATE.start),
    next,
    // From offsets and not from the parts, so that the two can be compared.
    consumed: next - term(STATE.start) - term(STATE.empty) - term(STATE.lost),
    logTimeMs: term(STATE.logTime),
    // 0: repair made the shard of a log without records.
    startedAtMs: known(STATE.startedAt) || undefined,
    heartbeatAtMs: known(STATE.heartbeatAt),
    newestEventAtMs: known(STATE.newestEventAt),
    isTorn: term(STATE.torn) !== 0,
    isWrongLog: fields.has(STATE.wrongLog),
    movedTo: known(STATE.moved),
    waitingFrom: first === null || first === undefined ? undefined : Number(first),
    repair: decodeRepair(repair),
    counted: term(STATE.counted),
    bots: term(STATE.bots),
    heartbeats: term(STATE.heartbeats),
    summaries: term(STATE.summaries),
    duplicates: term(STATE.duplicates),
    late: term(STATE.late),
    skewed: term(STATE.skewed),
    empty: term(STATE.empty),
    lost: term(STATE.lost),
    rejected,
    edge,
  };
}
