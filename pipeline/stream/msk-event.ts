/**
 * The event with which Lambda's MSK trigger calls the consumer, and its decoding to the log's records. The types are our
 * own, because @types/aws-lambda has key and value as always present; a tombstone comes without value or with null.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html (facts checked 2026-11).
 */
import type { LogRecord } from '../core/event';
import { RecordPacker } from '../core/packed-records';

export interface MskRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970 UTC: the broker's append time, where the topic says so. */
  readonly timestamp: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  /** Base64. */
  readonly key?: string | null;
  /** Base64. Absent or null: a tombstone. */
  readonly value?: string | null;
  /** Bytes of each header's value, signed or unsigned. */
  readonly headers?: readonly Readonly<Record<string, readonly number[]>>[];
}

export interface MskEvent {
  readonly eventSource: 'aws:kafka' | 'SelfManagedKafka';
  readonly eventSourceArn?: string;
  readonly bootstrapServers?: string;
  /** Key: `topic-partition`. */
  readonly records: Readonly<Record<string, readonly MskRecord[]>>;
}

/** The records of one topic partition, in offset order. */
export interface PartitionRecords {
  /** The event's own name for it, as partial batch responses must repeat it: `clicks-0`. */
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
}

/** What called the handler is no MSK event. Retrying cannot mend it. */
export class MskEventError extends Error {
  override readonly name = 'MskEventError';
}

/** Throws MskEventError where the event has another shape. */
export function decodeMskEvent(event: unknown): readonly PartitionRecords[] {
  if (!isObject(event)) throw new MskEventError(`event is ${describe(event)}; expected an MSK event`);
  if (!isObject(event.records) || Array.isArray(event.records)) {
    throw new MskEventError(
      `event.records is ${describe(event.records)}; expected records by topic-partition`,
    );
  }
  return Object.entries(event.records).map(([name, records]) => decodePartition(name, records));
}

function decodePartition(name: string, raw: unknown): PartitionRecords {
  if (!Array.isArray(raw)) throw new MskEventError(`records[${name}] is ${describe(raw)}; expected an array`);
  const first: unknown = raw[0];
  if (!isObject(first)) throw new MskEventError(`records[${name}] has no record; expected at least one`);
  const { topic, partition } = first;
  if (typeof topic !== 'string' || !isCount(partition) || name !== `${topic}-${partition}`) {
    throw new MskEventError(
      `records[${name}] holds topic ${describe(topic)}, partition ${describe(partition)}`,
    );
  }
  const records: LogRecord[] = new Array(raw.length);
  const packer = new RecordPacker();
  let isOrdered = true;
  for (let i = 0; i < raw.length; i += 1) {
    const record = decodeRecord(name, topic, partition, raw[i], packer);
    isOrdered &&= i === 0 || (records[i - 1] as LogRecord).offset < record.offset;
    records[i] = record;
  }
  return { name, topic, partition, records: isOrdered ? records : inOffsetOrder(records) };
}

function decodeRecord(
  name: string,
  topic: string,
  partition: number,
  raw: unknown,
  packer: RecordPacker,
): LogRecord {
  if (!isObject(raw)) throw new MskEventError(`records[${name}] holds ${describe(raw)}; expected a record`);
  const { offset, timestamp, value } = raw;
  if (raw.topic !== topic || raw.partition !== partition) {
    throw new MskEventError(
      `records[${name}] holds a record of ${describe(raw.topic)}-${describe(raw.partition)}`,
    );
  }
  if (!isCount(offset)) throw new MskEventError(`records[${name}] has offset ${describe(offset)}`);
  if (!isCount(timestamp)) {
    throw new MskEventError(`records[${name}], offset ${offset}, has timestamp ${describe(timestamp)}`);
  }
  if (value === undefined || value === null) return { offset, timestampMs: timestamp, value: null };
  if (typeof value !== 'string') {
    throw new MskEventError(`records[${name}], offset ${offset}, has a value that is ${describe(value)}`);
  }
  return packer.recordOf(offset, timestamp, value);
}

/** Lambda delivers in order; an event put together by hand may not, and may hold an offset twice. */
function inOffsetOrder(records: readonly LogRecord[]): LogRecord[] {
  const sorted = [...records].sort((a, b) => a.offset - b.offset);
  return sorted.filter((record, i) => record.offset !== sorted[i - 1]?.offset);
}

/** Cuts records in offset order where an offset is missing: only a run without holes can be committed in one piece. */
export function contiguousRuns(records: readonly LogRecord[]): readonly (readonly LogRecord[])[] {
  const runs: (readonly LogRecord[])[] = [];
  let start = 0;
  for (let i = 1; i <= records.length; i += 1) {
    if (records[i]?.offset === (records[i - 1] as LogRecord).offset + 1) continue;
    runs.push(start === 0 && i === records.length ? records : records.slice(start, i));
    start = i;
  }
  return runs;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Names a wrong value without repeating content, which may be a visitor's. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  return Array.isArray(value) ? 'an array' : typeof value;
}
