/** The audit against a real Kafka and a real Redis: silent where the store is right, and pointing at the cell where it is not. */
import type { Kafka } from 'kafkajs';
import { audit } from '../../audit/audit';
import type { Difference } from '../../audit/comparison';
import { cellsCompared, differencesOf, printReport } from '../../audit/print-report';
import type { RollUp } from '../../pipeline/core/roll-up';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { CommitStore } from '../../pipeline/store/store-port';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { countTopic, DEMO_ONLY } from './count-topic';
import { PARTITIONS, writeVariedLog } from './varied-log';

jest.setTimeout(120_000);

let kafka: Kafka;
let redis: RedisClient;
let topic: string;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'audit-test', () => undefined);
  redis = connectTestRedis();
  topic = uniqueTopic('audit');
  await writeVariedLog(kafka, topic);
  await countTopic(kafka, new RedisCommitStore(redis), topic, PARTITIONS);
});

afterAll(async () => {
  await deleteKeys();
  redis.disconnect();
});

async function keysOf(pattern: string): Promise<string[]> {
  const keys = await (redis as unknown as { keys(pattern: string): Promise<string[]> }).keys(pattern);
  return keys.sort();
}

/** Every key that names the topic, byte for byte. */
async function dump(): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const key of await keysOf(`*${topic}*`)) {
    values.set(key, (await redis.dumpBuffer(key)).toString('hex'));
  }
  return values;
}

async function deleteKeys(): Promise<void> {
  const keys = await keysOf(`{${topic}*`);
  for (const key of keys) await redis.del(key);
}

async function differences(): Promise<readonly Difference[]> {
  return differencesOf(await audit({ kafka, redis, topic, sites: DEMO_ONLY }));
}

/** The last key of shard 1 that matches: of the newest bucket, which is neither sealed nor expired. */
async function newestKey(pattern: string): Promise<string> {
  const key = (await keysOf(`{${topic}.1:1}:${pattern}`)).at(-1);
  if (key === undefined) throw new Error(`no key ${pattern}`);
  return key;
}

test('a store that counted every record shows no difference, in cells of every kind', async () => {
  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(differencesOf(report)).toEqual([]);
  expect(report.shards).toBe(PARTITIONS);
  expect(cellsCompared(report)).toBeGreaterThan(10_000);
  const kinds = new Set(report.comparisons.flatMap(({ cells }) => [...cells.keys()]));
  expect([...kinds].sort()).toEqual([
    'HyperLogLog',
    'all-time pages',
    'counts',
    'dimensions',
    'dimensions, capped',
    'exact visitors',
    'feed',
    'last seen',
    'ledger',
    'marks',
    'rejects',
    'sealed visitors',
    'seconds',
    'sites',
  ]);
  expect(printReport(report).at(-1)).toMatch(/^\d+ cells compared, 0 differ$/);
});

test('the audit leaves no key behind and changes none', async () => {
  const before = await dump();

  await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(await dump()).toEqual(before);
});

interface Planted {
  readonly kind: string;
  readonly plant: () => Promise<() => Promise<unknown>>;
  readonly named: RegExp;
}

const minutePattern = 'm:demo:??????????';

