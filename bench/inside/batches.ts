/** MSK events of one partition, full ones, as the event source hands them to the handler. */
import { eventText, recordText } from '../../local/event-source/record-text';
import type { LogRecord } from '../../pipeline/core/event';
import type { MskEvent, MskRecord } from '../../pipeline/stream/msk-event';
import { simulateLog } from '../simulated-log';

/** The most that Lambda hands over at once. */
export const batchRecords = 10_000;
/** Small batches show what a batch costs, whatever is in it. */
export const smallBatches = [100, 1] as const;
export type SmallBatch = (typeof smallBatches)[number];
export const benchTopic = 'bench';

/** One of eight partitions of a topic that takes 20,000 events a second: a full batch spans four seconds of log time. */
const eventsPerSecond = 2_500;
const startMs = Date.UTC(2026, 0, 1, 12);

const origin = {
  eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/bench/00000000-0000-0000-0000-000000000000-1',
  bootstrapServers: '127.0.0.1:9092',
};

export interface Batch {
  readonly event: MskEvent;
  readonly records: readonly MskRecord[];
  /** Of the invocation: the event as JSON. */
  readonly payloadBytes: number;
  readonly firstOffset: number;
  readonly firstTimestampMs: number;
}

export function simulatePartition(records: number): LogRecord[] {
  const timeMs = (i: number): number => startMs + Math.floor((i * 1_000) / eventsPerSecond);
  return simulateLog({ partitions: 1, records, eventsPerSecond, timeMs })[0] as LogRecord[];
}

function batchOf(topic: string, records: readonly LogRecord[]): Batch {
  const texts = records.map(({ offset, timestampMs, value }) =>
    recordText(topic, 0, {
      offset: String(offset),
      timestamp: String(timestampMs),
      key: Buffer.from('key'),
      value: value === null ? null : Buffer.from(value),
      attributes: 0,
      headers: {},
      batchContext: { timestampType: 1 },
    }),
  );
  // Parsed by the Lambda runtime, before the handler is called.
  const text = eventText(origin, new Map([[`${topic}-0`, texts]]));
  const event = JSON.parse(text) as MskEvent;
  const first = records[0] as LogRecord;
  return {
    event,
    records: Object.values(event.records)[0] as readonly MskRecord[],
    payloadBytes: Buffer.byteLength(text),
    firstOffset: first.offset,
    firstTimestampMs: first.timestampMs,
  };
}

export function batchesOf(topic: string, log: readonly LogRecord[], size = batchRecords): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < log.length; at += size) {
    batches.push(batchOf(topic, log.slice(at, at + size)));
  }
  return batches;
}
