/** The real Kafka of a test run: *.kafka.test.ts get its address from the runner and use topics of their own. */
import { randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';

export function testBrokers(): readonly string[] {
  const brokers = process.env.TEST_KAFKA_BROKERS;
  if (brokers === undefined || brokers === '') {
    throw new Error('TEST_KAFKA_BROKERS is not set: run these tests by npm test');
  }
  return brokers.split(',');
}

export function uniqueTopic(name: string): string {
  return `test-${name}-${randomBytes(4).toString('hex')}`;
}

/**
 * Waits until the partition's log ends at the offset, or beyond. A transaction is over for its producer before the broker has
 * written its marker: what is written next may come to lie in front of it.
 */
export async function untilLogEnd(
  kafka: Kafka,
  topic: string,
  partition: number,
  offset: number,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (;;) {
      const rows = await admin.fetchTopicOffsets(topic);
      if (Number(rows.find((row) => row.partition === partition)?.high) >= offset) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await admin.disconnect();
  }
}
