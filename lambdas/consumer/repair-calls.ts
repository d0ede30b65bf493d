/**
 * When the consumer calls repair. A partition that has stopped is delivered again many times a second, and is under repair meanwhile;
 * one call is enough. What a call does not mend, the schedule (locally the timer) tries again.
 */
import type { WriteLog } from '../structured-log';

/** Asks for repair of one partition. Resolves when the call is handed over, not when repair is done. */
export type CallRepair = (partition: number) => Promise<void>;

interface LastCall {
  readonly next: number;
  readonly atMs: number;
}

/** The same gap is not called for again before this, milliseconds. */
export const sameGapPauseMs = 10_000;
/** Nor any other gap of the partition before this: repair goes on by itself as far as the log goes. */
export const anyGapPauseMs = 250;

export class RepairCalls {
  private readonly last = new Map<string, LastCall>();
  private hasFailed = false;

  constructor(
    private readonly call: CallRepair,
    private readonly log: WriteLog,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** `name`: of the partition with its topic. `next`: where it stopped. Never rejects. */
  async ask(name: string, partition: number, next: number): Promise<void> {
    const atMs = this.nowMs();
    const last = this.last.get(name);
    const pauseMs = last?.next === next ? sameGapPauseMs : anyGapPauseMs;
    if (last !== undefined && atMs - last.atMs < pauseMs) return;
    // Noted before it is made, so that nobody else makes it meanwhile.
    this.last.set(name, { next, atMs });
    try {
      await this.call(partition);
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.log('warn', 'repair cannot be called; its schedule repairs', { partition: name, reason });
      }
      this.hasFailed = true;
    }
  }
}
