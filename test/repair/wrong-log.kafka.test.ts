/** A log that is not the one that was counted, on a real Kafka and a real Redis: the shard is closed, and nothing is counted wrongly. */
import { type Kafka, Partitioners } from 'kafkajs';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { KeptLogSource } from '../../pipeline/stream/log-source';
import { ensureTopic } from '../../pipeline/stream/topics';
import { consume, DEMO_ONLY, readAll } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { pageView } from '../support/build-event';
import { connectTestRedis } from '../support/test-redis';

jest.setTimeout(60_000);

let kafka: Kafka;
let logs: KeptLogSource;
let redis: RedisClient;
let store: RedisCommitStore;

beforeAll(() => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'wrong-log-test', () => undefined);
  logs = new KeptLogSource(kafka);
  redis = connectTestRedis();
  store = new RedisCommitStore(redis);
});

afterAll(async () => {
  await logs.close();
  redis.disconnect();
});

/** A topic of one partition with this many page views. */
async function makeTopic(views: number): Promise<string> {
  const topic = uniqueTopic('wrong-log');
  await ensureTopic(kafka, { topic, partitions: 1 });
  await write(topic, views);
  return topic;
}

async function write(topic: string, views: number): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: views }, (_, i) => ({
    key: `demo:visitor-${i}`,
    value: JSON.stringify(pageView({ messageId: `m${i}`, anonymousId: `visitor-${i}` })),
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** As the timer does it: over connections that are kept from one run to the next. */
async function repair(topic: string): Promise<readonly RepairOutcome[]> {
  return repairTopic({
    logs,
    store,
    rules: { sites: DEMO_ONLY, nonce: 'nonce0123456789nonce' },
    topic,
    consumerGroup: `${topic}-group`,
    waitingFrom: waitingBatches(redis),
  });
}

async function stateOf(topic: string): Promise<Record<string, string>> {
  return redis.hgetall(`{${topic}.1:0}:state`);
}

/** Deletes the topic and makes it anew, and waits until it is there with nothing in it. */
async function makeAnew(topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  while ((await admin.listTopics()).includes(topic)) await new Promise((resolve) => setTimeout(resolve, 50));
  await ensureTopic(kafka, { topic, partitions: 1 });
  await admin.disconnect();
}

test.each([
  ['fewer records', 4],
  ['the same offsets', 10],
  ['more records', 25],
])('a topic that was made anew with %s closes its shard, and nothing more is counted', async (_, views) => {
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);
  await makeAnew(topic);
  await write(topic, views);
  const records = await readAll(kafka, topic, 0);
  expect(await stateOf(topic)).not.toHaveProperty('wrongLog');

  expect(await repair(topic)).toMatchObject([
    { kind: 'failed', reason: expect.stringContaining('the log is not the one that was counted') },
  ]);

  const closed = await stateOf(topic);
  expect(closed).toMatchObject({ next: '10', counted: '10', wrongLog: expect.any(String) });
  await expect(consume(store, topic, 0, records, 1)).rejects.toThrow(/wrong_log at offset 10/);
  expect(await repair(topic)).toMatchObject([{ kind: 'failed', reason: expect.stringContaining('closed') }]);
  expect(await stateOf(topic)).toEqual(closed);
});

test('a topic that was made anew and has outgrown what was counted, and been counted on, is found all the same', async () => {
  // Prepare: repair has looked once; the new log is counted from the old one's end, as its consumer group goes on.
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);
  expect(await repair(topic)).toEqual([{ kind: 'normal', partition: 0 }]);
  await makeAnew(topic);
  await write(topic, 25);
  await consume(store, topic, 0, (await readAll(kafka, topic, 0)).slice(10), 1);
  expect(await stateOf(topic)).toMatchObject({ next: '25' });

  // Act
  const outcomes = await repair(topic);

  // Assess
  expect(outcomes).toMatchObject([
    { kind: 'failed', reason: expect.stringContaining('offset 9 holds another record') },
  ]);
  expect(await stateOf(topic)).toMatchObject({ wrongLog: expect.any(String) });
});

test('also where repair has not looked before', async () => {
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);
  await makeAnew(topic);
  await write(topic, 25);
  await consume(store, topic, 0, (await readAll(kafka, topic, 0)).slice(10), 1);

  expect(await repair(topic)).toMatchObject([{ kind: 'failed' }]);
});

test('each look checks the newest record, and a shard that has fallen back below it keeps the one before', async () => {
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);
  await write(topic, 5);
  await consume(store, topic, 0, (await readAll(kafka, topic, 0)).slice(10), 1);
  expect(await stateOf(topic)).toMatchObject({ checkedOffset: '9', lastOffset: '14' });

  await repair(topic);

  expect(await stateOf(topic)).toMatchObject({ checkedOffset: '14' });
  const ahead = { offset: 15, timestampMs: 1, digest: 'of a record that was lost' };
  await store.markChecked({ topic, generation: 1, partition: 0 }, ahead);
  expect(await stateOf(topic)).toMatchObject({ checkedOffset: '14' });
});

test('a log that loses its head, or has all of it eaten, or has not grown, is no other log', async () => {
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);
  expect(await repair(topic)).toEqual([{ kind: 'normal', partition: 0 }]);
  const admin = kafka.admin();
  await admin.connect();
  for (const offset of ['5', '10']) {
    // Deletion follows the leader; kafkajs finds it once the topic's metadata are known.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
    expect(await repair(topic)).toEqual([{ kind: 'normal', partition: 0 }]);
  }
  await admin.disconnect();

  expect(await stateOf(topic)).not.toHaveProperty('wrongLog');
});

test('a closed shard is closed only where nobody has counted since it was compared', async () => {
  const topic = await makeTopic(10);
  await consume(store, topic, 0, await readAll(kafka, topic, 0), 1);

  expect(
    await store.markWrongLog({ topic, generation: 1, partition: 0 }, { next: 9 }, 'compared before'),
  ).toBe(false);

  expect(await stateOf(topic)).not.toHaveProperty('wrongLog');
});
