/**
 * The records of one partition that wait for their invocation, bounded. A batch is taken when it has reached its size or
 * the payload limit, or when its window is over; the window starts when its first record arrives.
 */

export interface BatchLimits {
  /** Records in one invocation, 1 to 10,000. */
  readonly batchSize: number;
  /** How long a batch may wait to be filled, milliseconds; 0: not at all. */
  readonly batchWindowMs: number;
  /** Bytes that the records of one invocation may take as JSON, commas included. */
  readonly payloadBytesMax: number;
}

export interface QueuedRecord {
  readonly offset: string;
  readonly text: string;
}

/** At least one record, in offset order. */
export interface RecordBatch {
  readonly records: readonly QueuedRecord[];
  readonly firstOffset: string;
  readonly lastOffset: string;
}

interface Arrival extends QueuedRecord {
  readonly arrivedAtMs: number;
  readonly bytes: number;
}

export class RecordQueue {
  private records: Arrival[] = [];
  private bytes = 0;
  private isClosed = false;
  private wake: () => void = () => {};

  constructor(private readonly limits: BatchLimits) {}

  /** True where two batches wait: enough to have one ready whenever an invocation ends. */
  get isFull(): boolean {
    return this.records.length >= 2 * this.limits.batchSize || this.bytes >= 2 * this.limits.payloadBytesMax;
  }

  get isLow(): boolean {
    return this.records.length < this.limits.batchSize && this.bytes < this.limits.payloadBytesMax;
  }

  push(records: readonly QueuedRecord[]): void {
    const arrivedAtMs = Date.now();
    for (const { offset, text } of records) {
      const bytes = Buffer.byteLength(text) + 1;
      this.records.push({ offset, text, arrivedAtMs, bytes });
      this.bytes += bytes;
    }
    this.wake();
  }

  /** Forgets what waits, and lets `takeBatch` return. */
  close(): void {
    this.isClosed = true;
    this.records = [];
    this.bytes = 0;
    this.wake();
  }

  /** The next batch; undefined once the queue is closed. */
  async takeBatch(): Promise<RecordBatch | undefined> {
    while (!this.isClosed) {
      const first = this.records[0];
      const isWhole =
        this.records.length >= this.limits.batchSize || this.bytes >= this.limits.payloadBytesMax;
      const waitMs = first && first.arrivedAtMs + this.limits.batchWindowMs - Date.now();
      if (first && (isWhole || (waitMs ?? 0) <= 0)) return this.cut();
      await this.change(waitMs);
    }
    return undefined;
  }

  private change(withinMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A single record above the payload limit goes alone: it must not stop the partition for ever. */
  private cut(): RecordBatch {
    let count = 0;
    let bytes = 0;
    for (const record of this.records) {
      const isOver = bytes + record.bytes > this.limits.payloadBytesMax && count > 0;
      if (isOver || count >= this.limits.batchSize) break;
      bytes += record.bytes;
      count += 1;
    }
    const records = this.records.slice(0, count);
    this.records = this.records.slice(count);
    this.bytes -= bytes;
    const first = records[0] as Arrival;
    return { records, firstOffset: first.offset, lastOffset: (records.at(-1) ?? first).offset };
  }
}
