/** The audit's own reader of the log, against a real Kafka. */
import { type Kafka, Partitioners } from 'kafkajs';
import { LogMovedError, LogReader } from '../../audit/log-reader';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

jest.setTimeout(60_000);

let kafka: Kafka;

beforeAll(() => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'log-reader-test', () => undefined);
});

async function withReader<T>(topic: string, use: (reader: LogReader) => Promise<T>): Promise<T> {
  const reader = new LogReader(kafka, topic);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

async function offsetsRead(topic: string, ends: ReadonlyMap<number, number>): Promise<Map<number, number[]>> {
  const read = new Map<number, number[]>();
  await withReader(topic, async (reader) => {
    for (const [partition, end] of ends) {
      await reader.read(partition, 0, end, async (records) => {
        read.set(partition, [...(read.get(partition) ?? []), ...records.map(({ offset }) => offset)]);
        return true;
      });
    }
  });
  return read;
}

async function write(topic: string, partition: number, count: number): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: Array.from({ length: count }, () => ({ partition, value: 'x' })) });
  await producer.disconnect();
}

test('every partition is read in order up to its end', async () => {
  const topic = uniqueTopic('log-reader');
  await ensureTopic(kafka, { topic, partitions: 3 });
  await write(topic, 1, 200);
  await write(topic, 2, 400);

  const read = await offsetsRead(
    topic,
    new Map([
      [1, 200],
      [2, 400],
    ]),
  );

  expect(read.get(1)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(read.get(2)).toEqual(Array.from({ length: 400 }, (_, i) => i));
});

test('a log that ends in the marker of a transaction is read to its end', async () => {
  const topic = uniqueTopic('log-reader');
  await ensureTopic(kafka, { topic, partitions: 1 });
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  for (const end of ['commit', 'abort'] as const) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'a' }, { value: 'b' }] });
    await transaction[end]();
  }
  await producer.disconnect();

  // Offsets: 0 and 1 kept, 2 a marker, 3 and 4 aborted, 5 a marker.
  expect((await offsetsRead(topic, new Map([[0, 6]]))).get(0)).toEqual([0, 1]);
});

test('reading stops where nothing more is wanted, and says where', async () => {
  const topic = uniqueTopic('log-reader');
  await ensureTopic(kafka, { topic, partitions: 1 });
  await write(topic, 0, 2_500);

  const seen: number[] = [];
  const reached = await withReader(topic, (reader) =>
    reader.read(0, 100, 2_500, async (records) => {
      seen.push(...records.map(({ offset }) => offset));
      return seen.length < 1_000;
    }),
  );

  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, i) => 100 + i));
  expect(reached).toBe(1_100);
});

test('a log whose start has gone beyond what is asked for is an error, not a silent jump', async () => {
  const topic = uniqueTopic('log-reader');
  await ensureTopic(kafka, { topic, partitions: 1 });
  await write(topic, 0, 20);
  const admin = kafka.admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] });
  await admin.disconnect();

  await expect(offsetsRead(topic, new Map([[0, 20]]))).rejects.toThrow(LogMovedError);
});
