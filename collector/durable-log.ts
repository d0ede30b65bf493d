/**
 * Records between a request and Kafka's acknowledgement. What comes within a few milliseconds, or while a batch is under way, goes out in
 * one batch; requests are answered when their batch is on all in-sync replicas. Bounded: when Kafka is slow or away nothing more is
 * taken, and what waits is given up before its client would; only what is on its way stays, since nobody knows whether it arrived.
 */
import {
  type BatchSender,
  type OutgoingRecord,
  SendAbandonedError,
} from '../pipeline/stream/acknowledged-batch';

/**
 * `acknowledged`: durable. `withdrawn`: not written, and it never will be. `unknown`: on its way for too long; it may be
 * written yet, and the same messageIds again are harmless.
 */
export type AppendOutcome = 'acknowledged' | 'withdrawn' | 'unknown';

export interface DurableLogOptions {
  /** How long the first of a batch waits for others, ms. */
  readonly lingerMs: number;
  /** Half a megabyte: a broker takes one, and each partition's part is less. */
  readonly batchBytesMax: number;
  readonly pendingBytesMax: number;
  /** When the batch that is on its way takes longer than this, nothing more is taken, ms. */
  readonly slowMs: number;
  /** How long a request waits for its answer, ms: less than clients do. */
  readonly answerWithinMs: number;
}

export const durableLogDefaults: DurableLogOptions = {
  lingerMs: 2,
  batchBytesMax: 512 * 1024,
  pendingBytesMax: 32 * 1024 * 1024,
  slowMs: 2_000,
  answerWithinMs: 4_000,
};

interface Part {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
}

interface Entry extends Part {
  resolve: (outcome: AppendOutcome) => void;
}

export class DurableLog {
  private waiting: Entry[] = [];
  private pendingBytes = 0;
  private sentAtMs: number | undefined;
  private isPumping = false;
  private isFailed = false;
  private onIdle: (() => void)[] = [];
  private acknowledgedRecords = 0;

  /** `onFailure` gets what should never happen: a programmer's error. */
  constructor(
    private readonly sender: BatchSender,
    private readonly options: DurableLogOptions,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Records acknowledged since the start. */
  get acknowledged(): number {
    return this.acknowledgedRecords;
  }

  /** Whether Kafka keeps up, and there is room. */
  hasRoom(): boolean {
    const { pendingBytesMax, slowMs } = this.options;
    const isSlow = this.sentAtMs !== undefined && performance.now() - this.sentAtMs > slowMs;
    return !isSlow && !this.isFailed && this.pendingBytes < pendingBytesMax;
  }

  /** `mayWait`: for as long as it takes, for what nobody is waiting for. */
  async append(records: readonly OutgoingRecord[], mayWait = false): Promise<AppendOutcome> {
    const outcomes = await Promise.all(this.inParts(records).map((part) => this.appendPart(part, mayWait)));
    if (outcomes.every((outcome) => outcome === 'acknowledged')) return 'acknowledged';
    return outcomes.every((outcome) => outcome === 'withdrawn') ? 'withdrawn' : 'unknown';
  }

  /** A request's many small events can come to more than a broker takes at once. */
  private inParts(records: readonly OutgoingRecord[]): readonly Part[] {
    const parts: { records: OutgoingRecord[]; bytes: number }[] = [];
    for (const record of records) {
      const bytes = Buffer.byteLength(record.value ?? '');
      const last = parts.at(-1);
      if (last === undefined || last.bytes + bytes > this.options.batchBytesMax / 2)
        parts.push({ records: [record], bytes });
      else {
        last.records.push(record);
        last.bytes += bytes;
      }
    }
    return parts;
  }

  private appendPart({ records, bytes }: Part, mayWait: boolean): Promise<AppendOutcome> {
    this.pendingBytes += bytes;
    return new Promise((resolve) => {
      const entry: Entry = { records, bytes, resolve };
      if (!mayWait) this.giveUpLater(entry);
      this.waiting.push(entry);
      if (!this.isPumping) void this.pump();
    });
  }

  /** Resolves when everything is acknowledged, or the time is over; true in the first case. */
  async drain(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.untilIdle(), tooLate]);
    clearTimeout(timer);
    const isEmpty = this.pendingBytes === 0 && !this.isPumping;
    this.sender.abandon();
    return isEmpty;
  }

  private untilIdle(): Promise<void> {
    return this.isPumping ? new Promise((resolve) => this.onIdle.push(resolve)) : Promise.resolve();
  }

  private giveUpLater(entry: Entry): void {
    const { resolve } = entry;
    const timer = setTimeout(() => {
      const at = this.waiting.indexOf(entry);
      if (at === -1) return resolve('unknown');
      this.waiting.splice(at, 1);
      this.pendingBytes -= entry.bytes;
      resolve('withdrawn');
    }, this.options.answerWithinMs);
    entry.resolve = (outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    await new Promise((resolve) => setTimeout(resolve, this.options.lingerMs));
    while (this.waiting.length > 0 && !this.isFailed) await this.sendBatch();
    this.isPumping = false;
    for (const resolve of this.onIdle.splice(0)) resolve();
  }

  private async sendBatch(): Promise<void> {
    const batch = this.takeBatch();
    const records = batch.flatMap((entry) => entry.records);
    this.sentAtMs = performance.now();
    try {
      await this.sender.send(records);
      this.acknowledgedRecords += records.length;
      for (const { resolve } of batch) resolve('acknowledged');
    } catch (error) {
      this.isFailed = true;
      for (const { resolve } of batch) resolve('unknown');
      for (const { resolve } of this.waiting.splice(0)) resolve('withdrawn');
      if (!(error instanceof SendAbandonedError)) this.onFailure(error);
    }
    this.sentAtMs = undefined;
    for (const { bytes } of batch) this.pendingBytes -= bytes;
  }

  /** At least one, which is at most half of what a batch may be. */
  private takeBatch(): Entry[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length) {
      bytes += (this.waiting[count] as Entry).bytes;
      if (count > 0 && bytes > this.options.batchBytesMax) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
