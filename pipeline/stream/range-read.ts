/**
 * Reads offsets [from, to) of a partition straight from the log, in order, and tells for every offset what became of it:
 * a record, proven to hold none (`empty`: a transaction's marker, an aborted record), or no longer held (`lost`: below the
 * log's start). Silence proves nothing: where fetches stay without an answer, reading stops short and `reachedOffset` says so.
 */
import type { Kafka } from 'kafkajs';
import type { LogRecord } from '../core/event';
import { type Fetched, type LogBounds, openPartitionLog, type PartitionLog } from './partition-log';

export interface OffsetRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface RangeRead extends LogBounds {
  /** How many records were handed over. */
  readonly records: number;
  /** Everything below it is told of. Less than `to`: the log ends there, or an open transaction holds it back. */
  readonly reachedOffset: number;
  /** What the log no longer held. */
  readonly lost: readonly OffsetRange[];
}

/** A contiguous run of at most `recordsMax` records. Reading goes on when the promise is fulfilled. */
export type OnRecords = (records: readonly LogRecord[]) => Promise<void> | void;
/** Called in offset order with `OnRecords`. */
export type OnGap = (kind: 'empty' | 'lost', range: OffsetRange) => Promise<void> | void;

export const recordsMax = 1_000;
/** Fetches that may stay empty in a row, each waiting half a second, before reading stops short. */
const silentFetchesMax = 6;

export async function readRange(
  kafka: Kafka,
  topic: string,
  partition: number,
  from: number,
  to: number,
  onRecords: OnRecords,
  onGap: OnGap = () => undefined,
): Promise<RangeRead> {
  const log = await openPartitionLog(kafka, topic, partition);
  try {
    return await readLog(log, from, to, onRecords, onGap);
  } finally {
    await log.close();
  }
}

/** As readRange, of a log that is open. */
export async function readLog(
  log: PartitionLog,
  from: number,
  to: number,
  onRecords: OnRecords,
  onGap: OnGap = () => undefined,
): Promise<RangeRead> {
  const lost: OffsetRange[] = [];
  let bounds: LogBounds = await log.bounds();
  let next = from;
  let records = 0;
  let silentFetches = 0;

  const result = (): RangeRead => ({ ...bounds, records, reachedOffset: next, lost });

  while (next < to) {
    const fetched = await log.fetch(next);
    if (fetched === undefined) {
      bounds = await log.bounds();
      // Beyond the log's end: another log than the one that was counted. The caller sees it by `logEnd`.
      if (next >= bounds.logStart) return result();
      const range = { from: next, to: Math.min(bounds.logStart, to) };
      await onGap('lost', range);
      lost.push(range);
      next = range.to;
      continue;
    }
    bounds = { logStart: fetched.logStart, logEnd: fetched.logEnd };
    if (fetched.provenTo === next) {
      silentFetches += 1;
      if (next >= fetched.readableTo || silentFetches >= silentFetchesMax) return result();
      continue;
    }
    silentFetches = 0;
    records += await handOver(fetched, next, to, onRecords, onGap);
    next = Math.min(fetched.provenTo, to);
  }
  return result();
}

/** Hands over what one fetch proved of [next, to), run by run and gap by gap; answers how many records it were. */
async function handOver(
  fetched: Fetched,
  next: number,
  to: number,
  onRecords: OnRecords,
  onGap: OnGap,
): Promise<number> {
  let told = next;
  let handed = 0;
  let run: LogRecord[] = [];
  const flush = async (): Promise<void> => {
    if (run.length > 0) await onRecords(run);
    run = [];
  };
  for (const record of fetched.records) {
    if (record.offset >= to) break;
    if (record.offset > told) {
      await flush();
      await onGap('empty', { from: told, to: record.offset });
    } else if (run.length >= recordsMax) {
      await flush();
    }
    run.push(record);
    told = record.offset + 1;
    handed += 1;
  }
  await flush();
  const provenTo = Math.min(fetched.provenTo, to);
  if (provenTo > told) await onGap('empty', { from: told, to: provenTo });
  return handed;
}
