/** The audit's own reader of the log, against a real Kafka. */
import { type Kafka, Partitioners } from 'kafkajs';
import { readLog } from '../../audit/read-log';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

jest.setTimeout(60_000);

let kafka: Kafka;

beforeAll(() => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'read-log-test', () => undefined);
});

async function offsetsRead(topic: string, ends: ReadonlyMap<number, number>): Promise<Map<number, number[]>> {
  const read = new Map<number, number[]>();
  await readLog(kafka, topic, ends, async (partition, records) => {
    read.set(partition, [...(read.get(partition) ?? []), ...records.map(({ offset }) => offset)]);
  });
  return read;
}

test('every partition is read in order up to its end', async () => {
  const topic = uniqueTopic('read-log');
  await ensureTopic(kafka, { topic, partitions: 3 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const partition of [0, 1, 2]) {
    const messages = Array.from({ length: 200 * partition }, () => ({ partition, value: 'x' }));
    if (messages.length > 0) await producer.send({ topic, messages });
  }
  await producer.disconnect();

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
  const topic = uniqueTopic('read-log');
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

test('the group of the audit is gone afterwards', async () => {
  const topic = uniqueTopic('read-log');
  await ensureTopic(kafka, { topic, partitions: 1 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'x' }] });
  await producer.disconnect();

  await offsetsRead(topic, new Map([[0, 1]]));

  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  expect(groups.filter(({ groupId }) => groupId.includes(topic))).toEqual([]);
});
