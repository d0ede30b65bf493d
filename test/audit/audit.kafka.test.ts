/** The audit against a real Kafka and a real Redis: silent where the store is right, and pointing at the cell where it is not. */
import type { Kafka } from 'kafkajs';
import { audit } from '../../audit/audit';
import type { AuditFilter } from '../../audit/audit-filter';
import type { Difference } from '../../audit/comparison';
import { cellsCompared, differencesOf, printReport } from '../../audit/print-report';
import { auditMarkOf } from '../../lambdas/audit/audit-mark';
import type { RollUp } from '../../pipeline/core/roll-up';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { CommitStore } from '../../pipeline/store/store-port';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { countTopic, DEMO_ONLY, readAll } from './count-topic';
import { type PlantedError, ShardKeys } from './plant-error';
import { PLANTED_ERRORS } from './planted-errors';
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
  return (await redis.keys(pattern)).sort();
}

/** Every key that names the topic, byte for byte; but for what audits keep for audits to come. */
async function dump(): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const key of await keysOf(`*${topic}*`)) {
    if (key.startsWith(`{${topic}}:audit-base:`)) continue;
    values.set(key, (await redis.dumpBuffer(key)).toString('hex'));
  }
  return values;
}

async function deleteKeys(): Promise<void> {
  const keys = await keysOf(`{${topic}*`);
  for (const key of keys) await redis.del(key);
}

async function differences(filter: AuditFilter = {}): Promise<readonly Difference[]> {
  return differencesOf(await audit({ kafka, redis, topic, sites: DEMO_ONLY, filter }));
}

async function trimLog(offset: number): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  const partitions = offsets.map(({ partition }) => ({ partition, offset: String(offset) }));
  await admin.deleteTopicRecords({ topic, partitions });
  await admin.disconnect();
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
    'due',
    'exact visitors',
    'extras',
    'extras, capped',
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

test('the mark covers the log from its first record to the end of the shard least far on', async () => {
  const endedAtMs = Date.UTC(2030, 0, 1);
  const all = await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) => readAll(kafka, topic, partition)),
  );
  const firstMs = Math.min(...all.map((records) => records[0]?.timestampMs ?? Number.POSITIVE_INFINITY));
  const endsMs = all.map((records) => Math.max(...records.map(({ timestampMs }) => timestampMs)));

  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(auditMarkOf(report, endedAtMs)).toEqual({
    at: '2030-01-01T00:00:00.000Z',
    from: new Date(firstMs).toISOString(),
    to: new Date(Math.min(...endsMs)).toISOString(),
    records: all.reduce((sum, records) => sum + records.length, 0),
    cells: cellsCompared(report),
    differences: 0,
  });
});

test('the audit leaves no key behind and changes none', async () => {
  const before = await dump();

  await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(await dump()).toEqual(before);
});

const namesOf = (found: readonly Difference[]): string[] =>
  found.map(({ partition, cell }) => `${partition} ${cell}`);
const nameOn1 = ({ named }: PlantedError): RegExp => new RegExp(`^1 ${named.source.replace(/^\^/, '')}`);

describe('errors planted all at once', () => {
  const together = PLANTED_ERRORS.filter(({ isAlone }) => isAlone !== true);
  let found: readonly Difference[];
  beforeAll(async () => {
    const shard = new ShardKeys(redis, `{${topic}.1:1}`);
    const putBack: (() => Promise<unknown>)[] = [];
    for (const { plant } of together) putBack.push(await plant(shard));
    found = await differences();
    for (const undo of putBack.reverse()) await undo();
    expect(await differences({ partitions: new Set([1]) })).toEqual([]);
  });

  test.each(together)('the one in $kind is named once', (error) => {
    const named = found.filter(({ partition, cell }) => nameOn1(error).test(`${partition} ${cell}`));

    expect(named).toHaveLength(1);
    expect(named[0]?.log).not.toBe(named[0]?.store);
  });

  test('and nothing else is', () => {
    const isPlanted = (name: string): boolean => together.some((error) => nameOn1(error).test(name));
    expect(namesOf(found).filter((name) => !isPlanted(name))).toEqual([]);
  });
});

