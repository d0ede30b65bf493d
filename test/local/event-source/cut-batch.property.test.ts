import fc from 'fast-check';
import { type BatchLimits, cutBatch, readyAtMs, type Waiting } from '../../../local/event-source/cut-batch';
import type { QueuedRecord } from '../../../local/event-source/record-queue';
import { partitionBytes } from '../../../local/event-source/record-text';

function waitingOf(partition: number, records: readonly { bytes: number; arrivedAtMs: number }[]): Waiting {
  const queued = records.map(
    ({ bytes, arrivedAtMs }, offset): QueuedRecord => ({
      partition,
      offset,
      timestampMs: 0,
      text: '',
      bytes,
      key: null,
      arrivedAtMs,
    }),
  );
  return {
    name: `t-${partition}`,
    records: queued,
    bytes: records.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

const anyWaiting = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 9 })), { maxLength: 12 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((partitions) =>
    partitions.map((drawn, partition) => {
      let arrivedAtMs = partition;
      return waitingOf(
        partition,
        drawn.map(([bytes, laterMs]) => {
          arrivedAtMs += laterMs;
          return { bytes, arrivedAtMs };
        }),
      );
    }),
  );
const anyLimits: fc.Arbitrary<BatchLimits> = fc.record({
  batchSize: fc.integer({ min: 1, max: 20 }),
  batchWindowMs: fc.integer({ min: 0, max: 50 }),
  payloadBytesMax: fc.integer({ min: 50, max: 1_000 }),
});

// Source: msk-esm-parameters (batch size), invocation-eventsourcemapping (6 MB, not changeable).
test('a batch never exceeds its size or the payload limit, but for a single record that could only go alone', () => {
  fc.assert(
    fc.property(anyWaiting, anyLimits, (waiting, limits) => {
      const { counts, isTooLarge } = cutBatch(waiting, limits);
      const taken = waiting.map(({ records }, i) => records.slice(0, counts[i]));
      const records = taken.flat();
      const bytes = waiting.reduce(
        (sum, { name }, i) =>
          sum +
          (counts[i] ? partitionBytes(name) : 0) +
          (taken[i] ?? []).reduce((a, record) => a + record.bytes, 0),
        0,
      );
      expect(records.length).toBeLessThanOrEqual(limits.batchSize);
      expect(isTooLarge).toBe(bytes > limits.payloadBytesMax);
      if (isTooLarge) expect(records.length).toBe(1);
      if (waiting.some((one) => one.records.length > 0)) expect(records.length).toBeGreaterThan(0);
    }),
  );
});

test('the record that waits longest is in it, so no partition keeps another waiting for ever', () => {
  fc.assert(
    fc.property(anyWaiting, anyLimits, (waiting, limits) => {
      const { counts } = cutBatch(waiting, limits);
      const firsts = waiting.flatMap(({ records }, i) =>
        records[0] === undefined ? [] : [{ arrivedAtMs: records[0].arrivedAtMs, i }],
      );
      const oldestMs = Math.min(...firsts.map(({ arrivedAtMs }) => arrivedAtMs));
      if (firsts.length === 0) return;
      expect(firsts.some(({ arrivedAtMs, i }) => arrivedAtMs === oldestMs && (counts[i] ?? 0) > 0)).toBe(
        true,
      );
    }),
  );
});

// Source: invocation-eventsourcemapping (the window starts with the first record; whichever of the three comes first).
test.each([
  ['nothing waits', [], undefined],
  ['the window of the first record is not over', [{ bytes: 10, arrivedAtMs: 100 }], 600],
  ['it has reached its size', Array.from({ length: 3 }, () => ({ bytes: 10, arrivedAtMs: 100 })), 150],
  ['it has reached the payload limit', [{ bytes: 1_000, arrivedAtMs: 100 }], 150],
])('a batch is ready when due: %s', (_, records, expected) => {
  const limits = { batchSize: 3, batchWindowMs: 500, payloadBytesMax: 1_000 };
  expect(readyAtMs([waitingOf(0, records)], limits, 150)).toBe(expected);
});
