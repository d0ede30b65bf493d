/**
 * A rebuild in the middle of a history, by the real functions of lambdas/rebuild: partitions are counted into generations beside the
 * counted ones, compared, closed, and switched together. Each call is a step, between which everything else may happen: deliveries,
 * repair, fail-overs, and its own death, after which the next one goes on with it.
 *
 * Where the log's head is gone, the old cells would have to be carried over, which the model does not know: it ends there, as if it had been
 * killed, and nothing is carried (test/rebuild has what is carried over, to the byte).
 */
import type { Redis } from 'ioredis';
import { differingCells } from '../../lambdas/rebuild/compare-generations';
import { type RebuiltPartition, rebuildPartition } from '../../lambdas/rebuild/rebuild-partition';
import type { Rebuilder } from '../../lambdas/rebuild/rebuilder';
import { switchGenerations } from '../../lambdas/rebuild/switch-generations';
import type { CountingRules } from '../../pipeline/counting/count-run';
import type { RebuildStore } from '../../pipeline/store/rebuild-port';
import { memoryLogSource } from './memory-topic';
import { type Progress, progressOf } from './progress';
import { type Task, Violation } from './task';
import { WatchedRebuildStore } from './watched-rebuild-store';
import { type Watched, WatchedStore } from './watched-store';

export interface RebuildRun {
  readonly redis: Redis;
  readonly watched: Watched;
  readonly rules: CountingRules;
  readonly partitions: readonly number[];
  /** What a mutant puts in its place. */
  readonly seenBy: (store: RebuildStore) => RebuildStore;
}

/** Whether nothing explains a difference: all that either has counted, it has read from the log. */
function mustBeAlike({ watched: { effects, topic } }: RebuildRun, rebuilt: RebuiltPartition): boolean {
  const { counted, building } = rebuilt;
  const isWhole = ({ fates, isTorn, start }: Progress): boolean =>
    start === 0 && !isTorn && fates.every(({ kind }) => kind !== 'lost');
  return [counted, building].every(({ partition, generation }) => {
    const progress = progressOf(effects.meanings, partition, generation);
    return isWhole(progress) && topic.partition(partition).logStart === 0;
  });
}

/** The program that a task runs. */
export async function rebuildInSteps(run: RebuildRun, task: Task): Promise<void> {
  const { redis, watched, rules, partitions } = run;
  const commits = new WatchedStore(watched, () => rules.partitionCount, true);
  commits.task = task;
  const rebuilder: Rebuilder = {
    logs: memoryLogSource(watched.topic, task.suspend),
    store: run.seenBy(new WatchedRebuildStore(redis, watched.effects, task)),
    commits,
    rules,
    wait: () => task.suspend('wait', () => undefined),
  };
  const rebuilt: RebuiltPartition[] = [];
  for (const partition of partitions) {
    const one = await rebuildPartition(rebuilder, watched.topic.name, partition, { accept: true });
    if (one === undefined) continue;
    rebuilt.push(one);
    const { comparison } = one;
    if (comparison !== undefined && differingCells(comparison) > 0 && mustBeAlike(run, one))
      await task.suspend('tell what differs', () => {
        const first = comparison.differences[0];
        throw new Violation(`partition ${partition} was rebuilt, and differs: ${JSON.stringify(first)}`);
      });
  }
  await switchGenerations(
    rebuilder,
    rebuilt.map(({ counted, building }) => ({ from: counted, to: building })),
  );
}
