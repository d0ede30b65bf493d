/** What docs/simulator.md says that each kind of record does to the page, through a real Kafka and a real Redis, to the unit. */
import type { Kafka } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { Simulator } from '../../producer/simulator/simulator';
import { countTopic, DEMO_ONLY, readAll } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { WrittenClassifier } from '../support/classify-written';
import { connectTestRedis } from '../support/test-redis';

jest.setTimeout(120_000);

const partitions = 4;
const topic = uniqueTopic('ledger');
let kafka: Kafka;
let redis: RedisClient;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'ledger-test', () => undefined);
  redis = connectTestRedis();
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: partitions,
        configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
      },
    ],
  });
  await admin.disconnect();
});

afterAll(async () => {
  for (const key of await redis.keys(`{${topic}*`)) await redis.del(key);
  redis.disconnect();
});

/** `count` records of a seeded run, as of now. */
async function write(count: number): Promise<void> {
  const startMs = Date.now();
  const simulator = new Simulator({ seed: 11, sites: ['demo'], partitions, eventsPerSecond: 1_000, startMs });
  const producer = kafka.producer();
  await producer.connect();
  for (let sent = 0; sent < count; sent += 1_000) {
    const messages = Array.from({ length: 1_000 }, () => simulator.next(Date.now()));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

test('thirty thousand simulated records become exactly what they were meant to be', async () => {
  await write(30_000);
  const expected = new Map<string, number>();
  const add = (name: string): void => {
    expected.set(name, (expected.get(name) ?? 0) + 1);
  };
  for (let partition = 0; partition < partitions; partition += 1) {
    const classifier = new WrittenClassifier();
    for (const { value, timestampMs } of await readAll(kafka, topic, partition)) {
      const text = value === null ? null : Buffer.from(value).toString();
      const { fate, isLate, isSkewed } = classifier.classify(text, timestampMs);
      add(fate);
      if (isLate) add('late');
      if (isSkewed) add('skewed');
    }
  }

  await countTopic(kafka, new RedisCommitStore(redis), topic, partitions);

  const store = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const { ledger, totals } = await store.readSnapshot('demo', '30m', Date.now());
  const of = (name: string): number => expected.get(name) ?? 0;
  expect(ledger).toMatchObject({
    consumed: 30_000,
    counted: of('counted'),
    bots: of('bot'),
    duplicates: of('duplicate'),
    late: of('late'),
    skewed: of('skewed'),
    lost: 0,
    behind: 0,
  });
  for (const [reason, count] of Object.entries(ledger.rejected)) {
    expect([reason, count]).toEqual([reason, of(`rejected ${reason}`)]);
  }
  expect(totals.views + totals.events).toBe(of('counted'));
  expect(totals.bots).toBe(of('bot'));
  // Each kind is there, so that none is equal by being nothing.
  for (const name of ['counted', 'bot', 'duplicate', 'late', 'skewed', 'rejected malformed_json']) {
    expect(of(name)).toBeGreaterThan(0);
  }
  expect(differencesOf(await audit({ kafka, redis, topic, sites: DEMO_ONLY }))).toEqual([]);
});
