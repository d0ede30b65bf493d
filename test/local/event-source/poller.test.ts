/** What a poller does beside its group: without Kafka, with a destination and an invoker that fail when they are told to. */
import type { GivenUp } from '../../../local/event-source/delivery-plan';
import type { Destination } from '../../../local/event-source/destination';
import { functionInvoker, type Invoker } from '../../../local/event-source/invoker';
import { type MappingOptions, readMapping } from '../../../local/event-source/mapping-options';
import { Poller } from '../../../local/event-source/poller';
import { type QueuedRecord, RecordQueue } from '../../../local/event-source/record-queue';
import type { MskEvent } from '../../../pipeline/stream/msk-event';
import { until } from '../event-source-harness';

const payloadBytesMax = 1_000;
const pollers: Poller[] = [];

afterEach(() => {
  for (const poller of pollers.splice(0)) poller.finish();
});

function record(partition: number, offset: number, bytes = 100): QueuedRecord {
  const text = JSON.stringify({ partition, offset });
  return { partition, offset, timestampMs: 0, text, bytes, key: null, arrivedAtMs: 0 };
}

function started(options: MappingOptions, invoker: Invoker, keep?: Destination['keep']) {
  const committed: [number, number][] = [];
  const givenUp: GivenUp<QueuedRecord>[] = [];
  const poller = new Poller({
    topic: 't',
    origin: { eventSourceArn: 'arn', bootstrapServers: 'b:1' },
    mapping: readMapping('t', { batchWindowMs: 0, ...options }),
    invoker,
    functionName: 'f',
    destination: keep && { open: async () => {}, keep, close: async () => {} },
    payloadBytesMax,
    commit: async (next) => {
      committed.push(...next);
    },
    onTaken: () => {},
    observe: () => {},
    onGivenUp: (lost) => givenUp.push(lost),
  });
  pollers.push(poller);
  const assign = (partition: number, ...records: QueuedRecord[]): void => {
    const queue = new RecordQueue({ batchSize: 10, payloadBytesMax });
    queue.push(records);
    poller.add(partition, queue);
  };
  return { poller, committed, givenUp, assign };
}

const offsetsOf = (payload: string): number[] =>
  Object.values((JSON.parse(payload) as MskEvent).records).flatMap((of) => of.map(({ offset }) => offset));

// Source: kafka-on-failure ("MaximumPayloadSizeExceeded", "null if record is MaximumPayloadSizeExceeded").
test('a record above the payload limit goes to the destination without an invocation', async () => {
  const invoked: number[][] = [];
  const kept: GivenUp<QueuedRecord>[] = [];
  const { assign, committed } = started(
    { mode: 'provisioned' },
    {
      invoke: async (payload) => {
        invoked.push(offsetsOf(payload));
        return { kind: 'succeeded', responseText: '' };
      },
    },
    async (_, lost) => {
      kept.push(lost);
    },
  );

  assign(0, record(0, 0), record(0, 1, 2_000), record(0, 2));
  await until(() => committed.length === 3);

  expect(invoked).toEqual([[0], [2]]);
  expect(kept).toMatchObject([{ reason: 'payload_too_large', attempts: 0, records: [{ offset: 1 }] }]);
});

// Our own: see docs/event-source.md.
test('offsets of what was given up are committed after the destination has it, however long that takes', async () => {
  let refusals = 2;
  const { assign, committed } = started(
    { mode: 'provisioned', maximumRetryAttempts: 0 },
    { invoke: async () => ({ kind: 'failed', reason: 'no' }) },
    async () => {
      expect(committed).toEqual([]);
      refusals -= 1;
      if (refusals >= 0) throw new Error('Kafka is away');
    },
  );

  assign(0, record(0, 0));
  await until(() => committed.length === 1);

  expect(committed).toEqual([[0, 1]]);
  expect(refusals).toBe(-1);
});

test('a partition that goes to another member meanwhile is committed no more; the others of its batch are', async () => {
  let answer: (() => void) | undefined;
  const { poller, assign, committed } = started(
    { mixPartitions: true },
    {
      invoke: () =>
        new Promise((resolve) => (answer = () => resolve({ kind: 'succeeded', responseText: '' }))),
    },
  );
  assign(0, record(0, 4));
  assign(1, record(1, 7));
  await until(() => answer !== undefined);

  poller.remove(0);
  answer?.();
  await until(() => committed.length > 0);

  expect(committed).toEqual([[1, 8]]);
});

// Source: with-msk-configure (a time-out is an error, and the batch is retried); that nothing stops the first is what follows.
test('the late twin of a timed-out invocation runs on beside its retry', async () => {
  const log: string[] = [];
  let calls = 0;
  let endFirst: () => void = () => {};
  const handler = async (): Promise<void> => {
    calls += 1;
    const call = calls;
    log.push(`begin ${call}`);
    if (call === 1) await new Promise<void>((resolve) => (endFirst = resolve));
    if (call === 2) {
      endFirst();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    log.push(`end ${call}`);
  };
  const { assign, committed } = started({}, functionInvoker(handler, 'f', 100));

  assign(0, record(0, 0));
  await until(() => committed.length === 1);

  expect(log).toEqual(['begin 1', 'begin 2', 'end 1', 'end 2']);
  expect(committed).toEqual([[0, 1]]);
});

test('told to end, it lets the invocation in flight end, commits it, and retries nothing', async () => {
  let calls = 0;
  const { poller, assign, committed } = started(
    {},
    {
      invoke: async () => {
        calls += 1;
        poller.finish();
        return calls === 1 ? { kind: 'succeeded', responseText: '' } : { kind: 'failed', reason: 'no' };
      },
    },
  );

  assign(0, ...Array.from({ length: 15 }, (_, offset) => record(0, offset)));
  await poller.ended;

  expect(calls).toBe(1);
  expect(committed).toHaveLength(1);
});
