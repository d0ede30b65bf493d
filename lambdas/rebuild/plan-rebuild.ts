/** Which generation of a partition is filled, from which offset, and what must be carried over into it. */
import type { ShardId } from '../../pipeline/store/keys';
import type { RebuildStore, ShardStanding } from '../../pipeline/store/rebuild-port';
import type { PartitionLog } from '../../pipeline/stream/partition-log';
import { firstLogTime } from '../repair/repair-shard';
import type { Rebuilder } from './rebuilder';

export interface RebuildPlan {
  /** The generation that is counted and read. */
  readonly counted: ShardId;
  /** The one that is filled. It exists. */
  readonly building: ShardId;
  /** It was begun before. */
  readonly isResumed: boolean;
}

export interface PlanOptions {
  /** What was begun before is left, and the log is counted from its start into a generation of its own. Default false. */
  readonly again?: boolean;
}

/**
 * Where the new generation starts. The log's start, but where the old one began below it and had lost all that is gone: then it
 * starts there too and loses the same, so that the loss stays in the ledger.
 */
function startOf(old: ShardStanding | undefined, logStart: number): number {
  if (old === undefined || old.isWrongLog || !old.isReadable || old.start >= logStart) return logStart;
  return old.lost === logStart - old.start ? old.start : logStart;
}

function isWhole(standing: ShardStanding): boolean {
  return standing.isReadable && !standing.isTorn && !standing.isWrongLog && !standing.isDropped;
}

/** A number that no generation of the shard's partition ever had. */
export async function nextGeneration(store: RebuildStore, { topic, partition }: ShardId): Promise<number> {
  return Math.max(...(await store.listGenerations(topic, partition))) + 1;
}

/** Undefined: none is under construction, or what is cannot be gone on with. */
async function resumable(
  store: RebuildStore,
  old: ShardId,
  building: number | undefined,
): Promise<ShardId | undefined> {
  if (building === undefined) return undefined;
  const shard = { ...old, generation: building };
  return (await isUsable(store, shard)) ? shard : undefined;
}

/** It is whole, or not there yet. */
async function isUsable(store: RebuildStore, shard: ShardId): Promise<boolean> {
  const standing = await store.standing(shard);
  return standing === undefined || isWhole(standing);
}

/**
 * Goes on with the generation that is being built, or begins the next one. Undefined: the partition has no records and no
 * counts. Throws what Kafka and the store throw.
 */
export async function planRebuild(
  rebuilder: Rebuilder,
  topic: string,
  partition: number,
  log: PartitionLog,
  { again = false }: PlanOptions = {},
): Promise<RebuildPlan | undefined> {
  const { store } = rebuilder;
  // Both at one instant: a fail-over between two looks could show the counted generation as the one under construction.
  const { counted, building: begun } = await store.generations(topic, partition);
  const old: ShardId = { topic, partition, generation: counted };
  const standing = await store.standing(old);
  const { logStart, logEnd } = await log.bounds();
  if (standing === undefined && logStart === logEnd) return undefined;
  // A shard that is closed already sends its consumers there: that one it must be, unless it has been torn since.
  const movedTo = standing?.movedTo;
  const closedFor = movedTo === undefined ? undefined : { topic, partition, generation: movedTo };
  const found =
    closedFor !== undefined && (await isUsable(store, closedFor))
      ? closedFor
      : again
        ? undefined
        : await resumable(store, old, begun);
  const building = found ?? {
    topic,
    partition,
    generation: await nextGeneration(store, old),
  };
  await store.noteBuilding(topic, partition, building.generation);
  const isResumed = (await store.standing(building)) !== undefined;
  if (!isResumed) {
    const start = startOf(standing, logStart);
    await rebuilder.commits.initialise(building, start, await firstLogTime(log, logStart));
  }
  return { counted: old, building, isResumed };
}

/**
 * The generation that holds what was counted before the new one's start, to be carried over; undefined: nothing was, or it has
 * been. It is the counted one; or where that counts only since lately, because its partition was too far behind, the one that was
 * moved to it.
 */
export async function carrySource(
  store: RebuildStore,
  { counted, building }: RebuildPlan,
): Promise<ShardId | undefined> {
  const target = await store.standing(building);
  if (target === undefined || target.carriedUntilMs !== undefined) return undefined;
  const seen = new Set([building.generation]);
  for (let shard: ShardId | undefined = counted; shard !== undefined; ) {
    const standing: ShardStanding | undefined = await store.standing(shard);
    if (standing === undefined || standing.isWrongLog || standing.isDropped) return undefined;
    if (!standing.isReadable) return undefined;
    if (standing.start <= target.start) return standing.start < target.start ? shard : undefined;
    seen.add(shard.generation);
    shard = await predecessorOf(store, shard, seen);
  }
  return undefined;
}

/** The newest generation that was moved to this one and still holds what it counted. `except`: not these. */
export async function predecessorOf(
  store: RebuildStore,
  shard: ShardId,
  except: ReadonlySet<number> = new Set(),
): Promise<ShardId | undefined> {
  const generations = await store.listGenerations(shard.topic, shard.partition);
  for (const generation of [...generations].reverse()) {
    if (except.has(generation)) continue;
    const candidate = { ...shard, generation };
    const standing = await store.standing(candidate);
    if (standing?.movedTo === shard.generation && !standing.isDropped) return candidate;
  }
  return undefined;
}
