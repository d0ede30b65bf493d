/**
 * Readers and writers go to the generations that were built, of all partitions in one step. Before it, each old shard is closed: it
 * answers `moved` from then on, so that its number does not grow any more and the new one can reach it. May break off anywhere:
 * done again, it goes on; and since it is noted which partitions go together, also where it is repair that goes on, partition by
 * partition: no reader sees some of them switched and others not.
 */
import type { ShardId } from '../../pipeline/store/keys';
import type { GenerationSwitch, RebuildStore } from '../../pipeline/store/rebuild-port';
import type { LogSource } from '../../pipeline/stream/log-source';
import { countPast } from './count-past';
import { type Rebuilder, SwitchLostError } from './rebuilder';

export interface ShardSwitch {
  /** The generation that is counted and read. */
  readonly from: ShardId;
  /** The one that shall be. */
  readonly to: ShardId;
}

/** Offsets that may still be missing when a shard is closed: readers see it stand still for as long as they take. */
const gapMax = 2_000;
const roundsMax = 20;

/** The log is opened for as long as the work takes. */
export async function withLog<T>(
  logs: LogSource,
  { topic, partition }: Pick<ShardId, 'topic' | 'partition'>,
  work: (log: Awaited<ReturnType<LogSource['open']>>) => Promise<T>,
): Promise<T> {
  const log = await logs.open(topic, partition);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** Counts until little is missing: the consumer counts on meanwhile. */
async function comeClose(rebuilder: Rebuilder, { from, to }: ShardSwitch): Promise<void> {
  await withLog(rebuilder.logs, to, async (log) => {
    for (let round = 0; round < roundsMax; round += 1) {
      const old = await rebuilder.store.standing(from);
      // The numbers of another log are no goal.
      if (old?.isWrongLog) return;
      const target = old?.next ?? 0;
      const next = (await rebuilder.store.standing(to))?.next ?? 0;
      if (target - next <= gapMax) return;
      await countPast(rebuilder, to, log, target);
    }
  });
}

/** With those that a switch before this one has begun and not ended, where their generations are still the ones under construction. */
async function withBegun({ store }: Rebuilder, switches: readonly ShardSwitch[]): Promise<ShardSwitch[]> {
  const topic = (switches[0] as ShardSwitch).to.topic;
  const all = [...switches];
  for (const { partition, generation } of await store.begunSwitch(topic)) {
    if (switches.some(({ to }) => to.partition === partition)) continue;
    const { counted, building } = await store.generations(topic, partition);
    const to = { topic, partition, generation };
    const standing = await store.standing(to);
    if (building !== generation || counted === generation || standing === undefined) continue;
    if (standing.isTorn || standing.isWrongLog) continue;
    all.push({ from: { ...to, generation: counted }, to });
  }
  return all;
}

/** `switches`: all of one topic. Throws RebuildStoppedError before the first shard is closed; SwitchLostError; what Kafka and the store throw. */
export async function switchGenerations(
  rebuilder: Rebuilder,
  switches: readonly ShardSwitch[],
): Promise<void> {
  const { store } = rebuilder;
  const topic = switches[0]?.to.topic;
  if (topic === undefined) return;
  const all = await withBegun(rebuilder, switches);
  for (const each of all) await comeClose(rebuilder, each);
  // From here on to the end: a shard that is closed and not yet switched stands still on the page.
  const { isStopped: _, ...steadily } = rebuilder;
  const moves = all.map(({ from, to }) => ({
    partition: to.partition,
    from: from.generation,
    generation: to.generation,
  }));
  await store.noteSwitch(topic, moves);
  for (const each of all) await closeAndReach(steadily, each);
  await switchOrSay(store, topic, moves);
}

/** Throws SwitchLostError. */
export async function switchOrSay(
  store: RebuildStore,
  topic: string,
  switches: readonly GenerationSwitch[],
): Promise<void> {
  if (await store.switchTo(topic, switches)) return;
  const partitions = switches.map(({ partition }) => partition).join(', ');
  throw new SwitchLostError(
    `partitions ${partitions}: not switched, because the store has lost its newest writes meanwhile; the next repair or npm run rebuild goes on`,
  );
}

async function closeAndReach(rebuilder: Rebuilder, { from, to }: ShardSwitch): Promise<void> {
  const { store } = rebuilder;
  // Opened first: were both closed, each would send its consumers to the other one.
  await store.reopen(to);
  const end = await store.close(from, to.generation);
  if ((await store.standing(from))?.isWrongLog) return;
  await withLog(rebuilder.logs, to, (log) => countPast(rebuilder, to, log, end));
}
