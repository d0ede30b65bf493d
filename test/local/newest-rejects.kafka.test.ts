/** `npm run rejects` against a real Kafka and a real Redis. */
import { Partitioners } from 'kafkajs';
import { newestRejects } from '../../local/newest-rejects';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { countTopic } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';

const redis = connectTestRedis();
const topic = uniqueTopic('rejects');
const kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'rejects-test', () => undefined);
const shards = [0, 1].map((partition) => ({ topic, generation: 1, partition }));
const values = ['{', '{"v":1,"type":"page","siteId":"demo"}', '{\u001b[2J', '[]'];

beforeAll(async () => {
  await ensureTopic(kafka, { topic, partitions: 2 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const [i, value] of values.entries()) {
    await producer.send({ topic, messages: [{ partition: i % 2, value }] });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await producer.disconnect();
  await countTopic(kafka, new RedisCommitStore(redis), topic, 2);
});

afterAll(async () => {
  for (const key of await redis.keys(`{${topic}*`)) await redis.del(key);
  redis.disconnect();
});

async function found(reason: string | undefined, limit: number): Promise<readonly string[]> {
  const rejects = await newestRejects({ kafka, redis }, shards, { reason, limit });
  return rejects.map(
    ({ partition, offset, reason: why, field, value }) =>
      `${partition}:${offset} ${why} ${field} ${Buffer.from(value ?? []).toString()}`,
  );
}

test('rejections of all partitions come newest first, with the records as Kafka holds them', async () => {
  expect(await found(undefined, 10)).toEqual([
    '1:1 not_an_object undefined []',
    '0:1 malformed_json undefined {\u001b[2J',
    '1:0 missing_field anonymousId {"v":1,"type":"page","siteId":"demo"}',
    '0:0 malformed_json undefined {',
  ]);
});

test('a reason and a limit narrow them down', async () => {
  expect(await found('malformed_json', 1)).toEqual(['0:1 malformed_json undefined {\u001b[2J']);
});

test('a record that the log no longer holds is told as such', async () => {
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs knows the topic's leaders only once it has asked for its offsets.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] });
  await admin.disconnect();

  const rejects = await newestRejects({ kafka, redis }, shards, { reason: undefined, limit: 10 });

  expect(rejects.at(-1)).toMatchObject({ partition: 0, offset: 0, value: undefined, timestampMs: undefined });
});
