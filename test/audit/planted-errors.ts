/** One changed cell of each kind. */
import {
  added,
  alone,
  dayPattern,
  hourPattern,
  minutePattern,
  moved,
  type PlantedError,
  set,
} from './plant-error';

/** One row for each other field and key of the table atop pipeline/store/keys.ts. */
const TABLE_ERRORS: readonly PlantedError[] = [
  ...['views', 'events', 'bots', 'late', 'skewed'].map((field) =>
    added(`${field} of an hour`, hourPattern, field, new RegExp(`^hour \\S+ demo ${field}$`)),
  ),
  added('views of a day', dayPattern, 'views', /^day \S+ demo views$/),
  set('the mark unite of a minute', minutePattern, 'unite', '2', /^minute \S+ demo unite$/),
  added('the partition count of a minute', minutePattern, 'parts', /^minute \S+ demo parts$/),
  added('the partition count of all time', 'all:demo', 'parts', /^all time demo parts$/, -1),
  set('the mark promoted of all time', 'all:demo', 'promoted', '0', /^all time demo promoted$/),
  added('a field that nothing writes', minutePattern, 'oddity', /^minute \S+ demo oddity$/),
  added('a value of an hour', `${hourPattern}:d`, 'b=Browser 1', /^hour \S+ demo b Browser 1$/),
  set('a surplus (other) of an hour', `${hourPattern}:d`, 'b*', '1', /^hour \S+ demo b \(other\)$/),
  alone(added('the number of values of an hour', `${hourPattern}:d`, 'b#', /^hour \S+ demo b values held$/)),
  ...[
    'counted',
    'bots',
    'heartbeats',
    'summaries',
    'edge:rate_limited',
    'duplicates',
    'skewed',
    'rejected:malformed_json',
    'empty',
    'lost',
  ].map((term) => added(`${term} of the ledger`, 'state', term, new RegExp(`^ledger ${term}$`))),
  alone(added('the start of the shard', 'state', 'start', /^state start$/)),
  alone(added('the next offset, too low', 'state', 'next', /^state next$/, -1)),
  alone(added('the next offset, beyond the log', 'state', 'next', /^next$/)),
  ...['logTime', 'startedAt', 'heartbeatAt', 'newestEventAt'].map((field) =>
    added(`${field} of the state`, 'state', field, new RegExp(`^ledger ${field}$`)),
  ),
  alone(added('the offset of the newest record', 'state', 'lastOffset', /^state lastOffset$/)),
  added('the time of the newest record', 'state', 'lastTimestamp', /^state lastTimestamp$/),
  alone(set('the digest of the newest record', 'state', 'lastDigest', 'f00d', /^state lastDigest$/)),
  alone(
    added('the offset of the checked record', 'state', 'checkedOffset', /^state checked(Offset|Digest)$/),
  ),
  added('the time of the checked record', 'state', 'checkedTimestamp', /^state checkedTimestamp$/),
  alone(set('the digest of the checked record', 'state', 'checkedDigest', 'f00d', /^state checkedDigest$/)),
  alone(added('the schema', 'state', 'schema', /^state schema$/)),
  ...['engagements', 'engagedMs', 'scrolled'].flatMap((name) => [
    added(`${name} of a minute`, minutePattern, name, new RegExp(`^minute \\S+ demo ${name}$`)),
    added(`${name} of all time`, 'all:demo', name, new RegExp(`^all time demo ${name}$`)),
  ]),
  added('a channel of an hour', `${hourPattern}:d`, 'n=ai', /^hour \S+ demo n ai$/),
  added('an outbound link', `${hourPattern}:x`, 'u=https://else.example/0', /^hour \S+ demo u https:/),
  added('a download', `${hourPattern}:x`, 'f=https://else.example/0', /^hour \S+ demo f https:/),
  added("a prop's key", `${hourPattern}:x`, 'k=7,4:event-1plan', /^hour \S+ demo k 7,4:event-1plan$/),
  added(
    "a prop's value",
    `${hourPattern}:x`,
    'v=7,4:event-1planfree',
    /^hour \S+ demo v 7,4:event-1planfree$/,
  ),
  added('engaged time of a page', `${hourPattern}:x`, 't=/page-3', /^hour \S+ demo t \/page-3$/),
  added('scroll depth of a page', `${hourPattern}:x`, 'y=/page-3', /^hour \S+ demo y \/page-3$/),
  added('purchases in a currency', `${hourPattern}:x`, 'x=EUR', /^hour \S+ demo x EUR$/),
  added('thousands of revenue', `${hourPattern}:x`, 'm=EUR', /^hour \S+ demo m EUR$/),
  added('the rest of revenue', `${hourPattern}:x`, 'q=EUR', /^hour \S+ demo q EUR$/),
  alone(set('torn', 'state', 'torn', '1', /^state torn$/)),
  alone(set('the wrong log', 'state', 'wrongLog', '1', /^state wrongLog$/)),
  set('a field of the state that nothing writes', 'state', 'oddity', '1', /^state oddity$/),
  added('the latency histogram', 'latency', '1000', /^latency events$/),
  moved('a step of the due index', 'due', /^m:/, /^due m:demo:\d+$/, 1),
  moved('an entry of the due index that is gone', 'due', /^k:/, /^due k:\d+$/, Number.NaN),
  {
    kind: 'a site that is not there',
    named: /^site elsewhere$/,
    plant: async ({ redis, tag }) => {
      await redis.sadd(`${tag}:sites`, 'elsewhere');
      return () => redis.srem(`${tag}:sites`, 'elsewhere');
    },
  },
];

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
  ...TABLE_ERRORS,
];
