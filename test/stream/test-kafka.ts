/** The real Kafka of a test run: *.kafka.test.ts get its address from the runner and use topics of their own. */
import { randomBytes } from 'node:crypto';

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
