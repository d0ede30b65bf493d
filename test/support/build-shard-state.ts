/** A shard's progress and ledger, of a hundred records. */
import { EDGE_REASON_NAMES, type EdgeReason } from '../../pipeline/core/edge-reason';
import type { ShardState } from '../../pipeline/core/merge-ledger';
import { REJECTION_REASONS, type RejectionReason } from '../../pipeline/core/rejection';

export const noneRejected = Object.fromEntries(REJECTION_REASONS.map((reason) => [reason, 0])) as Record<
  RejectionReason,
  number
>;

export const nothingStopped = Object.fromEntries(EDGE_REASON_NAMES.map((reason) => [reason, 0])) as Record<
  EdgeReason,
  number
>;

export function shardState(changes: Partial<ShardState> = {}): ShardState {
  return {
    partition: 0,
    start: 0,
    next: 100,
    consumed: 100,
    logTimeMs: 0,
    startedAtMs: undefined,
    heartbeatAtMs: undefined,
    newestEventAtMs: undefined,
    isTorn: false,
    isWrongLog: false,
    movedTo: undefined,
    waitingFrom: undefined,
    repair: undefined,
    counted: 90,
    bots: 4,
    heartbeats: 2,
    summaries: 1,
    duplicates: 2,
    late: 5,
    skewed: 6,
    empty: 0,
    lost: 0,
    rejected: { ...noneRejected, malformed_json: 1 },
    edge: { ...nothingStopped, rate_limited: 12 },
    ...changes,
  };
}
