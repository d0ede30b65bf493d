/** The repair that is shipped, on a real log, and the runbook's way out of a torn shard. */
import { type Kafka, Partitioners } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import { STATE, shardTag, stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { consume, DEMO_ONLY, readAll } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis, testRedisUrl } from '../support/test-redis';
import { type BundledHandler, bundled } from './run-bundle';

jest.setTimeout(60_000);

const topic = uniqueTopic('bundled-repair');
const consumerGroup = `${topic}-group`;
const partitions = 2;
const views = 60;
const environment = {
  KAFKA_BROKERS: testBrokers().join(','),
  REDIS_URL: testRedisUrl(),
  TOPIC: topic,
  TOPIC_PARTITIONS: String(partitions),
  SITES: 'demo',
  CONSUMER_GROUP: consumerGroup,
};
const tornTag = shardTag({ topic, generation: 1, partition: 0 });
const otherTag = shardTag({ topic, generation: 1, partition: 1 });

let kafka: Kafka;
let redis: RedisClient;
let repair: BundledHandler;
let tornEnd: number;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'bundled-repair-test', () => undefined);
  redis = connectTestRedis();
  repair = bundled('repair');
  await ensureTopic(kafka, { topic, partitions });
  await writeViews();
  await countAndCommit();
  tornEnd = Number(await redis.hget(stateKey(tornTag), STATE.next));
});

afterAll(async () => {
  repair.remove();
  await redis.unlink(...(await redis.keys(`{${topic}*`)));
  await redis.quit();
});

async function writeViews(): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: views }, (_, i) => ({
    key: `demo:visitor-${i}`,
    value: JSON.stringify({
      v: 1,
      type: 'page',
      siteId: 'demo',
      messageId: `message-${i}`,
      anonymousId: `visitor-${i}`,
      timestamp: new Date().toISOString(),
      properties: { path: `/page-${i % 7}` },
    }),
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** As the event source does: everything is counted, and then committed for the group. */
async function countAndCommit(): Promise<void> {
  const store = new RedisCommitStore(redis);
  const admin = kafka.admin();
  await admin.connect();
  for (let partition = 0; partition < partitions; partition += 1) {
    const records = await readAll(kafka, topic, partition);
    await consume(store, topic, partition, records, partitions);
    const committed = [{ partition, offset: String(records.length) }];
    await admin.setOffsets({ groupId: consumerGroup, topic, partitions: committed });
  }
  await admin.disconnect();
}

async function auditedDifferences(): Promise<readonly string[]> {
  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });
  return differencesOf(report).map(({ cell, log, store }) => `${cell}: ${log}, ${store}`);
}

test('where nothing is missing, it says so of each partition', () => {
  expect(repair.call({}, environment)).toEqual({
    answer: [
      { kind: 'normal', partition: 0 },
      { kind: 'normal', partition: 1 },
    ],
  });
});

test('a torn shard is counted anew in a generation of its own, beside the others', async () => {
  await redis.hset(stateKey(tornTag), STATE.torn, '1');
  const other = await redis.hgetall(stateKey(otherTag));

  expect(repair.call({}, environment)).toEqual({
    answer: [
      { kind: 'rebuilt', partition: 0, generation: 2 },
      { kind: 'normal', partition: 1 },
    ],
  });

  const rebuilt = stateKey(shardTag({ topic, generation: 2, partition: 0 }));
  expect(await redis.hgetall(stateKey(otherTag))).toEqual(other);
  expect(await redis.hget(stateKey(tornTag), STATE.moved)).toBe('2');
  expect(await redis.hget(rebuilt, STATE.counted)).toBe(String(tornEnd));
  expect(await auditedDifferences()).toEqual([]);
});

test('a shard that was made by another version fails the invocation, so that the alarm goes off', async () => {
  const rebuilt = stateKey(shardTag({ topic, generation: 2, partition: 0 }));
  await redis.hset(rebuilt, STATE.schema, '0');

  expect(repair.call({}, environment)).toEqual({ error: expect.stringContaining('schema version 0') });
});