test.each(PLANTED_ERRORS.filter(({ isAlone }) => isAlone === true))(
  'an error planted in $kind is named, and nothing else',
  async (error) => {
    const putBack = await error.plant(new ShardKeys(redis, `{${topic}.1:1}`));
    const found = await differences({ partitions: new Set([1]) }).finally(putBack);

    expect(namesOf(found)).toEqual([expect.stringMatching(nameOn1(error))]);
    expect(found[0]?.log).not.toBe(found[0]?.store);
  },
);

/** A store whose roll-ups are wrong, as those of a fold with a bug would be. */
function withBug(store: CommitStore, bug: (rollUp: RollUp) => void): CommitStore {
  const broken = Object.create(store) as CommitStore;
  broken.commit = (shard, rollUp, found, nowMs) => {
    bug(rollUp);
    return store.commit(shard, rollUp, found, nowMs);
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

test('a span compares what lies wholly in it, and reads only that part of the log', async () => {
  await deleteKeys();
  await countTopic(kafka, new RedisCommitStore(redis), topic, PARTITIONS);
  const key = (await new ShardKeys(redis, `{${topic}.1:1}`).matching('m:demo:??????????')).at(-1) as string;
  const startMs = Number(key.split(':').at(-1)) * 1_000;
  await redis.hincrby(key, 'views', 1);

  const within = { fromMs: startMs, toMs: startMs + 60_000 };
  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY, filter: within });
  const before = await differences({ toMs: startMs });
  const elsewhere = await differences({ ...within, site: 'elsewhere' });
  await redis.hincrby(key, 'views', -1);

  expect(differencesOf(report).map(({ cell }) => cell)).toEqual([
    expect.stringMatching(/^minute \S+ demo views$/),
  ]);
  // Phases from 75 h to 26 h ago cannot matter to it.
  expect(report.records).toBeLessThan(9_500);
  expect(auditMarkOf(report, 0)).toBeUndefined();
  expect(before).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test('numbers of all time stay audited when the head of the log has gone: base and log', async () => {
  expect(await differences()).toEqual([]);
  await trimLog(300);

  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });
  await redis.hincrby(`{${topic}.1:1}:all:demo`, 'views', 1);
  await redis.hincrby(`{${topic}.1:1}:pages:demo`, 'p=/page-3', 1);
  const found = await differences();
  await redis.hincrby(`{${topic}.1:1}:all:demo`, 'views', -1);
  await redis.hincrby(`{${topic}.1:1}:pages:demo`, 'p=/page-3', -1);

  expect(differencesOf(report)).toEqual([]);
  const skipped = report.comparisons.flatMap((comparison) => [...comparison.skipped.keys()]);
  expect(skipped).toContain('buckets from before the start of the log');
  expect(skipped.filter((reason) => /all time|ledgers/.test(reason))).toEqual([]);
  expect(found.map(({ partition, cell }) => `${partition} ${cell}`)).toEqual([
    '1 all time demo views',
    '1 all time demo page /page-3',
  ]);
});

test('a log whose start has gone speaks for what came well after its new start', async () => {
  for (const key of await keysOf(`{${topic}}:audit-base:*`)) await redis.del(key);
  await trimLog(400);

  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });

  expect(differencesOf(report)).toEqual([]);
  expect(cellsCompared(report)).toBeGreaterThan(5_000);
  const skipped = new Set(report.comparisons.flatMap((comparison) => [...comparison.skipped.keys()]));
  expect(skipped).toContain('buckets from before the start of the log');
  expect(skipped).toContain('numbers of all time, which need the whole log, or a base');
  const starts = await Promise.all(
    Array.from(
      { length: PARTITIONS },
      async (_, partition) => (await readAll(kafka, topic, partition, 400))[0]?.timestampMs ?? 0,
    ),
  );
  expect(report.compared?.fromMs).toBe(Math.max(...starts) + 22.5 * 60_000);
});
