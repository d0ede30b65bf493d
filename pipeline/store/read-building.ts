/** How far a generation that is being filled has come. Asked only while there is one, beside the shard that is shown. */
import type { BuildingState } from '../core/rebuild-progress';
import { STATE, stateKey } from './keys';
import { readTogether } from './read-commands';
import type { TopologyShard } from './read-topology';
import type { RedisClient } from './redis-client';

/** Undefined: none is being filled. Throws StoreError. */
export async function readBuilding(
  redis: RedisClient,
  { partition, building }: TopologyShard,
): Promise<BuildingState | undefined> {
  if (building === undefined) return undefined;
  const { tag, targetOffset, isAtWork } = building;
  const [reply] = await readTogether(redis, [['HMGET', stateKey(tag), STATE.start, STATE.next]]);
  const [start, next] = reply as readonly (string | null)[];
  const offsets = start && next ? { start: Number(start), next: Number(next) } : undefined;
  return { partition, offsets, targetOffset, isAtWork };
}
