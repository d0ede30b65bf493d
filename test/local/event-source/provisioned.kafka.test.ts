/** Provisioned mode on a real Kafka: what is committed, what comes again, and what a destination is given. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenUp } from '../../../local/event-source/delivery-plan';
import { functionInvoker, type Invoker } from '../../../local/event-source/invoker';
import type { QueuedRecord } from '../../../local/event-source/record-queue';
import { EventSourceHarness, until } from '../event-source-harness';

let harness: EventSourceHarness;
let folder: string;

beforeEach(() => {
  harness = new EventSourceHarness();
  folder = mkdtempSync(join(tmpdir(), 'event-source-'));
});

afterEach(async () => {
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

const provisioned = { mode: 'provisioned' } as const;
const item = (partition: number, offset: number) => ({
  itemIdentifier: { partition: `${harness.topic}-${partition}`, offset },
});
const kept = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
const fail = (): never => {
  throw new Error('no');
};

// Source: kafka-retry-configurations ("so Lambda can retry only the failed records").
test.each([
  { redelivery: 'from_first', again: [1, 2, 3] },
  { redelivery: 'named_only', again: [1, 3] },
] as const)(
  'partial batch response: only what failed comes again ($redelivery)',
  async ({ redelivery, again }) => {
    await harness.makeTopic(1);
    await harness.writeValues(0, 'a', 'b', 'c', 'd');
    let answered = 0;

    harness.start(
      () => {
        answered += 1;
        return answered === 1 ? { batchItemFailures: [item(0, 1), item(0, 3)] } : null;
      },
      { ...provisioned, reportBatchItemFailures: true, readings: { redelivery } },
    );
    await until(async () => (await harness.committed(0)) === 4);

    expect(harness.offsetsOf(0)).toEqual([0, 1, 2, 3, ...again]);
  },
);

// Source: kafka-retry-configurations (an unknown item: the whole batch is retried).
test('a malformed response brings the whole batch again', async () => {
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b');
  const answers: unknown[] = [{ batchItemFailures: [item(0, 99)] }, 'rubbish'];

  harness.start(() => answers.shift(), { ...provisioned, reportBatchItemFailures: true });
  await until(async () => (await harness.committed(0)) === 2);

  expect(harness.offsetsOf(0)).toEqual([0, 1, 0, 1, 0, 1]);
});

// Source: kafka-retry-configurations (maximum retry attempts, split batch on error).
test('a record that always fails is given up after its retries, and the partition goes on behind it', async () => {
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a', 'b', 'bad', 'd');
  const givenUp: GivenUp<QueuedRecord>[] = [];

  harness.start((_, { offsets }) => (offsets.includes(2) ? fail() : null), {
    ...provisioned,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 1,
    onGivenUp: (lost) => givenUp.push(lost),
  });
  await until(async () => (await harness.committed(0)) === 4);

  expect(harness.invoked.map(({ offsets }) => offsets)).toEqual([
    [0, 1, 2, 3],
    [0, 1],
    [2, 3],
    [2],
    [2],
    [3],
  ]);
  expect(givenUp).toMatchObject([{ reason: 'retries_exhausted', records: [{ offset: 2 }], attempts: 4 }]);
});

// Source: kafka-retry-configurations (maximum record age).
test('records that are too old are not sent to the function', async () => {
  await harness.makeTopicOfProducersTime();
  const nowMs = Date.now();
  await harness.write(0, [
    { value: 'old', timestamp: String(nowMs - 120_000) },
    { value: 'new', timestamp: String(nowMs) },
  ]);
  const givenUp: GivenUp<QueuedRecord>[] = [];

  harness.start(() => null, {
    ...provisioned,
    maximumRecordAgeSeconds: 60,
    onGivenUp: (lost) => givenUp.push(lost),
  });
  await until(async () => (await harness.committed(0)) === 2);

  expect(givenUp).toMatchObject([{ reason: 'record_too_old', attempts: 0, records: [{ offset: 0 }] }]);
  expect(harness.offsetsOf(0)).toEqual([1]);
});

// Source: kafka-on-failure-destination (metadata and record; "the same partition key from the original record").
test('a Kafka topic gets each given-up record with metadata, by its own key', async () => {
  await harness.makeTopic(1);
  const topic = await harness.makeFailureTopic();
  await harness.write(0, [
    { key: 'demo:ada', value: 'a' },
    { key: null, value: 'b' },
  ]);

  harness.start(fail, { ...provisioned, maximumRetryAttempts: 1, onFailure: { kind: 'kafka_topic', topic } });
  await until(async () => (await harness.committed(0)) === 2);
  const messages = (await harness.readTopic(topic, 2)).map(({ key, value }) => ({
    key,
    value: JSON.parse(value),
  }));
  const byOffset = messages.sort(
    (a, b) => a.value.KafkaBatchInfo.recordInfo.offset - b.value.KafkaBatchInfo.recordInfo.offset,
  );

  expect(byOffset.map(({ key }) => key)).toEqual(['demo:ada', null]);
  expect(byOffset[0]?.value).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
    responseContext: { functionError: 'Unhandled' },
    version: '1.0',
    KafkaBatchInfo: { batchSize: 1, recordInfo: { offset: '0' } },
    payload: {
      eventSource: 'aws:kafka',
      records: { [`${harness.topic}-0`]: [{ offset: 0, value: Buffer.from('a').toString('base64') }] },
    },
  });
});

// Source: kafka-on-failure-destination ("The destination topic must exist").
test('a destination topic that does not exist is refused in one line', async () => {
  await harness.makeTopic(1);
  const source = harness.start(() => null, {
    ...provisioned,
    onFailure: { kind: 'kafka_topic', topic: `${harness.topic}-none` },
  });

  await expect(source.started).rejects.toThrow(
    `onFailure: "kafka://${harness.topic}-none"; allowed: a topic that exists`,
  );
});

// Source: kafka-on-failure (SQS: metadata; S3: "the payload field contains the original invocation record as an escaped JSON string").
test.each(['queue_folder', 'bucket_folder'] as const)(
  '%s: one document a batch, the event where S3 has it',
  async (kind) => {
    await harness.makeTopic(1);
    await harness.writeValues(0, 'a', 'b');

    harness.start(fail, { ...provisioned, maximumRetryAttempts: 0, onFailure: { kind, folder } });
    await until(async () => (await harness.committed(0)) === 2);

    const [document] = kept().map((text) => JSON.parse(text));
    expect(kept()).toHaveLength(1);
    expect(document).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      KafkaBatchInfo: {
        batchSize: 2,
        recordsInfo: { [`${harness.topic}-0`]: { firstRecordOffset: '0', lastRecordOffset: '1' } },
      },
    });
    if (kind === 'queue_folder') expect(document).not.toHaveProperty('payload');
    else expect(JSON.parse(document.payload).records[`${harness.topic}-0`]).toHaveLength(2);
    if (kind === 'bucket_folder') expect(document.KafkaBatchInfo.payloadSize).toBe(document.payload.length);
  },
);

// Source: with-msk-configure (a throttle is retried); kinesis-on-failure-destination (before invocation: no retry is used up).
test('throttling is retried without using up retries', async () => {
  await harness.makeTopic(1);
  await harness.writeValues(0, 'a');
  let calls = 0;
  const inner = functionInvoker(() => null, 'test', 1_000);
  const invoker: Invoker = {
    invoke: async (payload) => {
      calls += 1;
      return calls <= 3 ? { kind: 'throttled' } : inner.invoke(payload);
    },
  };
  const givenUp: unknown[] = [];

  harness.start(() => null, {
    ...provisioned,
    maximumRetryAttempts: 0,
    invoker,
    onGivenUp: (lost) => givenUp.push(lost),
  });
  await until(async () => (await harness.committed(0)) === 1);

  expect(calls).toBe(4);
  expect(givenUp).toEqual([]);
});
