import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { LogRecord } from '../../pipeline/core/event';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { readRange, recordsMax } from '../../pipeline/stream/range-read';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic, untilLogEnd } from './test-kafka';

const createPartitioner = Partitioners.DefaultPartitioner;

describe('reading a range of the log', () => {
  let kafka: Kafka;
  let producer: Producer;

  beforeAll(async () => {
    kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test-range');
    producer = kafka.producer({ createPartitioner });
    await producer.connect();
  });
  afterAll(() => producer.disconnect());

  async function freshTopic(name: string): Promise<string> {
    const topic = uniqueTopic(name);
    await ensureTopic(kafka, { topic, partitions: 2 });
    return topic;
  }

  async function write(topic: string, count: number, prefix = 'r'): Promise<void> {
    const messages = Array.from({ length: count }, (_, i) => ({ value: `${prefix}${i}`, partition: 1 }));
    await producer.send({ topic, messages, acks: -1 });
  }

  /** `logEnd`: with its marker. */
  async function writeTransaction(topic: string, end: 'commit' | 'abort', logEnd: number): Promise<void> {
    const transactional = kafka.producer({
      createPartitioner,
      transactionalId: uniqueTopic('tx'),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await transactional.connect();
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: `${end}-0`, partition: 1 }] });
    await transaction.send({ topic, messages: [{ value: `${end}-1`, partition: 1 }] });
    await transaction[end]();
    await transactional.disconnect();
    await untilLogEnd(kafka, topic, 1, logEnd);
  }

  async function deleteBelow(topic: string, offset: number): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    try {
      // kafkajs finds the partition's leader only once it has looked at the topic.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: String(offset) }] });
    } finally {
      await admin.disconnect();
    }
  }

  /** What is told, in order, as readable lines: `0-2 r0 r1 r2` and `empty 3-3`. */
  async function read(topic: string, from: number, to: number) {
    const told: string[] = [];
    let gap: { kind: string; from: number; to: number } | undefined;
    const result = await readRange(
      kafka,
      topic,
      1,
      from,
      to,
      (records: readonly LogRecord[]) => {
        const values = records.map(({ value }) => Buffer.from(value ?? []).toString());
        told.push(`${records[0]?.offset}-${records.at(-1)?.offset} ${values.join(' ')}`);
      },
      (kind, range) => {
        // One gap may be told in pieces, as fetches prove it: here they are one line.
        const joined =
          gap?.kind === kind && gap.to === range.from && told.at(-1) === `${kind} ${gap.from}-${gap.to - 1}`;
        gap = { kind, from: joined ? (gap?.from ?? range.from) : range.from, to: range.to };
        if (joined) told.pop();
        told.push(`${kind} ${gap.from}-${gap.to - 1}`);
      },
    );
    return { told, ...result };
  }

  it('hands over exactly the asked offsets, with the log’s bounds', async () => {
    const topic = await freshTopic('exact');
    await write(topic, 5);
    expect(await read(topic, 1, 4)).toEqual({
      told: ['1-3 r1 r2 r3'],
      logStart: 0,
      logEnd: 5,
      records: 3,
      reachedOffset: 4,
      lost: [],
    });
  });

  it('gives each record the broker’s append time and keeps tombstones', async () => {
    // Prepare
    const topic = await freshTopic('time');
    const beforeMs = Date.now();
    await producer.send({ topic, messages: [{ value: null, partition: 1, timestamp: '1000' }] });

    // Act
    const seen: LogRecord[] = [];
    await readRange(kafka, topic, 1, 0, 1, (records) => void seen.push(...records));

    // Assess
    expect(seen[0]).toMatchObject({ offset: 0, value: null });
    expect(seen[0]?.timestampMs).toBeGreaterThanOrEqual(beforeMs - 1_000);
  });

  it('proves the holes of transaction markers and aborted records empty', async () => {
    // Prepare: 0 r0, 1-2 committed, 3 marker, 4-5 aborted, 6 marker, 7 r0, 8-9 committed, 10 marker at the log's end
    const topic = await freshTopic('holes');
    await write(topic, 1);
    await writeTransaction(topic, 'commit', 4);
    await writeTransaction(topic, 'abort', 7);
    await write(topic, 1);
    await writeTransaction(topic, 'commit', 11);

    // Act
    const { told, logEnd, reachedOffset, records } = await read(topic, 0, 11);

    // Assess
    expect(told).toEqual([
      '0-2 r0 commit-0 commit-1',
      'empty 3-6',
      '7-9 r0 commit-0 commit-1',
      'empty 10-10',
    ]);
    expect({ logEnd, reachedOffset, records }).toEqual({ logEnd: 11, reachedOffset: 11, records: 6 });
  });

  it('proves a range that is nothing but markers empty', async () => {
    const topic = await freshTopic('markers');
    await writeTransaction(topic, 'abort', 3);
    expect(await read(topic, 0, 3)).toMatchObject({ told: ['empty 0-2'], records: 0, reachedOffset: 3 });
    expect(await read(topic, 2, 3)).toMatchObject({ told: ['empty 2-2'], reachedOffset: 3 });
  });

  it('tells what lies below the log’s start as lost, then reads on', async () => {
    const topic = await freshTopic('trimmed');
    await write(topic, 10);
    await deleteBelow(topic, 6);
    expect(await read(topic, 2, 8)).toEqual({
      told: ['lost 2-5', '6-7 r6 r7'],
      logStart: 6,
      logEnd: 10,
      records: 2,
      reachedOffset: 8,
      lost: [{ from: 2, to: 6 }],
    });
    expect(await read(topic, 2, 4)).toMatchObject({ told: ['lost 2-3'], reachedOffset: 4 });
  });

  it('tells of a log that is trimmed while it is read', async () => {
    // Prepare: more than one fetch of records
    const topic = await freshTopic('trimming');
    for (let i = 0; i < 4; i += 1) await write(topic, 1_000, 'x'.repeat(700));

    // Act
    let trimmed = false;
    let records = 0;
    const lost: string[] = [];
    const result = await readRange(
      kafka,
      topic,
      1,
      0,
      4_000,
      async (run) => {
        records += run.length;
        if (!trimmed) await deleteBelow(topic, 3_500);
        trimmed = true;
      },
      (kind, range) => void lost.push(`${kind} ${range.to}`),
    );

    // Assess: every offset is told of once
    expect(lost).toEqual(['lost 3500']);
    expect(records + (result.lost[0] as { to: number; from: number }).to - (result.lost[0]?.from ?? 0)).toBe(
      4_000,
    );
  });

  it('stops short at the log’s end, without taking silence for emptiness', async () => {
    const topic = await freshTopic('end');
    await write(topic, 3);
    expect(await read(topic, 1, 9)).toMatchObject({
      told: ['1-2 r1 r2'],
      reachedOffset: 3,
      logEnd: 3,
      lost: [],
    });
  });

  it('stops short before an open transaction', async () => {
    // Prepare
    const topic = await freshTopic('open');
    await write(topic, 2);
    const options = { createPartitioner, transactionalId: uniqueTopic('tx'), idempotent: true };
    const transactional = kafka.producer({ ...options, maxInFlightRequests: 1 });
    await transactional.connect();
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: 'pending', partition: 1 }] });
    await write(topic, 1);

    // Act
    const during = await read(topic, 0, 4);
    await transaction.commit();
    const after = await read(topic, 0, 4);
    await transactional.disconnect();

    // Assess
    expect(during).toMatchObject({ told: ['0-1 r0 r1'], reachedOffset: 2, logEnd: 4 });
    expect(after).toMatchObject({ told: ['0-3 r0 r1 pending r0'], reachedOffset: 4 });
  });

  it('reads nothing beyond a log that ends before the range, and says where it ends', async () => {
    const topic = await freshTopic('short');
    await write(topic, 2);
    expect(await read(topic, 50, 60)).toMatchObject({ told: [], records: 0, reachedOffset: 50, logEnd: 2 });
  });

  it('hands over at most a thousand records at a time, and waits for each', async () => {
    // Prepare
    const topic = await freshTopic('chunks');
    await write(topic, 2_500);
    let busy = 0;
    const sizes: number[] = [];

    // Act
    await readRange(kafka, topic, 1, 0, 2_500, async (records) => {
      busy += 1;
      expect(busy).toBe(1);
      sizes.push(records.length);
      await new Promise((resolve) => setImmediate(resolve));
      busy -= 1;
    });

    // Assess
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2_500);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(recordsMax);
  });

  it('leaves no consumer group behind', async () => {
    // Prepare
    const topic = await freshTopic('groups');
    await write(topic, 1);
    const admin = kafka.admin();
    await admin.connect();
    const before = (await admin.listGroups()).groups.length;

    // Act
    await read(topic, 0, 1);

    // Assess
    expect((await admin.listGroups()).groups.length).toBe(before);
    await admin.disconnect();
  });

  it('says which partition is not there', async () => {
    const topic = await freshTopic('absent');
    await expect(readRange(kafka, topic, 7, 0, 1, () => undefined)).rejects.toThrow('has no partition 7');
  });
});
