/** How an error is put into the store and taken back: as a bug, a person or a broken disk would leave it. */
import type { RedisClient } from '../../pipeline/store/redis-client';

export class ShardKeys {
  constructor(
    readonly redis: RedisClient,
    readonly tag: string,
  ) {}

  async matching(pattern: string): Promise<string[]> {
    return (await this.redis.keys(`${this.tag}:${pattern}`)).sort();
  }

  /** The last that matches: of the newest bucket, which is neither sealed nor expired. */
  async newest(pattern: string): Promise<string> {
    const key = (await this.matching(pattern)).at(-1);
    if (key === undefined) throw new Error(`no key ${this.tag}:${pattern}`);
    return key;
  }
}

export interface PlantedError {
  readonly kind: string;
  /** It changes where or whether the audit recounts, or a cell that another changes too: it needs an audit of its own. */
  readonly isAlone?: boolean;
  /** Answers how to put it back. */
  readonly plant: (shard: ShardKeys) => Promise<() => Promise<unknown>>;
  readonly named: RegExp;
}

export const minutePattern = 'm:demo:??????????';

/** Adds to a field of the newest key that matches. */
export function added(kind: string, pattern: string, field: string, named: RegExp, by = 1): PlantedError {
  return {
    kind,
    named,
    plant: async (shard) => {
      const key = await shard.newest(pattern);
      const wasThere = (await shard.redis.hexists(key, field)) === 1;
      await shard.redis.hincrby(key, field, by);
      return () => (wasThere ? shard.redis.hincrby(key, field, -by) : shard.redis.hdel(key, field));
    },
  };
}

/** Sets a field that is not there. */
export function set(
  kind: string,
  pattern: string,
  field: string,
  value: string,
  named: RegExp,
): PlantedError {
  return {
    kind,
    named,
    plant: async (shard) => {
      const key = await shard.newest(pattern);
      const before = await shard.redis.hget(key, field);
      await shard.redis.hset(key, field, value);
      return () => (before === null ? shard.redis.hdel(key, field) : shard.redis.hset(key, field, before));
    },
  };
}

/** Takes a member of a sorted set away, or moves it. */
export function moved(
  kind: string,
  pattern: string,
  member: RegExp,
  named: RegExp,
  by: number,
): PlantedError {
  return {
    kind,
    named,
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest(pattern);
      const found = (await redis.zrange(key, 0, -1)).find((one) => member.test(one));
      if (found === undefined) throw new Error(`no member ${member} in ${key}`);
      const score = (await redis.zscore(key, found)) as string;
      if (Number.isNaN(by)) await redis.zrem(key, found);
      else await redis.zadd(key, Number(score) + by, found);
      return () => redis.zadd(key, score, found);
    },
  };
}

export function alone(error: PlantedError): PlantedError {
  return { ...error, isAlone: true };
}

export const dayPattern = 'd:demo:??????????';
export const hourPattern = 'h:demo:??????????';
