/** Repair against a real Kafka and a real Redis; the audit says whether the numbers are right afterwards. */
import { type Kafka, Partitioners } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { ensureTopic } from '../../pipeline/stream/topics';
import { consume, DEMO_ONLY, readAll } from '../audit/count-topic';
import { testBrokers, uniqueTopic, untilLogEnd } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';

jest.setTimeout(60_000);

let kafka: Kafka;
let redis: RedisClient;
let store: RedisCommitStore;
const topics: string[] = [];

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'repair-test', () => undefined);
  redis = connectTestRedis();
  store = new RedisCommitStore(redis);
});

afterAll(async () => {
  for (const topic of topics) await wipe(topic);
  redis.disconnect();
});

async function wipe(topic: string): Promise<void> {
  const keys = await redis.keys(`{${topic}*`);
  for (const key of keys) await redis.del(key);
}

/** A topic of one partition with this many page views of as many visitors. */
async function makeTopic(views: number): Promise<string> {
  const topic = uniqueTopic('repair');
  topics.push(topic);
  await ensureTopic(kafka, { topic, partitions: 1 });
  await write(topic, views);
  return topic;
}

function pageViews(count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `demo:visitor-${i}`,
    value: JSON.stringify({
      v: 1,
      type: 'page',
      siteId: 'demo',
      messageId: `m-${Math.random()}`,
      anonymousId: `visitor-${i}`,
      timestamp: new Date().toISOString(),
      properties: { path: `/page-${i % 7}` },
    }),
  }));
}

async function write(topic: string, views: number): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: pageViews(views) });
  await producer.disconnect();
}

async function commitGroupOffset(topic: string, group: string, offset: number): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

async function repair(topic: string, consumerGroup = `${topic}-group`): Promise<readonly RepairOutcome[]> {
  return repairTopic({
    logs: kafkaLogSource(kafka),
    store,
    rules: { sites: DEMO_ONLY, nonce: 'nonce0123456789nonce' },
    topic,
    consumerGroup,
    waitingFrom: waitingBatches(redis),
  });
}

async function auditedDifferences(topic: string): Promise<readonly string[]> {
  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });
  return differencesOf(report).map(({ cell, log, store: stored }) => `${cell}: ${log}, ${stored}`);
}

async function stateOf(topic: string): Promise<Record<string, string>> {
  return redis.hgetall(`{${topic}.1:0}:state`);
}

test('a gap stops the partition; repair counts it, and the batch that waited then fits', async () => {
  const topic = await makeTopic(100);
  const records = await readAll(kafka, topic, 0);
  await consume(store, topic, 0, records.slice(0, 40), 1);
  await expect(consume(store, topic, 0, records.slice(70), 1)).rejects.toThrow(/behind at offset 40/);

  const outcomes = await repair(topic);

  expect(outcomes).toEqual([
    { kind: 'repaired', partition: 0, from: 40, to: 100, records: 60, empty: 0, lost: 0, unprocessable: 0 },
  ]);
  await consume(store, topic, 0, records.slice(70), 1);
  expect(await stateOf(topic)).toMatchObject({ next: '100', counted: '100' });
  expect(await auditedDifferences(topic)).toEqual([]);
});

test('where nothing is missing, repair changes nothing', async () => {
  const topic = await makeTopic(30);
  const records = await readAll(kafka, topic, 0);
  await consume(store, topic, 0, records.slice(0, 20), 1);
  const before = await stateOf(topic);

  expect(await repair(topic)).toEqual([{ kind: 'normal', partition: 0 }]);

  expect(await stateOf(topic)).toEqual(before);
});

test('a Redis that lost everything is counted anew from the start of the log', async () => {
  const topic = await makeTopic(60);
  const records = await readAll(kafka, topic, 0);
  await consume(store, topic, 0, records.slice(0, 50), 1);
  await commitGroupOffset(topic, `${topic}-group`, 50);
  await wipe(topic);

  expect(await repair(topic)).toMatchObject([{ kind: 'repaired', from: 0, to: 50, records: 50 }]);

  await consume(store, topic, 0, records.slice(50), 1);
  expect(await auditedDifferences(topic)).toEqual([]);
});

