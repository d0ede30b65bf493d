/** Several partitions in one payload, and pollers beside one another. */
import type { MskEvent } from '../../../pipeline/stream/msk-event';
import { EventSourceHarness, until } from '../event-source-harness';

let harness: EventSourceHarness;

beforeEach(() => {
  harness = new EventSourceHarness();
});

afterEach(() => harness.close());

const partitionsOf = (event: MskEvent): number[] =>
  Object.values(event.records).map(([record]) => record?.partition ?? -1);
const allCommitted =
  (...ends: number[]) =>
  async (): Promise<boolean> => {
    const committed = await Promise.all(ends.map((_, partition) => harness.committed(partition)));
    return committed.every((offset, partition) => offset === ends[partition]);
  };

// Source: with-msk-configure ("a single payload may contain messages from multiple partitions").
test('mixPartitions: one payload holds several partitions, each in order', async () => {
  await harness.makeTopic(3);
  for (const partition of [0, 1, 2]) await harness.writeValues(partition, 'a', 'b', 'c');
  const payloads: number[][] = [];
  const seen: string[] = [];

  harness.start(
    (event) => {
      payloads.push(partitionsOf(event));
      for (const records of Object.values(event.records)) {
        seen.push(...records.map(({ partition, offset }) => `${partition}:${offset}`));
      }
    },
    { mixPartitions: true, batchWindowMs: 2_000 },
  );
  await until(allCommitted(3, 3, 3));

  expect(Math.max(...payloads.map((held) => held.length))).toBe(3);
  for (const partition of [0, 1, 2]) {
    const own = seen.filter((name) => name.startsWith(`${partition}:`));
    expect(own).toEqual([0, 1, 2].map((offset) => `${partition}:${offset}`));
  }
});

// Source: with-msk-configure (the whole batch is retried); for the partitions beside the bad one that means waiting.
test('on demand, a mixed batch is retried whole, and blocks every partition that is in it', async () => {
  await harness.makeTopic(2);
  await harness.writeValues(0, 'bad');
  await harness.writeValues(1, 'good');
  const payloads: number[][] = [];

  harness.start(
    (event) => {
      payloads.push(partitionsOf(event).sort());
      if (payloads.length < 3) throw new Error('no');
    },
    { mixPartitions: true, batchWindowMs: 2_000 },
  );
  await until(allCommitted(1, 1));

  expect(payloads).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

// Our own reading where the guide is silent (docs/event-source.md).
test('with partial responses the good partitions of a mixed batch are committed, and go on', async () => {
  await harness.makeTopic(2);
  await harness.writeValues(0, 'bad');
  await harness.writeValues(1, 'good');
  let isMended = false;

  harness.start(
    (event) => {
      if (isMended || !partitionsOf(event).includes(0)) return null;
      return { batchItemFailures: [{ itemIdentifier: { partition: `${harness.topic}-0`, offset: 0 } }] };
    },
    { mode: 'provisioned', reportBatchItemFailures: true, mixPartitions: true, batchWindowMs: 1_000 },
  );
  await until(async () => (await harness.committed(1)) === 1);
  await harness.writeValues(1, 'good');
  await until(async () => (await harness.committed(1)) === 2);
  const blocked = await harness.committed(0);
  isMended = true;
  await until(async () => (await harness.committed(0)) === 1);

  expect(blocked).toBe(-1);
});

// Source: kafka-scaling-modes (a poller invokes for the partitions that it has).
test.each([1, 2])(
  '%i pollers invoke as many times at once, and a partition is in one invocation at a time',
  async (pollers) => {
    await harness.makeTopic(4);
    for (const partition of [0, 1, 2, 3]) await harness.writeValues(partition, ...Array(6).fill('x'));
    const running = new Set<number>();
    let most = 0;

    harness.start(
      async (_, { partition }) => {
        expect(running.has(partition)).toBe(false);
        running.add(partition);
        most = Math.max(most, running.size);
        await new Promise((resolve) => setTimeout(resolve, 30));
        running.delete(partition);
      },
      { pollers, batchSize: 2 },
    );
    await until(allCommitted(6, 6, 6, 6));

    expect(most).toBeLessThanOrEqual(pollers);
    for (const partition of [0, 1, 2, 3]) expect(harness.offsetsOf(partition)).toEqual([0, 1, 2, 3, 4, 5]);
  },
);
