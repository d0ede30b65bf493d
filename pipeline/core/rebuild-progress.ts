/** Of which partitions a generation is filled beside the one that is shown, why, and how far that is. */
import type { ShardState } from './merge-ledger';
import type { Progress, RebuildingPartition } from './snapshot';

/** Counting from offset `start` has come to `next` on its way to `end`, which may move. It is not done before it is shown, so never 100 %. */
export function progressOf(start: number, next: number, end: number): Progress {
  const total = Math.max(0, end - start);
  const counted = Math.min(Math.max(0, next - start), total);
  const percent = total === 0 ? 99 : Math.min(99, Math.floor((counted / total) * 100));
  return { counted, total, percent };
}

/** A generation that is being filled. */
export interface BuildingState {
  readonly partition: number;
  /** Offsets of its shard; undefined where that does not exist yet. */
  readonly offsets: { readonly start: number; readonly next: number } | undefined;
  /** Where it ends, if that cannot be told from the shard that is shown. */
  readonly targetOffset: number | undefined;
  /** Somebody was at work on the topic within the last seconds. */
  readonly isAtWork: boolean;
}

function causeOf(shown: ShardState | undefined, { offsets }: BuildingState): RebuildingPartition['cause'] {
  if (shown === undefined) return 'asked';
  if (shown.movedTo !== undefined) return 'switch';
  if (shown.isTorn) return 'torn';
  if (shown.isWrongLog) return 'wrong_log';
  // What is shown begins above what is filled: it counts only since its partition was too far behind.
  return (offsets?.start ?? 0) < shown.start ? 'past' : 'asked';
}

/** By partition. `shards`: those that are shown. */
export function listRebuilding(
  shards: readonly ShardState[],
  building: readonly BuildingState[],
): RebuildingPartition[] {
  const shown = new Map(shards.map((shard) => [shard.partition, shard]));
  return building
    .map((each): RebuildingPartition => {
      const { partition, offsets, targetOffset, isAtWork } = each;
      const beside = shown.get(partition);
      const cause = causeOf(beside, each);
      const { start, next } = offsets ?? { start: 0, next: 0 };
      const end = beside === undefined || cause === 'wrong_log' ? targetOffset : beside.next;
      // Where it ends may not be noted yet.
      const progress =
        end === undefined
          ? { counted: next - start, total: next - start, percent: 0 }
          : progressOf(start, next, end);
      return { partition, cause, ...progress, isAtWork };
    })
    .sort((a, b) => a.partition - b.partition);
}