test('markers of transactions, and what was aborted, are passed over as empty', async () => {
  const topic = await makeTopic(5);
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: `${topic}-tx`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const kept = await producer.transaction();
  await kept.send({ topic, messages: pageViews(3) });
  await kept.commit();
  const dropped = await producer.transaction();
  await dropped.send({ topic, messages: pageViews(4) });
  await dropped.abort();
  await producer.disconnect();
  await untilLogEnd(kafka, topic, 0, 14);
  await write(topic, 6);
  // Offsets: 0-4, 5-7, marker 8, aborted 9-12, marker 13, 14-19.
  const records = await readAll(kafka, topic, 0);
  expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17, 18, 19]);
  await expect(consume(store, topic, 0, records, 1)).rejects.toThrow(/behind at offset 8/);

  expect(await repair(topic)).toMatchObject([{ kind: 'repaired', from: 8, to: 20, records: 6, empty: 6 }]);

  await consume(store, topic, 0, records, 1);
  expect(await stateOf(topic)).toMatchObject({ next: '20', counted: '14', empty: '6' });
  expect(await auditedDifferences(topic)).toEqual([]);
});

test('one repair clears every gap that the log has by then, up to a transaction that is still open', async () => {
  const topic = await makeTopic(5);
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: `${topic}-tx`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  for (let i = 0; i < 3; i += 1) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: pageViews(2) });
    await transaction.commit();
  }
  await untilLogEnd(kafka, topic, 0, 14);
  // Offsets: 0-4, then three times two records and a marker: 14 is the end of what may be read.
  const records = await readAll(kafka, topic, 0);
  await expect(consume(store, topic, 0, records, 1)).rejects.toThrow(/behind at offset 7/);
  const open = await producer.transaction();
  await open.send({ topic, messages: pageViews(2) });

  expect(await repair(topic)).toMatchObject([{ kind: 'repaired', from: 7, to: 14, records: 4, empty: 3 }]);

  await open.abort();
  await producer.disconnect();
  await consume(store, topic, 0, records, 1);
  expect(await stateOf(topic)).toMatchObject({ next: '14', counted: '11', empty: '3' });
  expect(await auditedDifferences(topic)).toEqual([]);
});

test('a log that grows while other partitions are repaired is not taken for another log', async () => {
  const topic = uniqueTopic('repair');
  topics.push(topic);
  await ensureTopic(kafka, { topic, partitions: 2 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const growAndCount = async (): Promise<undefined> => {
    await producer.send({ topic, messages: pageViews(9).map((view) => ({ ...view, partition: 1 })) });
    await consume(store, topic, 1, await readAll(kafka, topic, 1), 2);
    return undefined;
  };

  const outcomes = await repairTopic({
    logs: kafkaLogSource(kafka),
    store,
    rules: { sites: DEMO_ONLY, nonce: 'nonce0123456789nonce' },
    topic,
    consumerGroup: `${topic}-group`,
    // Asked of partition 0 after the log's end was read, and before `next` of partition 1 is.
    waitingFrom: ({ partition }) => (partition === 0 ? growAndCount() : Promise.resolve(undefined)),
  });
  await producer.disconnect();

  expect(outcomes.map(({ kind }) => kind)).toEqual(['normal', 'normal']);
});

test('records that the log has deleted are counted as lost', async () => {
  const topic = await makeTopic(50);
  const records = await readAll(kafka, topic, 0);
  await consume(store, topic, 0, records.slice(0, 10), 1);
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs knows the topic's leaders only once it has asked for its offsets.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '25' }] });
  await admin.disconnect();

  expect(await repair(topic)).toMatchObject([
    { kind: 'repaired', from: 10, to: 25, records: 0, lost: 15, unprocessable: 0 },
  ]);

  await consume(store, topic, 0, await readAll(kafka, topic, 0, 25), 1);
  expect(await stateOf(topic)).toMatchObject({ next: '50', counted: '35', lost: '15' });
  expect(await auditedDifferences(topic)).toEqual([]);
});

test('a consumer and two repairs at the same time count each record once', async () => {
  const topic = await makeTopic(3_000);
  const records = await readAll(kafka, topic, 0);
  await commitGroupOffset(topic, `${topic}-group`, 3_000);
  const consuming = (async () => {
    for (let at = 0; at < records.length; at += 100) {
      await consume(store, topic, 0, records.slice(at, at + 100), 1);
    }
  })();

  const repairs = await Promise.all([repair(topic), repair(topic)]);
  await consuming;

  expect(repairs.flat().filter(({ kind }) => kind === 'failed')).toEqual([]);
  expect(await stateOf(topic)).toMatchObject({ next: '3000', counted: '3000' });
  expect(await auditedDifferences(topic)).toEqual([]);
});