/** Each changes one cell, and answers how to put it back. */
const planted: readonly Planted[] = [
  {
    kind: 'views of a minute',
    plant: async () => {
      const key = await newestKey(minutePattern);
      await redis.hincrby(key, 'views', 1);
      return () => redis.hincrby(key, 'views', -1);
    },
    named: /^minute \S+ demo views$/,
  },
  {
    kind: 'a page of a minute',
    plant: async () => {
      const key = await newestKey('m:demo:??????????:d');
      await redis.hincrby(key, 'b=Browser 1', -1);
      return () => redis.hincrby(key, 'b=Browser 1', 1);
    },
    named: /^minute \S+ demo b Browser 1$/,
  },
  {
    kind: 'the sum of a capped dimension',
    plant: async () => {
      const key = await newestKey('d:demo:??????????:d');
      await redis.hincrby(key, 'p*', 1);
      return () => redis.hincrby(key, 'p*', -1);
    },
    named: /^day \S+ demo p sum$/,
  },
  {
    kind: 'a visitor of a minute',
    plant: async () => {
      const key = await newestKey('m:demo:??????????:v');
      const member = (await redis.srandmember(key)) as string;
      await redis.srem(key, member);
      return () => redis.sadd(key, member);
    },
    named: /^minute \S+ demo visitor \d+$/,
  },
  {
    kind: 'a register of a HyperLogLog',
    plant: async () => {
      const key = await newestKey('h:demo:??????????:h');
      const before = await redis.getBuffer(key);
      for (let i = 0; i < 20; i++) await redis.pfadd(key, `stranger-${i}`);
      return () => redis.set(key, before as Buffer);
    },
    named: /^hour \S+ demo HyperLogLog$/,
  },
  {
    kind: 'the visitors of a sealed minute',
    plant: async () => {
      const keys = await keysOf(`{${topic}.1:1}:${minutePattern}`);
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
    plant: async () => {
      const key = await newestKey('all:demo');
      await redis.hincrby(key, 'bots', 1);
      return () => redis.hincrby(key, 'bots', -1);
    },
    named: /^all time demo bots$/,
  },
  {
    kind: 'a page of all time',
    plant: async () => {
      const key = await newestKey('pages:demo');
      await redis.hincrby(key, 'p=/page-3', 1);
      return () => redis.hincrby(key, 'p=/page-3', -1);
    },
    named: /^all time demo page \/page-3$/,
  },
  {
    kind: 'views of a second',
    plant: async () => {
      const key = await newestKey('s:demo:??????????');
      await redis.hincrby(key, '7', 1);
      return () => redis.hincrby(key, '7', -1);
    },
    named: /^second \S+ demo 7$/,
  },
  {
    kind: 'a last-seen time',
    plant: async () => {
      const key = await newestKey('live:demo');
      const member = (await redis.zrange(key, -1, -1))[0] as string;
      await redis.zincrby(key, -1, member);
      return () => redis.zincrby(key, 1, member);
    },
    named: /^last seen demo \d+$/,
  },
  {
    kind: 'an event of the feed',
    plant: async () => {
      const key = await newestKey('feed:demo');
      const [member, score] = (await redis.zrange(key, 0, 0, 'WITHSCORES')) as [string, string];
      await redis.zrem(key, member);
      return () => redis.zadd(key, score, member);
    },
    named: /^feed demo offset \d+$/,
  },
  {
    kind: 'a mark of a messageId',
    plant: async () => {
      const key = await newestKey('marks:*');
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
    plant: async () => {
      const key = await newestKey('state');
      await redis.hincrby(key, 'late', 1);
      return () => redis.hincrby(key, 'late', -1);
    },
    named: /^ledger late$/,
  },
  {
    kind: 'the newest rejection',
    plant: async () => {
      const key = await newestKey('rejects');
      const row = (await redis.lindex(key, 0)) as string;
      await redis.lset(key, 0, '1|too_large|');
      return () => redis.lset(key, 0, row);
    },
    named: /^newest rejection 1$/,
  },
  {
    kind: 'a key that nothing writes',
    plant: async () => {
      const key = `{${topic}.1:1}:surprise`;
      await redis.set(key, 1);
      return () => redis.del(key);
    },
    named: /^key surprise: /,
  },
];

test.each(planted)('an error planted in $kind is named, and nothing else', async ({ plant, named }) => {
  const putBack = await plant();
  const found = await differences().finally(putBack);

  expect(found.map(({ partition }) => partition)).toEqual([1]);
  expect(found[0]?.cell).toMatch(named);
  expect(found[0]?.log).not.toBe(found[0]?.store);
});

/** A store whose roll-ups are wrong, as those of a fold with a bug would be. */
function withBug(store: CommitStore, bug: (rollUp: RollUp) => void): CommitStore {
  const broken = Object.create(store) as CommitStore;
  broken.commit = (shard, rollUp, due, nowMs) => {
    bug(rollUp);
    return store.commit(shard, rollUp, due, nowMs);
  };
  return broken;
}

const bugs: readonly {
  readonly name: string;
  readonly bug: (rollUp: RollUp) => void;
  readonly named: RegExp;
}[] = [
  {
    name: 'counts one view of a batch twice',
    bug: ({ sites }) => {
      const [bucket] = sites.get('demo')?.buckets.values() ?? [];
      if (bucket !== undefined) bucket.counts.views += 1;
    },
    named: /^(minute|hour|day) \S+ demo views$/,
  },
  {
    name: 'forgets that events are late',
    bug: ({ sites }) => {
      for (const site of sites.values()) site.allTime.counts.late = 0;
    },
    named: /^all time demo late$/,
  },
  {
    name: 'puts a minute into the next one',
    bug: ({ sites }) => {
      for (const { buckets } of sites.values()) {
        for (const [key, bucket] of [...buckets]) {
          if (bucket.grain !== 'minute') continue;
          const startMs = bucket.startMs + 60_000;
          buckets.delete(key);
          buckets.set(`m${startMs}`, { ...bucket, startMs });
          return;
        }
      }
    },
    named: /^minute \S+ demo /,
  },
];

test.each(bugs)('a fold that $name is found', async ({ bug, named }) => {
  await deleteKeys();
  await countTopic(kafka, withBug(new RedisCommitStore(redis), bug), topic, PARTITIONS);

  const found = await differences();

  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ cell }) => !named.test(cell))).toEqual([]);
});

test('a log whose start has gone speaks for what came well after its new start', async () => {
  await deleteKeys();
  await countTopic(kafka, new RedisCommitStore(redis), topic, PARTITIONS);
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  const partitions = offsets.map(({ partition }) => ({ partition, offset: '400' }));
  await admin.deleteTopicRecords({ topic, partitions });
  await admin.disconnect();

  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(differencesOf(report)).toEqual([]);
  expect(cellsCompared(report)).toBeGreaterThan(5_000);
  const skipped = new Set(report.comparisons.flatMap((comparison) => [...comparison.skipped.keys()]));
  expect(skipped).toContain('buckets from before the start of the log');
  expect(skipped).toContain('numbers of all time, which need the whole log');
});
