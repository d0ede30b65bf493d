import type { Kafka } from 'kafkajs';
import { describeDifferences, provideTopic, TopicShrinkError } from '../../lambdas/topic-admin/provide-topic';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

describe('the topic that a deploy provides', () => {
  let kafka: Kafka;
  const lines: string[] = [];
  const log = (level: string, message: string) => void lines.push(`${level} ${message}`);

  beforeAll(() => {
    kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test-topic-admin');
  });

  async function partitionsOf(topic: string): Promise<number> {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    } finally {
      await admin.disconnect();
    }
  }

  it('is made, left alone, and grows', async () => {
    const topic = uniqueTopic('provide');

    const made = await provideTopic(kafka, { topic, partitions: 2 }, log);
    const again = await provideTopic(kafka, { topic, partitions: 2 }, log);
    const grown = await provideTopic(kafka, { topic, partitions: 5 }, log);

    expect(made).toMatchObject({ created: true, partitions: 2, differences: [] });
    expect(again).toMatchObject({ created: false, partitions: 2, differences: [] });
    expect(grown).toMatchObject({ created: false, partitions: 5, differences: [] });
    expect(await partitionsOf(topic)).toBe(5);
  });

  it('is not taken partitions from: Kafka cannot, and counting must know', async () => {
    const topic = uniqueTopic('shrink');
    await provideTopic(kafka, { topic, partitions: 3 }, log);

    await expect(provideTopic(kafka, { topic, partitions: 2 }, log)).rejects.toThrow(TopicShrinkError);

    expect(await partitionsOf(topic)).toBe(3);
  });

  it('is left as it is where it was made by others, and what differs is said', async () => {
    const topic = uniqueTopic('foreign');
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries }] });
    await admin.disconnect();

    const report = await provideTopic(kafka, { topic, partitions: 2 }, log);

    expect(describeDifferences(report)).toBe('message.timestamp.type is CreateTime, expected LogAppendTime');
    expect(describeDifferences({ ...report, differences: [] })).toBe('none');
  });
});
