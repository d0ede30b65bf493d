/**
 * One partition, up to where it can be switched: counts the log into the new generation, carries over what the log no longer holds,
 * and compares both generations at one offset. Nothing that is read changes.
 */
import type { ShardId } from '../../pipeline/store/keys';
import type { ShardStanding } from '../../pipeline/store/rebuild-port';
import type { ShardContent } from '../../pipeline/store/shard-content';
import type { PartitionLog } from '../../pipeline/stream/partition-log';
import { firstLogTime } from '../repair/repair-shard';
import { auditBaseOf, carryOver } from './carry-over';
import { compareGenerations, type GenerationComparison } from './compare-generations';
import { countPast } from './count-past';
import { carrySource, type PlanOptions, planRebuild, type RebuildPlan } from './plan-rebuild';
import { type Rebuilder, RebuildRefusedError } from './rebuilder';
import { settleContent } from './settle-content';
import { withLog } from './switch-generations';

export interface RebuiltPartition extends RebuildPlan {
  /** Undefined: the generations are not compared; `notCompared` says why. */
  readonly comparison: GenerationComparison | undefined;
  readonly notCompared: string | undefined;
  /** Buckets that start before it were carried over; undefined: nothing was. */
  readonly carriedUntilMs: number | undefined;
}

export interface RebuildOptions extends PlanOptions {
  /** Goes on where it would stop for a person to look. Default false. */
  readonly accept?: boolean;
}

const waitMs = 500;
const waitsMax = 120;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The old generation must not be below the new one; after a fail-over it may be, until repair has run. */
async function awaitOffset(
  { store, wait = sleep }: Rebuilder,
  shard: ShardId,
  offset: number,
): Promise<void> {
  for (let waits = 0; waits < waitsMax; waits += 1) {
    if (((await store.standing(shard))?.next ?? 0) >= offset) return;
    await wait(waitMs);
  }
  throw new RebuildRefusedError(
    `partition ${shard.partition}: generation ${shard.generation} has not come back to offset ${offset}; run npm run repair first`,
  );
}

/**
 * Counts the new generation to exactly where the other one is, and answers that one's content there. The last stretch is read from
 * a snapshot on, since the other one may be counted on meanwhile.
 */
async function meet(
  rebuilder: Rebuilder,
  source: ShardId,
  building: ShardId,
  log: PartitionLog,
): Promise<ShardContent> {
  const nextOf = async (shard: ShardId): Promise<number> =>
    (await rebuilder.store.standing(shard))?.next ?? 0;
  const near = await nextOf(source);
  if (near > (await nextOf(building))) await countPast(rebuilder, building, log, near);
  await awaitOffset(rebuilder, source, await nextOf(building));
  const content = await rebuilder.store.readContent(source);
  await countPast(rebuilder, building, log, Number(content.state.get('next') ?? 0));
  return settleContent(content);
}

/** Throws RebuildRefusedError where only a person can say whether it may be gone on with. */
function requireCarriable(
  plan: RebuildPlan,
  old: ShardStanding | undefined,
  target: ShardStanding,
  accept: boolean,
): void {
  if (accept || old === undefined || target.carriedUntilMs !== undefined) return;
  const { partition, generation } = plan.counted;
  const why = old.isWrongLog ? 'is of another log' : 'has a layout that this code cannot read';
  const isForeign = old.isWrongLog || !old.isReadable;
  if (isForeign && target.start > 0) {
    throw new RebuildRefusedError(
      `partition ${partition}: generation ${generation} ${why}, and this log begins at offset ${target.start}: what was counted before cannot be carried over. With --accept the new generation counts since then alone; the old one is kept until --drop`,
    );
  }
}

async function carry(rebuilder: Rebuilder, plan: RebuildPlan, log: PartitionLog): Promise<void> {
  const { store } = rebuilder;
  const { building } = plan;
  const source = await carrySource(store, plan);
  if (source === undefined) return;
  const [held, target] = [await store.standing(source), await store.standing(building)];
  if (held === undefined || target === undefined) return;
  const isBeforeLog = held.next < target.start && target.next === target.start;
  if (held.next < target.next && !isBeforeLog && held.movedTo !== undefined) {
    throw new RebuildRefusedError(
      `partition ${building.partition}: generation ${source.generation} ended at offset ${held.next}, which generation ${building.generation} has passed: begin again with --again`,
    );
  }
  const old = isBeforeLog
    ? settleContent(await store.readContent(source))
    : await meet(rebuilder, source, building, log);
  const counted = settleContent(await store.readContent(building));
  const carried = carryOver(old, counted, await firstLogTime(log, target.start));
  // First, since what was carried over is not carried over again: killed between the two, the shard would have no base.
  await store.writeAuditBase(building, auditBaseOf(carried));
  await store.replaceContent(building, carried);
}

/** Why the generations cannot be compared; undefined: they can. */
function whyNotCompared(
  old: ShardStanding | undefined,
  target: ShardStanding,
  { generation }: ShardId,
): string | undefined {
  if (old === undefined) return 'nothing was counted before';
  if (old.isTorn) return `generation ${generation} is torn: a commit broke off half-way in it`;
  if (old.isWrongLog) return `generation ${generation} is of another log`;
  if (!old.isReadable) return `generation ${generation} has a layout that this code cannot read`;
  if (old.movedTo !== undefined) return `generation ${generation} is closed already`;
  if (old.start !== target.start)
    return `generation ${generation} counts from offset ${old.start}, this one from ${target.start}`;
  return undefined;
}

/** Undefined: the partition has no records and no counts. Throws RebuildRefusedError, RebuildStoppedError, what Kafka and the store throw. */
export function rebuildPartition(
  rebuilder: Rebuilder,
  topic: string,
  partition: number,
  options: RebuildOptions = {},
): Promise<RebuiltPartition | undefined> {
  return withLog(rebuilder.logs, { topic, partition }, async (log) => {
    const plan = await planRebuild(rebuilder, topic, partition, log, options);
    if (plan === undefined) return undefined;
    const { store } = rebuilder;
    const { counted, building } = plan;
    const standingOf = async (): Promise<ShardStanding> => (await store.standing(building)) as ShardStanding;
    const old = await store.standing(counted);
    requireCarriable(plan, old, await standingOf(), options.accept ?? false);
    // A shard is closed when everything is done but the last stretch, or where its past is not the other one's. One that was closed
    // for a generation that is torn by now is carried over again.
    if (old?.movedTo !== building.generation) await carry(rebuilder, plan, log);
    const target = await standingOf();
    const { carriedUntilMs } = target;
    const notCompared = whyNotCompared(old, target, counted);
    if (notCompared !== undefined) {
      const isOfAnotherLog = old === undefined || old.isWrongLog;
      const end = isOfAnotherLog ? (await log.bounds()).logEnd : old.next;
      if (isOfAnotherLog) await store.noteTarget(topic, partition, end);
      await countPast(rebuilder, building, log, Math.max(end, target.next));
      return { ...plan, comparison: undefined, notCompared, carriedUntilMs };
    }
    const content = await meet(rebuilder, counted, building, log);
    const comparison = compareGenerations(content, settleContent(await store.readContent(building)));
    return { ...plan, comparison, notCompared, carriedUntilMs };
  });
}
