/**
 * What repair does where counting in order would take too long, or is not possible: a torn shard is counted anew, and a partition that
 * is too far behind goes on live in a new generation while its past is counted. In slices, each as long as there is time for; the
 * progress is in the shards, so whoever is called next goes on.
 */
import { progressOf } from '../../pipeline/core/rebuild-progress';
import type { ShardId } from '../../pipeline/store/keys';
import type { ShardStanding } from '../../pipeline/store/rebuild-port';
import { firstLogTime } from '../repair/repair-shard';
import { nextGeneration, predecessorOf } from './plan-rebuild';
import { rebuildPartition } from './rebuild-partition';
import { withLease } from './rebuild-topic';
import { LeasedError, type Rebuilder, RebuildRefusedError, RebuildStoppedError } from './rebuilder';
import { switchGenerations, switchOrSay, withLog } from './switch-generations';

export type PastOutcome =
  /** The past is not counted to its end: there was no more time. `percent`: of the offsets. */
  | {
      readonly kind: 'rebuilding';
      readonly partition: number;
      readonly cause: PastCause;
      readonly percent: number;
    }
  /** It is, and read from now on. */
  | { readonly kind: 'rebuilt'; readonly partition: number; readonly generation: number }
  /** Somebody else is at it. */
  | { readonly kind: 'under_way'; readonly partition: number };

export type PastCause = 'torn' | 'switch' | 'past';

export interface PastWork {
  readonly rebuilder: Rebuilder;
  readonly topic: string;
  readonly partition: number;
  /** Of the lease: unlike any other's. */
  readonly owner: string;
}

/** Whether the partition has a past to count; undefined: it has none. `logStart`: of its log. Throws StoreError. */
export async function pastCause(
  { rebuilder, topic, partition }: PastWork,
  logStart: number,
): Promise<PastCause | undefined> {
  const { store } = rebuilder;
  const { counted, building } = await store.generations(topic, partition);
  const shard = { topic, partition, generation: counted };
  const standing = await store.standing(shard);
  if (standing?.movedTo !== undefined) return 'switch';
  if (standing?.isTorn) return 'torn';
  // A shard starts above the log's start where it was too far behind, and nowhere else.
  if (standing === undefined || standing.start <= logStart) return undefined;
  if (
    building !== undefined &&
    (await startsBefore(rebuilder, { ...shard, generation: building }, standing))
  ) {
    return 'past';
  }
  return (await predecessorOf(store, shard)) === undefined ? undefined : 'past';
}

async function startsBefore({ store }: Rebuilder, shard: ShardId, other: ShardStanding): Promise<boolean> {
  const standing = await store.standing(shard);
  return standing === undefined || standing.start < other.start;
}

/** Counts the past as far as there is time for. Throws RebuildRefusedError where a person is needed, and what Kafka and the store throw. */
export async function countMissingPast(work: PastWork, cause: PastCause): Promise<PastOutcome> {
  const { rebuilder, topic, partition, owner } = work;
  try {
    return await withLease(rebuilder, topic, owner, async (leased) => {
      if (cause === 'past') await noteWholePast(leased, topic, partition);
      const rebuilt = await rebuildPartition(leased, topic, partition, { accept: true });
      if (rebuilt === undefined) throw new RebuildRefusedError(`partition ${partition}: nothing to count`);
      const { counted, building } = rebuilt;
      await switchGenerations(leased, [{ from: counted, to: building }]);
      // It held nothing but what the other one has counted, too.
      if (cause === 'past') await leased.store.drop(counted);
      return { kind: 'rebuilt', partition, generation: building.generation };
    });
  } catch (error) {
    if (error instanceof RebuildStoppedError)
      return { kind: 'rebuilding', partition, cause, percent: await percentOf(work) };
    if (error instanceof LeasedError) return { kind: 'under_way', partition };
    throw error;
  }
}

/** The generation before is gone on with where it is whole: its past is counted already. Answers whether some generation is noted. */
async function noteWholePast({ store }: Rebuilder, topic: string, partition: number): Promise<boolean> {
  const { counted, building } = await store.generations(topic, partition);
  if (building !== undefined) return true;
  const before = await predecessorOf(store, { topic, partition, generation: counted });
  const standing = before && (await store.standing(before));
  if (before === undefined || standing === undefined || standing.isTorn || standing.isWrongLog) return false;
  await store.noteBuilding(topic, partition, before.generation);
  return true;
}

/** So that the page says from now on that the past is missing, and not only once somebody is at it. */
async function notePast(rebuilder: Rebuilder, live: ShardId): Promise<void> {
  const { topic, partition } = live;
  if (await noteWholePast(rebuilder, topic, partition)) return;
  const { store } = rebuilder;
  await store.noteBuilding(topic, partition, await nextGeneration(store, live));
}

async function percentOf({ rebuilder, topic, partition }: PastWork): Promise<number> {
  const { store } = rebuilder;
  const { counted, building } = await store.generations(topic, partition);
  if (building === undefined) return 0;
  const target = await store.standing({ topic, partition, generation: counted });
  const standing = await store.standing({ topic, partition, generation: building });
  if (target === undefined || standing === undefined) return 0;
  return progressOf(standing.start, standing.next, target.next).percent;
}

/**
 * Live counting goes on from `from` in a new generation, and so do readers. What the old one has counted is its past: it is closed to
 * consumers, and gone on with by `countMissingPast`. May break off anywhere: done again, or by the look at the past, it goes on.
 */
export async function goLive(
  { rebuilder, topic, partition, owner }: PastWork,
  from: number,
): Promise<number> {
  return withLease(rebuilder, topic, owner, (leased) =>
    withLog(leased.logs, { topic, partition }, async (log) => {
      const { store, commits } = leased;
      const { counted } = await store.generations(topic, partition);
      const old = { topic, partition, generation: counted };
      const live = { topic, partition, generation: await nextGeneration(store, old) };
      if ((await store.standing(old)) === undefined) {
        const { logStart } = await log.bounds();
        await commits.initialise(old, logStart, await firstLogTime(log, logStart));
      }
      await commits.initialise(live, from, await firstLogTime(log, from));
      await store.close(old, live.generation);
      await switchOrSay(store, topic, [{ partition, from: counted, generation: live.generation }]);
      await notePast(leased, live);
      return live.generation;
    }),
  );
}
