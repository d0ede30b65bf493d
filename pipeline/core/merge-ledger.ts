/**
 * The ledgers of all shards as one. Each shard's terms were read in one answer, so that the sums add up:
 * consumed = counted + bots + heartbeats + summaries + duplicates + rejected, while `consumed` itself comes from offsets.
 */
import { EDGE_REASON_NAMES, type EdgeReason } from './edge-reason';
import type { ShardClock } from './freshness';
import { progressOf } from './rebuild-progress';
import { REJECTION_REASONS, type RejectionReason } from './rejection';
import type { Ledger, StoppedPartition } from './snapshot';

export interface RepairWork {
  readonly from: number;
  readonly to: number;
  readonly untilMs: number;
}

/** A shard's progress and ledger. */
export interface ShardState extends ShardClock {
  readonly partition: number;
  /** First offset that it has counted, or was to. */
  readonly start: number;
  /** First offset that is not counted yet. */
  readonly next: number;
  readonly startedAtMs: number | undefined;
  readonly newestEventAtMs: number | undefined;
  readonly isTorn: boolean;
  /** Its log is not the one that was counted. */
  readonly isWrongLog: boolean;
  /** Generation that the partition was moved to; undefined: this shard is the one that is counted. */
  readonly movedTo: number | undefined;
  /** First offset of the newest batch that could not be counted for a gap before it. */
  readonly waitingFrom: number | undefined;
  /** What repair is, or was, at: offsets [from, to), until `untilMs` by the wall clock; undefined: nothing. */
  readonly repair: RepairWork | undefined;
  readonly counted: number;
  readonly bots: number;
  readonly heartbeats: number;
  readonly summaries: number;
  readonly duplicates: number;
  readonly late: number;
  readonly skewed: number;
  readonly empty: number;
  readonly lost: number;
  readonly rejected: Readonly<Record<RejectionReason, number>>;
  readonly edge: Readonly<Record<EdgeReason, number>>;
}

/** Records that wait for repair. A gap that repair has filled since is none. */
function behindOf({ next, waitingFrom }: ShardState): number {
  return waitingFrom === undefined ? 0 : Math.max(0, waitingFrom - next);
}

export function mergeLedgers(shards: readonly ShardState[]): Ledger {
  const sum = (term: (shard: ShardState) => number): number =>
    shards.reduce((total, shard) => total + term(shard), 0);
  const rejected = {} as Record<RejectionReason, number>;
  for (const reason of REJECTION_REASONS) rejected[reason] = sum((shard) => shard.rejected[reason]);
  const edge = {} as Record<EdgeReason, number>;
  for (const reason of EDGE_REASON_NAMES) edge[reason] = sum((shard) => shard.edge[reason]);
  return {
    consumed: sum(({ consumed }) => consumed),
    counted: sum(({ counted }) => counted),
    bots: sum(({ bots }) => bots),
    heartbeats: sum(({ heartbeats }) => heartbeats),
    summaries: sum(({ summaries }) => summaries),
    duplicates: sum(({ duplicates }) => duplicates),
    rejected,
    late: sum(({ late }) => late),
    skewed: sum(({ skewed }) => skewed),
    empty: sum(({ empty }) => empty),
    lost: sum(({ lost }) => lost),
    behind: sum(behindOf),
    edge,
  };
}

/** A partition that waits, or that repair is at work on because the log's records below what the group has committed are not counted. */
function behindAt(shard: ShardState, nowMs: number): StoppedPartition | undefined {
  const { partition, next, waitingFrom, repair } = shard;
  const isWaiting = waitingFrom !== undefined && behindOf(shard) > 0;
  const isRepairing = repair !== undefined && repair.untilMs > nowMs && next < repair.to;
  if (!isWaiting && !isRepairing) return undefined;
  return {
    partition,
    state: 'behind',
    next,
    ...(isWaiting ? { waitingFrom } : {}),
    ...(isRepairing ? { repair: progressOf(repair.from, next, repair.to) } : {}),
  };
}

/** Partitions that do not go on by themselves, by number. A torn one is torn, whatever else waits there. `nowMs`: the wall clock. */
export function listStopped(shards: readonly ShardState[], nowMs: number): StoppedPartition[] {
  return shards
    .flatMap((shard): StoppedPartition[] => {
      const { partition, next } = shard;
      if (shard.isTorn) return [{ partition, state: 'torn', next }];
      if (shard.isWrongLog) return [{ partition, state: 'wrong_log', next }];
      const behind = behindAt(shard, nowMs);
      return behind === undefined ? [] : [behind];
    })
    .sort((a, b) => a.partition - b.partition);
}

/** The smallest of what is there, or undefined. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((timeMs) => timeMs !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The largest of what is there, or undefined. */
export function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((timeMs) => timeMs !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
