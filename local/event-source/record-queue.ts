/** The records of one partition that wait for their invocation, bounded: fetching is paused where two batches wait. */
import type { PlannedRecord } from './delivery-plan';

export interface QueuedRecord extends PlannedRecord {
  /** As it stands in the event. */
  readonly text: string;
  /** Of the text, and a comma. */
  readonly bytes: number;
  /** The record's own; null where it has none. */
  readonly key: Buffer | null;
  /** When it came here, milliseconds: from then on the batch window runs. */
  readonly arrivedAtMs: number;
}

export interface QueueBounds {
  /** Records in one invocation. */
  readonly batchSize: number;
  /** Bytes that one invocation may take as JSON. */
  readonly payloadBytesMax: number;
}

export class RecordQueue {
  private records: QueuedRecord[] = [];
  private bytes = 0;

  constructor(private readonly bounds: QueueBounds) {}

  /** In offset order; of this moment alone. */
  get waiting(): readonly QueuedRecord[] {
    return this.records;
  }

  /** Of all that wait. */
  get waitingBytes(): number {
    return this.bytes;
  }

  /** True where two batches wait: enough to have one ready whenever an invocation ends. */
  get isFull(): boolean {
    return this.records.length >= 2 * this.bounds.batchSize || this.bytes >= 2 * this.bounds.payloadBytesMax;
  }

  get isLow(): boolean {
    return this.records.length < this.bounds.batchSize && this.bytes < this.bounds.payloadBytesMax;
  }

  push(records: readonly QueuedRecord[]): void {
    for (const record of records) {
      this.records.push(record);
      this.bytes += record.bytes;
    }
  }

  /** Takes the first `count` records out. */
  drop(count: number): void {
    for (const { bytes } of this.records.slice(0, count)) this.bytes -= bytes;
    this.records = this.records.slice(count);
  }
}
