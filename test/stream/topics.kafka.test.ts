import type { Kafka } from 'kafkajs';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { describeDifference, ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from './test-kafka';

describe('making sure of a topic', () => {
  let kafka: Kafka;
  beforeAll(() => {
    kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test-topics');
  });

  it('creates it with the vital settings, and finds nothing to report the next time', async () => {
    // Prepare
    const topic = uniqueTopic('fresh');

    // Act
    const first = await ensureTopic(kafka, { topic, partitions: 3 });
    const second = await ensureTopic(kafka, { topic, partitions: 3 });

    // Assess
    expect(first).toEqual({ topic, created: true, partitions: 3, differences: [] });
    expect(second).toEqual({ topic, created: false, partitions: 3, differences: [] });
  });

  it('is safe with several programs at once', async () => {
    const topic = uniqueTopic('race');
    const reports = await Promise.all(
      Array.from({ length: 5 }, () => ensureTopic(kafka, { topic, partitions: 2 })),
    );
    expect(reports.filter(({ created }) => created)).toHaveLength(1);
    expect(reports.every(({ partitions, differences }) => partitions === 2 && differences.length === 0)).toBe(
      true,
    );
  });

  it('reports a topic with other vital settings, and leaves it as it is', async () => {
    // Prepare
    const topic = uniqueTopic('foreign');
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    await admin.disconnect();

    // Act
    const report = await ensureTopic(kafka, { topic, partitions: 4 });
    const again = await ensureTopic(kafka, { topic, partitions: 4 });

    // Assess
    expect(again).toEqual(report);
    expect(report.differences.map((difference) => describeDifference('T', difference))).toEqual([
      'topic T: partitions is 1, expected 4; it is left as it is',
      'topic T: message.timestamp.type is CreateTime, expected LogAppendTime; it is left as it is',
      'topic T: cleanup.policy is compact, expected delete; it is left as it is',
    ]);
  });
});
