/**
 * What never reached Kafka as an event, by reason: one record a second and reason, so that the ledger holds it too and it survives a
 * kill (but for the last second's). While Kafka is away the numbers add up, and go out when it is back.
 */
import { type EdgeReason, edgeSummaryValue } from '../pipeline/core/edge-reason';
import type { OutgoingRecord } from '../pipeline/stream/acknowledged-batch';

const everyMs = 1_000;

export class EdgeSummaries {
  private readonly counts = new Map<EdgeReason, number>();
  private readonly sinceStart = new Map<EdgeReason, number>();
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private partition = 0;

  /** `write` resolves when the records are durable. */
  constructor(
    private readonly write: (records: readonly OutgoingRecord[]) => Promise<unknown>,
    private readonly newMessageId: () => string,
    private readonly partitions: () => number,
  ) {}

  count(reason: EdgeReason, events = 1): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + events);
    this.sinceStart.set(reason, (this.sinceStart.get(reason) ?? 0) + events);
  }

  /** Since the start, for a person. */
  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.sinceStart);
  }

  start(): void {
    this.timer = setInterval(() => this.send(), everyMs);
  }

  /** The last ones. Resolves when they are durable. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
    this.send();
    await this.sending;
  }

  private send(): void {
    if (this.sending !== undefined || this.counts.size === 0 || this.partitions() === 0) return;
    const records = [...this.counts].map(([reason, count]) => this.recordOf(reason, count));
    this.counts.clear();
    this.sending = this.write(records).then(
      () => {
        this.sending = undefined;
      },
      () => undefined,
    );
  }

  /** They belong to no visitor: partitions take turns. */
  private recordOf(reason: EdgeReason, count: number): OutgoingRecord {
    this.partition = (this.partition + 1) % this.partitions();
    return {
      key: null,
      value: edgeSummaryValue(this.newMessageId(), reason, count),
      partition: this.partition,
    };
  }
}
