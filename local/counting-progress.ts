/** What the processor has counted, one line each ten seconds: the sign of life in its log, and where a stop begins to show. */
import type { WriteLog } from '../lambdas/structured-log';
import type { InvocationReport } from './event-source/report';

const everyMs = 10_000;

export class CountingProgress {
  private records = 0;
  private batches = 0;
  private failedBatches = 0;
  private sinceMs = performance.now();

  constructor(private readonly log: WriteLog) {}

  note({ records, failedRecords }: Pick<InvocationReport, 'records' | 'failedRecords'>): void {
    this.batches += 1;
    this.records += records - failedRecords;
    if (failedRecords > 0) this.failedBatches += 1;
  }

  /** Says what was counted since it was last called. Heartbeats are among the records. */
  report(nowMs: number): void {
    const { records, batches, failedBatches } = this;
    const recordsPerSecond = Math.round((records * 1_000) / Math.max(1, nowMs - this.sinceMs));
    this.log('info', 'counted', {
      recordsPerSecond,
      records,
      batches,
      ...(failedBatches === 0 ? {} : { failedBatches }),
    });
    this.records = 0;
    this.batches = 0;
    this.failedBatches = 0;
    this.sinceMs = nowMs;
  }

  start(): void {
    this.sinceMs = performance.now();
    setInterval(() => this.report(performance.now()), everyMs).unref();
  }
}
