/** Counts the log into a shard that is being built, piece by piece; its own `next` is the progress, so that a kill costs nothing. */
import type { ShardId } from '../../pipeline/store/keys';
import type { PartitionLog } from '../../pipeline/stream/partition-log';
import { fill, type Tally } from '../repair/repair-shard';
import { type Rebuilder, RebuildRefusedError, RebuildStoppedError } from './rebuilder';

/** Offsets between two looks at whether to stop: a second of work at most, on a machine that is busy. */
const offsetsPerPiece = 10_000;

/**
 * Counts up to exactly `to`, unless the shard is there already; answers its `next`. `log`: of the shard's partition. Throws
 * RebuildStoppedError; RebuildRefusedError where the log ends before; and what Kafka and the store throw.
 */
export async function countPast(
  rebuilder: Rebuilder,
  shard: ShardId,
  log: PartitionLog,
  to: number,
): Promise<number> {
  const standing = await rebuilder.store.standing(shard);
  if (standing === undefined) throw new RebuildRefusedError(`generation ${shard.generation} does not exist`);
  const { start } = standing;
  let { next } = standing;
  const repairer = { logs: rebuilder.logs, store: rebuilder.commits, rules: rebuilder.rules };
  const tell = (): void => rebuilder.onProgress?.({ partition: shard.partition, from: start, next, to });
  if (next < to) tell();
  while (next < to) {
    if (rebuilder.isStopped?.() === true) throw new RebuildStoppedError(`stopped at offset ${next}`);
    await rebuilder.keepAlive?.();
    const range = { from: next, to: Math.min(next + offsetsPerPiece, to) };
    const tally: Tally = { to: next, records: 0, empty: 0, lost: 0, unprocessable: 0 };
    const reached = await fill(repairer, log, shard, range, tally);
    if (reached <= next) {
      throw new RebuildRefusedError(
        `partition ${shard.partition}: the log gave nothing from offset ${next} on, of which ${to} are counted`,
      );
    }
    next = reached;
    tell();
  }
  return next;
}
