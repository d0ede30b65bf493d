/**
 * When a batch is ready, and what goes into it. A batch is ready when the records that wait reach its size or the payload limit,
 * or when its window is over; the window begins when its first record arrives
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html).
 */
import type { QueuedRecord } from './record-queue';
import { partitionBytes } from './record-text';

export interface BatchLimits {
  /** Records in one invocation. */
  readonly batchSize: number;
  /** How long a batch may wait to be filled, milliseconds; 0: not at all. */
  readonly batchWindowMs: number;
  /** Bytes that the partitions and records of one invocation may take as JSON, commas included. */
  readonly payloadBytesMax: number;
}

/** What waits of one partition. */
export interface Waiting {
  /** The event's own name of the partition. */
  readonly name: string;
  readonly records: readonly QueuedRecord[];
  /** Of all of them. */
  readonly bytes: number;
}

export interface Cut {
  /** How many records are taken from each, in the order of `waiting`. */
  readonly counts: readonly number[];
  /** A single record that is above the payload limit, and could only go alone. */
  readonly isTooLarge: boolean;
}

/** When a batch of these is ready, milliseconds; undefined where nothing waits. `nowMs`: where it is already. */
export function readyAtMs(
  waiting: readonly Waiting[],
  limits: BatchLimits,
  nowMs: number,
): number | undefined {
  let count = 0;
  let bytes = 0;
  let firstMs: number | undefined;
  for (const { records, bytes: recordBytes } of waiting) {
    const first = records[0];
    if (first === undefined) continue;
    count += records.length;
    bytes += recordBytes;
    firstMs = Math.min(firstMs ?? first.arrivedAtMs, first.arrivedAtMs);
  }
  if (firstMs === undefined) return undefined;
  const isWhole = count >= limits.batchSize || bytes >= limits.payloadBytesMax;
  return isWhole ? nowMs : firstMs + limits.batchWindowMs;
}

/** The longest batch that fits, of those that wait longest first, so that no partition keeps another waiting for ever. */
export function cutBatch(waiting: readonly Waiting[], limits: BatchLimits): Cut {
  const counts = waiting.map(() => 0);
  const order = waiting
    .map(({ records }, index) => ({
      index,
      arrivedAtMs: records[0]?.arrivedAtMs ?? Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs);
  let count = 0;
  let bytes = 0;
  for (const { index } of order) {
    const { name, records } = waiting[index] as Waiting;
    bytes += partitionBytes(name);
    for (const record of records) {
      const isOver = bytes + record.bytes > limits.payloadBytesMax;
      if (count >= limits.batchSize || (isOver && count > 0)) return { counts, isTooLarge: false };
      counts[index] = (counts[index] as number) + 1;
      count += 1;
      bytes += record.bytes;
      if (isOver) return { counts, isTooLarge: true };
    }
  }
  return { counts, isTooLarge: false };
}
