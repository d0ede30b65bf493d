/**
 * The loop of one partition: take a batch, invoke the handler, commit, next. It keeps to what Lambda does in on-demand mode:
 *
 * - When are offsets committed? After the handler has succeeded with the batch, before the next batch is taken: never
 *   earlier, and never because of time. What the handler returns does not matter. A commit that fails is not repeated by
 *   itself: the next batch's commit covers it, and until then a restart delivers the batch again.
 * - What happens if the handler throws, or runs past its time-out? The whole batch is delivered again, after a growing pause,
 *   until it succeeds. The partition is blocked meanwhile; the others are not. There is one invocation at a time, but one
 *   that has timed out may still be running beside its retry.
 * - What happens if the partition goes to another member of the group? The invocation in flight may end, but its offsets
 *   are not committed any more: the new owner may be further, and would be taken back. It has the batch delivered again.
 */
import { type EventHandler, type InvocationOutcome, invoke } from '../invocation';
import type { RecordBatch, RecordQueue } from './record-queue';
import { type EventOrigin, eventText } from './record-text';

const firstPauseMs = 100;
const pauseMsMax = 2_000;

/** One attempt, for whoever watches. */
export interface InvocationReport {
  readonly partition: number;
  readonly firstOffset: string;
  readonly lastOffset: string;
  readonly records: number;
  /** 1: the first. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: InvocationOutcome;
}

export interface PartitionLoopOptions {
  readonly topic: string;
  readonly partition: number;
  readonly queue: RecordQueue;
  readonly origin: EventOrigin;
  readonly functionName: string;
  readonly handler: EventHandler;
  readonly functionTimeoutMs: number;
  /** Commits the offset of the next record to be read. Never rejects. */
  readonly commit: (nextOffset: string) => Promise<void>;
  /** Called when a batch was taken from the queue: there may be room again. */
  readonly onTaken: () => void;
  readonly observe: (report: InvocationReport) => void;
}

export class PartitionLoop {
  /** Resolves when no invocation is in flight and none will follow. */
  readonly ended: Promise<void>;
  private isEnding = false;
  private isRevoked = false;
  private wake: () => void = () => {};

  /** `after`: the loop that this partition had before must have ended, so that invocations never overlap. */
  constructor(
    private readonly options: PartitionLoopOptions,
    after: Promise<void>,
  ) {
    this.ended = after.then(() => this.run());
  }

  /** Another member has the partition now. */
  revoke(): void {
    this.isRevoked = true;
    this.finish();
  }

  /** The invocation in flight may end and be committed; nothing is retried, nothing new begins. */
  finish(): void {
    this.isEnding = true;
    this.options.queue.close();
    this.wake();
  }

  private async run(): Promise<void> {
    for (;;) {
      const batch = await this.options.queue.takeBatch();
      if (batch === undefined) return;
      this.options.onTaken();
      const isDone = await this.deliver(batch);
      if (!isDone || this.isRevoked) return;
      await this.options.commit(String(BigInt(batch.lastOffset) + 1n));
    }
  }

  /** True once the handler has succeeded; false where the loop was told to end before that. */
  private async deliver(batch: RecordBatch): Promise<boolean> {
    const { origin, topic, partition, handler, functionName, functionTimeoutMs, observe } = this.options;
    const texts = batch.records.map(({ text }) => text);
    const event = eventText(origin, topic, partition, texts);
    const { firstOffset, lastOffset } = batch;
    let pauseMs = firstPauseMs;
    for (let attempt = 1; ; attempt += 1) {
      const startedAtMs = Date.now();
      const outcome = await invoke(handler, functionName, event, functionTimeoutMs);
      const durationMs = Date.now() - startedAtMs;
      observe({ partition, firstOffset, lastOffset, records: texts.length, attempt, durationMs, outcome });
      if (outcome.kind === 'succeeded') return true;
      if (!this.isEnding) await this.pause(pauseMs);
      if (this.isEnding) return false;
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
