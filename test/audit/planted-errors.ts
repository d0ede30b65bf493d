/** Errors as a bug, a person or a broken disk would leave them in the store: one changed cell of each kind. */
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
  /** Answers how to put it back. */
  readonly plant: (shard: ShardKeys) => Promise<() => Promise<unknown>>;
  readonly named: RegExp;
}

const minutePattern = 'm:demo:??????????';

/** Each changes one cell. */
export const PLANTED_ERRORS: readonly PlantedError[] = [
  {
    kind: 'views of a minute',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest(minutePattern);
      await redis.hincrby(key, 'views', 1);
      return () => redis.hincrby(key, 'views', -1);
    },
    named: /^minute \S+ demo views$/,
  },
  {
    kind: 'a page of a minute',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('m:demo:??????????:d');
      await redis.hincrby(key, 'b=Browser 1', -1);
      return () => redis.hincrby(key, 'b=Browser 1', 1);
    },
    named: /^minute \S+ demo b Browser 1$/,
  },
  {
    kind: 'the sum of a capped dimension',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('d:demo:??????????:d');
      await redis.hincrby(key, 'p*', 1);
      return () => redis.hincrby(key, 'p*', -1);
    },
    named: /^day \S+ demo p sum$/,
  },
  {
    kind: 'a visitor of a minute',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('m:demo:??????????:v');
      const member = (await redis.srandmember(key)) as string;
      await redis.srem(key, member);
      return () => redis.sadd(key, member);
    },
    named: /^minute \S+ demo visitor \d+$/,
  },
  {
    kind: 'a register of a HyperLogLog',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('h:demo:??????????:h');
      const before = await redis.getBuffer(key);
      for (let i = 0; i < 20; i++) await redis.pfadd(key, `stranger-${i}`);
      return () => redis.set(key, before as Buffer);
    },
    named: /^hour \S+ demo HyperLogLog$/,
  },
  {
    kind: 'the visitors of a sealed minute',
    plant: async (shard) => {
      const { redis } = shard;
      const keys = await shard.matching(minutePattern);
      for (const key of keys.reverse()) {
        const visitors = await redis.hget(key, 'visitors');
        if (visitors === null) continue;
        await redis.hset(key, 'visitors', Number(visitors) + 1);
        return () => redis.hset(key, 'visitors', visitors);
      }
      throw new Error('no minute is sealed');
    },
    named: /^minute \S+ demo visitors$/,
  },
  {
    kind: 'views of all time',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('all:demo');
      await redis.hincrby(key, 'bots', 1);
      return () => redis.hincrby(key, 'bots', -1);
    },
    named: /^all time demo bots$/,
  },
  {
    kind: 'a page of all time',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('pages:demo');
      await redis.hincrby(key, 'p=/page-3', 1);
      return () => redis.hincrby(key, 'p=/page-3', -1);
    },
    named: /^all time demo page \/page-3$/,
  },
  {
    kind: 'views of a second',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('s:demo:??????????');
      await redis.hincrby(key, '7', 1);
      return () => redis.hincrby(key, '7', -1);
    },
    named: /^second \S+ demo 7$/,
  },
  {
    kind: 'a last-seen time',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('live:demo');
      const member = (await redis.zrange(key, -1, -1))[0] as string;
      await redis.zincrby(key, -1, member);
      return () => redis.zincrby(key, 1, member);
    },
    named: /^last seen demo \d+$/,
  },
  {
    kind: 'an event of the feed',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('feed:demo');
      const [member, score] = (await redis.zrange(key, 0, 0, 'WITHSCORES')) as [string, string];
      await redis.zrem(key, member);
      return () => redis.zadd(key, score, member);
    },
    named: /^feed demo offset \d+$/,
  },
  {
    kind: 'a mark of a messageId',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('marks:*');
      const member = (await (
        redis as unknown as { srandmemberBuffer(key: string): Promise<Buffer> }
      ).srandmemberBuffer(key)) as Buffer;
      await redis.srem(key, member);
      return () => redis.sadd(key, member);
    },
    named: /^mark of slice \d+ [0-9a-f]{32}$/,
  },
  {
    kind: 'late events of the ledger',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('state');
      await redis.hincrby(key, 'late', 1);
      return () => redis.hincrby(key, 'late', -1);
    },
    named: /^ledger late$/,
  },
  {
    kind: 'the newest rejection',
    plant: async (shard) => {
      const { redis } = shard;
      const key = await shard.newest('rejects');
      const row = (await redis.lindex(key, 0)) as string;
      await redis.lset(key, 0, '1|too_large|');
      return () => redis.lset(key, 0, row);
    },
    named: /^newest rejection 1$/,
  },
  {
    kind: 'a key that nothing writes',
    plant: async (shard) => {
      const { redis } = shard;
      const key = `${shard.tag}:surprise`;
      await redis.set(key, 1);
      return () => redis.del(key);
    },
    named: /^key surprise: /,
  },
];
