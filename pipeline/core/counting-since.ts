/** Since when numbers are whole: from then on, all partitions have counted all of their records. */
import { earliest, latest, type ShardState } from './merge-ledger';

export interface CountingSince {
  /** Log time; undefined where nothing is counted, or a partition has none of its counts. */
  readonly wholeMs: number | undefined;
  /** Log time since when some partitions have counted; undefined where that is not earlier. What lies between lacks the others' share. */
  readonly partlyMs: number | undefined;
}

/**
 * A shard that starts at offset 0 lacks nothing: what its partition ever held, it has counted, however late its first record came. One that
 * starts above it lacks what lay below: the log had lost that already, or its past is still being counted.
 */
export function countingSince(shards: readonly ShardState[]): CountingSince {
  const firstMs = earliest(shards.map(({ startedAtMs }) => startedAtMs));
  // The store has lost the shard, and a batch waits for it.
  const isLost = shards.some(
    (shard) => shard.startedAtMs === undefined && (shard.waitingFrom ?? 0) > shard.next,
  );
  if (firstMs === undefined || isLost) return { wholeMs: undefined, partlyMs: firstMs };
  const lacking = shards.filter(({ start }) => start > 0).map(({ startedAtMs }) => startedAtMs);
  const wholeMs = Math.max(firstMs, latest(lacking) ?? firstMs);
  return { wholeMs, partlyMs: wholeMs > firstMs ? firstMs : undefined };
}
