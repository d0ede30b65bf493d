/**
 * Whether a shard needs repair, and from where to where. A shard that merely lags does not: its consumer has the records
 * still to come. Only what the consumer will not be given again, or what keeps a batch waiting, is missing.
 */
import type { OffsetRange } from '../../pipeline/stream/range-read';

export interface ShardCondition {
  readonly logStart: number;
  readonly logEnd: number;
  /** Offset that the consumer group has committed, read before `next`; undefined where it has committed none. */
  readonly groupOffset: number | undefined;
  /** Undefined: the shard does not exist. */
  readonly next: number | undefined;
  readonly torn: boolean;
  /** Why the log is not the one that the shard has counted; undefined: it is. */
  readonly wrongLog: string | undefined;
  /** First offset of a batch that was found above `next`; undefined where none was. */
  readonly waitingFrom: number | undefined;
}

export interface MissingOffsets {
  readonly kind: 'missing';
  readonly range: OffsetRange;
  /**
   * Repair goes on up to here, as far as the log can be read, where a batch waits: there may be further gaps above it (each
   * transaction of a producer leaves one), and the consumer would stop at every single one. Else the range's own end.
   */
  readonly goOnTo: number;
  readonly mustInitialise: boolean;
}

export type RepairNeed =
  | { readonly kind: 'none' }
  | MissingOffsets
  | { readonly kind: 'hopeless'; readonly reason: string };

export function repairNeed(condition: ShardCondition): RepairNeed {
  const { logStart, logEnd, groupOffset, next, torn, wrongLog, waitingFrom } = condition;
  if (torn) return { kind: 'hopeless', reason: 'a commit broke off half-way; the shard must be rebuilt' };
  if (wrongLog !== undefined) {
    return { kind: 'hopeless', reason: `the log is not the one that was counted: ${wrongLog}` };
  }
  const wanted = Math.max(groupOffset ?? 0, waitingFrom ?? 0);
  const isWaiting = waitingFrom !== undefined && waitingFrom > (next ?? 0);
  const goOnTo = (to: number): number => (isWaiting ? Math.max(to, logEnd) : to);
  if (next === undefined) {
    // A shard starts by itself with offset 0 alone, and in the first generation alone: else a batch waits for it even there.
    const isMissing = logStart > 0 || wanted > 0 || waitingFrom !== undefined;
    if (!isMissing) return { kind: 'none' };
    const to = Math.max(logStart, Math.min(wanted, logEnd));
    return { kind: 'missing', range: { from: logStart, to }, goOnTo: goOnTo(to), mustInitialise: true };
  }
  // Below the log's start, nobody will deliver what is missing, whether a batch waits for it or not.
  const to = Math.min(Math.max(wanted, logStart), logEnd);
  if (to <= next) return { kind: 'none' };
  return { kind: 'missing', range: { from: next, to }, goOnTo: goOnTo(to), mustInitialise: false };
}
