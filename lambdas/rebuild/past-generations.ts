/** Generations that are kept beside the counted one: listed, switched back to, dropped. */
import type { ShardId } from '../../pipeline/store/keys';
import type { ShardStanding } from '../../pipeline/store/rebuild-port';
import { withLease } from './rebuild-topic';
import { type Rebuilder, RebuildRefusedError } from './rebuilder';
import { type ShardSwitch, switchGenerations, withLog } from './switch-generations';

export interface KeptGeneration {
  readonly shard: ShardId;
  readonly standing: ShardStanding;
  readonly role: 'counted' | 'building' | 'kept';
}

/** In order; what was dropped is not among them. */
export async function listKept(
  { store }: Rebuilder,
  topic: string,
  partition: number,
): Promise<readonly KeptGeneration[]> {
  const { counted, building } = await store.generations(topic, partition);
  const kept: KeptGeneration[] = [];
  for (const generation of await store.listGenerations(topic, partition)) {
    const shard = { topic, partition, generation };
    const standing = await store.standing(shard);
    if (standing === undefined || standing.isDropped) continue;
    const role = generation === counted ? 'counted' : generation === building ? 'building' : 'kept';
    kept.push({ shard, standing, role });
  }
  return kept;
}

/** The newest generation that was moved to the counted one. Throws RebuildRefusedError where it cannot be gone on with. */
async function previous(
  rebuilder: Rebuilder,
  topic: string,
  partition: number,
): Promise<ShardSwitch | undefined> {
  const { counted } = await rebuilder.store.generations(topic, partition);
  const all = await listKept(rebuilder, topic, partition);
  const found = all.filter(({ standing }) => standing.movedTo === counted).at(-1);
  if (found === undefined) return undefined;
  const { shard, standing } = found;
  const where = `partition ${partition}: generation ${shard.generation}`;
  if (standing.isTorn) throw new RebuildRefusedError(`${where} is torn: a commit broke off half-way in it`);
  if (standing.isWrongLog) throw new RebuildRefusedError(`${where} is of another log`);
  const { logStart } = await withLog(rebuilder.logs, shard, (log) => log.bounds());
  if (logStart > standing.next) {
    throw new RebuildRefusedError(
      `${where} ended at offset ${standing.next}, and the log begins at ${logStart}: what lies between would be lost`,
    );
  }
  return { from: { ...shard, generation: counted }, to: shard };
}

/** Switches back to the generations before, which are counted up to now first. Answers which partitions were. Throws as rebuildTopic. */
export async function switchBack(
  rebuilder: Rebuilder,
  topic: string,
  partitions: readonly number[],
  owner: string,
): Promise<readonly ShardSwitch[]> {
  return withLease(rebuilder, topic, owner, async (leased) => {
    const switches: ShardSwitch[] = [];
    for (const partition of partitions) {
      const found = await previous(leased, topic, partition);
      if (found !== undefined) switches.push(found);
    }
    for (const { to } of switches) await leased.store.noteBuilding(topic, to.partition, to.generation);
    await switchGenerations(leased, switches);
    return switches;
  });
}

/** Deletes every generation that is neither counted nor being built. Answers how many keys went. Throws as rebuildTopic. */
export async function dropGenerations(
  rebuilder: Rebuilder,
  topic: string,
  partitions: readonly number[],
  owner: string,
  onDropped: (generation: KeptGeneration, keys: number) => void = () => undefined,
): Promise<number> {
  return withLease(rebuilder, topic, owner, async (leased) => {
    let deleted = 0;
    for (const partition of partitions) {
      const all = await listKept(leased, topic, partition);
      const counted = all.find(({ role }) => role === 'counted')?.shard.generation;
      if (counted === undefined) continue;
      for (const kept of all.filter(({ role }) => role === 'kept')) {
        const { shard, standing } = kept;
        // One that was begun and left is closed first, so that its number stays taken.
        if (standing.movedTo === undefined) await leased.store.close(shard, counted);
        const keys = await leased.store.drop(shard);
        onDropped(kept, keys);
        deleted += keys;
      }
    }
    return deleted;
  });
}
