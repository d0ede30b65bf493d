/** Records between being accepted and being acknowledged: bounded, sent in batches, none dropped. */
import {
  type BatchSender,
  type OutgoingRecord,
  SendAbandonedError,
} from '../pipeline/stream/acknowledged-batch';

export interface OutboxCounts {
  /** Records acknowledged since the start, heartbeats included. */
  readonly acknowledged: number;
  /** Records accepted and not acknowledged yet. */
  readonly pending: number;
}

/** About half a megabyte of events in a request; kafkajs is cheapest near this size. */
const batchRecordsMax = 1_000;

export class Outbox {
  private readonly waiting: OutgoingRecord[] = [];
  /** Heartbeats go first, since they are to show how far behind the log counting is, not how far behind we are. */
  private heartbeats: readonly OutgoingRecord[] = [];
  private acknowledged = 0;
  private pending = 0;
  private sending: Promise<void> | undefined;
  private hasFailed = false;
  private readonly onRoom: (() => void)[] = [];

  /**
   * `pendingMax`: from here on `hasRoom` is false. `onHeartbeat` is called when a heartbeat is acknowledged on every
   * partition. `onFailure` gets what should never happen.
   */
  constructor(
    private readonly sender: BatchSender,
    private readonly pendingMax: number,
    private readonly onHeartbeat: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  counts(): OutboxCounts {
    return { acknowledged: this.acknowledged, pending: this.pending };
  }

  hasRoom(): boolean {
    return this.pending < this.pendingMax;
  }

  /** Resolves when there is room; not before Kafka is back where it is away. */
  async untilRoom(): Promise<void> {
    while (!this.hasRoom()) await new Promise<void>((resolve) => this.onRoom.push(resolve));
  }

  /** What is accepted is sent, or `drain` tells that it was not. */
  accept(records: readonly OutgoingRecord[]): void {
    for (const record of records) this.waiting.push(record);
    this.pending += records.length;
    this.startSending();
  }

  /** While the one before waits, a further heartbeat would say nothing new and is left out. */
  acceptHeartbeat(records: readonly OutgoingRecord[]): void {
    if (this.heartbeats.length > 0) return;
    this.heartbeats = records;
    this.pending += records.length;
    this.startSending();
  }

  /** Resolves with what is still pending: 0, or more where the time was too short. Nothing may be accepted meanwhile. */
  async drain(withinMs: number): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.untilSent(), tooLate]);
    clearTimeout(timer);
    this.sender.abandon();
    return this.pending;
  }

  private async untilSent(): Promise<void> {
    while (this.sending !== undefined) await this.sending;
  }

  private startSending(): void {
    if (this.sending !== undefined || this.hasFailed) return;
    this.sending = this.sendAll()
      .catch((error: unknown) => {
        this.hasFailed = true;
        if (!(error instanceof SendAbandonedError)) this.onFailure(error);
      })
      .finally(() => {
        this.sending = undefined;
        // Accepted after the last look at what waits, and before this.
        if (this.waiting.length > 0 || this.heartbeats.length > 0) this.startSending();
      });
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0 || this.heartbeats.length > 0) {
      const { heartbeats } = this;
      const records = this.waiting.splice(0, batchRecordsMax);
      await this.sender.send([...heartbeats, ...records]);
      const sent = heartbeats.length + records.length;
      this.acknowledged += sent;
      this.pending -= sent;
      for (const resolve of this.onRoom.splice(0)) resolve();
      if (heartbeats.length === 0) continue;
      this.heartbeats = [];
      this.onHeartbeat();
    }
  }
}
