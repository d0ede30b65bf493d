/** A rebuild from its beginning to the switch, of one topic; one at a time, by a lease that runs out where its owner was killed. */
import { differingCells, type GenerationComparison, sumComparisons } from './compare-generations';
import { type RebuildOptions, type RebuiltPartition, rebuildPartition } from './rebuild-partition';
import { LeasedError, type Rebuilder } from './rebuilder';
import { switchGenerations } from './switch-generations';

export interface RebuildReport {
  readonly partitions: readonly RebuiltPartition[];
  readonly comparison: GenerationComparison;
  /** False: cells differ, and nobody has accepted that. */
  readonly isSwitched: boolean;
}

/** Longer than a piece of work takes, and short to wait for. */
const leaseMs = 15_000;

/** Does the work while nobody else rebuilds the topic. Throws LeasedError where somebody does, and what `work` throws. */
export async function withLease<T>(
  rebuilder: Rebuilder,
  topic: string,
  owner: string,
  work: (rebuilder: Rebuilder) => Promise<T>,
): Promise<T> {
  const take = async (): Promise<void> => {
    if (await rebuilder.store.takeLease(topic, owner, leaseMs)) return;
    throw new LeasedError(
      `another rebuild of topic ${topic} is at work, or was killed within the last ${leaseMs / 1_000} s`,
    );
  };
  await take();
  // Kept by a timer too, since reading and writing a whole shard is one piece of work.
  const timer = setInterval(() => void take().catch(() => undefined), leaseMs / 3);
  try {
    return await work({ ...rebuilder, keepAlive: take });
  } finally {
    clearInterval(timer);
    await rebuilder.store.releaseLease(topic, owner).catch(() => undefined);
  }
}

/**
 * Rebuilds the partitions and, unless cells differ, switches all of them in one step. `owner`: of the lease, unlike any other's. Throws
 * RebuildRefusedError, RebuildStoppedError, and what Kafka and the store throw.
 */
export async function rebuildTopic(
  rebuilder: Rebuilder,
  topic: string,
  partitions: readonly number[],
  owner: string,
  options: RebuildOptions = {},
): Promise<RebuildReport> {
  return withLease(rebuilder, topic, owner, async (leased) => {
    const rebuilt: RebuiltPartition[] = [];
    for (const partition of partitions) {
      const one = await rebuildPartition(leased, topic, partition, options);
      if (one !== undefined) rebuilt.push(one);
    }
    const comparison = sumComparisons(rebuilt.flatMap((one) => one.comparison ?? []));
    const isSwitched = differingCells(comparison) === 0 || options.accept === true;
    if (isSwitched) {
      await switchGenerations(
        leased,
        rebuilt.map(({ counted, building }) => ({ from: counted, to: building })),
      );
    }
    return { partitions: rebuilt, comparison, isSwitched };
  });
}
