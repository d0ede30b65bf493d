/** The notes about work to be done on a shard: that a batch waits above its `next` (CommitStore.reportBehind), and who repairs it. */
import { BEHIND, behindKey, type ShardId, shardTag } from '../../pipeline/store/keys';
import type { RedisConnection } from '../../pipeline/store/redis-client';
import type { RepairLease } from './repair-shard';

export function waitingBatches(redis: RedisConnection): (shard: ShardId) => Promise<number | undefined> {
  return async (shard) => {
    const first = await redis.hget(behindKey(shardTag(shard)), BEHIND.first);
    return first === null ? undefined : Number(first);
  };
}

/** Longer than a chunk takes; a run that was killed keeps the others from its shard no longer than this, milliseconds. */
const leaseMs = 10_000;

/** `nowMs`: the wall clock, which the machines that repair share well enough. */
export function repairLease(redis: RedisConnection, nowMs: () => number = Date.now): RepairLease {
  const keyOf = (shard: ShardId): string => behindKey(shardTag(shard));
  const renew = async (shard: ShardId): Promise<void> => {
    await redis.hset(keyOf(shard), BEHIND.repairUntil, nowMs() + leaseMs);
  };
  return {
    async take(shard, { from, to }) {
      const until = Number((await redis.hget(keyOf(shard), BEHIND.repairUntil)) ?? 0);
      // One that lies further ahead was left by a clock that was wrong.
      if (until > nowMs() && until <= nowMs() + leaseMs) return false;
      await redis.hset(keyOf(shard), {
        [BEHIND.repairUntil]: nowMs() + leaseMs,
        [BEHIND.repairFrom]: from,
        [BEHIND.repairTo]: to,
      });
      return true;
    },
    renew,
    async release(shard) {
      await redis.hdel(keyOf(shard), BEHIND.repairUntil, BEHIND.repairFrom, BEHIND.repairTo);
    },
  };
}
