/**
 * A topic in memory. What it may do to its readers: offsets without a record (markers of transactions), retention that takes the head at
 * any moment, short answers to fetches, partitions that are added, a group whose offset runs ahead of what was counted. What it never
 * does: change a record, reorder one, or give an offset twice.
 */
import type { LogRecord } from '../../pipeline/core/event';
import type { LogSource, PartitionOffsets } from '../../pipeline/stream/log-source';
import { type Fetched, type PartitionLog, PartitionNotFoundError } from '../../pipeline/stream/partition-log';
import { bytesOf, type DrawnRecord } from './drawn-record';

/** A record and what the model must know of it. */
export interface WrittenRecord extends LogRecord {
  readonly drawn: DrawnRecord;
  /** Log time when its value was first written: a re-sent record keeps its times. */
  readonly firstWrittenMs: number;
}

export class MemoryPartition {
  /** By offset; undefined: the offset holds no record. Never cut: what retention took is still known here. */
  readonly entries: (WrittenRecord | undefined)[] = [];
  logStart = 0;
  /** Next offset that the consumer group is given; undefined: it has committed none. */
  groupOffset: number | undefined;

  get logEnd(): number {
    return this.entries.length;
  }

  /** Records of [from, to) that the log still holds. */
  read(from: number, to: number): WrittenRecord[] {
    return this.entries.slice(Math.max(from, this.logStart), to).filter((entry) => entry !== undefined);
  }

  /** Offset of the first record from the offset on; the log's end where there is none. */
  nextRecordFrom(offset: number): number {
    const found = this.entries.findIndex((entry, at) => at >= offset && entry !== undefined);
    return found < 0 ? this.logEnd : found;
  }
}

export class MemoryTopic {
  readonly partitions: MemoryPartition[] = [];

  constructor(
    readonly name: string,
    /** Records that one fetch answers at most. */
    readonly fetchedMax: number,
    /** The brokers' clock, ms. */
    public logMs: number,
  ) {}

  /** One more partition. */
  grow(): void {
    this.partitions.push(new MemoryPartition());
  }

  partition(index: number): MemoryPartition {
    const partition = this.partitions[index];
    if (partition === undefined) throw new PartitionNotFoundError(`no partition ${index}`);
    return partition;
  }

  /** `stepMs`: how far the clock goes on first; less than 0: another broker's clock is behind. */
  write(index: number, drawn: DrawnRecord, stepMs: number): WrittenRecord {
    this.logMs += stepMs;
    return this.append(index, {
      drawn,
      firstWrittenMs: this.logMs,
      value: bytesOf(drawn, this.logMs),
    });
  }

  /** The same bytes once more, as a producer sends them that got no answer. */
  writeAgain(index: number, record: WrittenRecord): WrittenRecord {
    const { drawn, firstWrittenMs, value } = record;
    return this.append(index, { drawn, firstWrittenMs, value });
  }

  writeHoles(index: number, count: number): void {
    this.partition(index).entries.push(...new Array<undefined>(count).fill(undefined));
  }

  private append(index: number, record: Omit<WrittenRecord, 'offset' | 'timestampMs'>): WrittenRecord {
    const { entries } = this.partition(index);
    const written = { ...record, offset: entries.length, timestampMs: this.logMs };
    entries.push(written);
    return written;
  }
}

function fetchFrom(topic: MemoryTopic, index: number, offset: number): Fetched | undefined {
  const partition = topic.partition(index);
  const { logStart, logEnd } = partition;
  if (offset < logStart || offset > logEnd) return undefined;
  const records = partition.read(offset, logEnd).slice(0, topic.fetchedMax);
  const last = records.at(-1);
  // Holes behind the last record are proven with it, as by a batch that ends in a marker.
  const provenTo = last === undefined ? logEnd : partition.nextRecordFrom(last.offset + 1);
  return { records, provenTo, logStart, logEnd, readableTo: logEnd };
}

/** A step at which whoever reads may be held up, overtaken or lost. */
export type Suspend = <T>(name: string, perform: () => T) => Promise<T>;

/** The port of repair and rebuild. Each answer is what the topic holds at the moment of the step. */
export function memoryLogSource(topic: MemoryTopic, suspend: Suspend): LogSource {
  return {
    open: async (_, index): Promise<PartitionLog> => ({
      bounds: () =>
        suspend('read bounds', () => {
          const { logStart, logEnd } = topic.partition(index);
          return { logStart, logEnd };
        }),
      fetch: (offset) => suspend(`fetch ${offset}`, () => fetchFrom(topic, index, offset)),
      close: async () => undefined,
    }),
    offsets: () =>
      suspend('read offsets', () =>
        topic.partitions.map(
          ({ logStart, logEnd, groupOffset }, partition): PartitionOffsets => ({
            partition,
            logStart,
            logEnd,
            groupOffset,
          }),
        ),
      ),
  };
}
