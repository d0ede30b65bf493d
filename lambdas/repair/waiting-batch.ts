/** Reads the note that the consumer leaves when a batch waits above a shard's `next` (CommitStore.reportBehind). */
import { behindKey, type ShardId, shardTag } from '../../pipeline/store/keys';
import type { RedisConnection } from '../../pipeline/store/redis-client';

export function waitingBatches(redis: RedisConnection): (shard: ShardId) => Promise<number | undefined> {
  return async (shard) => {
    const first = await redis.hget(behindKey(shardTag(shard)), 'first');
    return first === null ? undefined : Number(first);
  };
}
