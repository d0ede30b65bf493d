/** A store that is away fails every request of every viewer: that is one line when it begins and one when it ends. */
import type { WriteLog } from '../structured-log';

export class OutageLog {
  private sinceMs: number | undefined;

  constructor(private readonly log: WriteLog) {}

  noteFailure(error: unknown, nowMs: number): void {
    if (this.sinceMs !== undefined) return;
    this.sinceMs = nowMs;
    this.log('error', 'the store does not answer', {
      error: error instanceof Error ? error.name : typeof error,
      reason: error instanceof Error ? error.message : String(error),
    });
  }

  noteAnswer(nowMs: number): void {
    if (this.sinceMs === undefined) return;
    this.log('info', 'the store answers again', { awayMs: nowMs - this.sinceMs });
    this.sinceMs = undefined;
  }
}
