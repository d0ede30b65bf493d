/**
 * Repair beside the local event source: when the consumer calls for a partition, and every few seconds for all of them, since a loss on
 * an idle partition is met by no delivery. One run at a time; what is asked for meanwhile is done after it, once. Several processes of a
 * group may each run it: whoever comes second finds nothing to do, or a duplicate.
 */
import { RepairFailedError, type RepairHandler } from '../lambdas/repair/repair-handler';

export interface RepairTimerOptions {
  readonly repair: RepairHandler;
  readonly everyMs: number;
  /** Gets one line when repair begins to be impossible, and one when it is possible again. */
  readonly say: (line: string) => void;
}

export class RepairTimer {
  private readonly asked = new Set<number>();
  private isAllAsked = false;
  private isRunning = false;
  private isAway = false;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RepairTimerOptions) {}

  start(): void {
    this.timer = setInterval(() => {
      this.isAllAsked = true;
      void this.run();
    }, this.options.everyMs);
  }

  /** What runs may end; nothing follows it. */
  stop(): void {
    clearInterval(this.timer);
    this.isStopped = true;
  }

  /** As the consumer calls it: the call is handed over at once. */
  readonly call = async (partition: number): Promise<void> => {
    this.asked.add(partition);
    void this.run();
  };

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (let next = this.take(); next !== undefined; next = this.take()) await this.repair(next);
    this.isRunning = false;
  }

  /** Partitions that stand still come before the look at all. */
  private take(): { readonly partition?: number } | undefined {
    if (this.isStopped) return undefined;
    const [partition] = this.asked;
    if (partition !== undefined) {
      this.asked.delete(partition);
      return { partition };
    }
    if (!this.isAllAsked) return undefined;
    this.isAllAsked = false;
    return {};
  }

  private async repair(event: { readonly partition?: number }): Promise<void> {
    try {
      await this.options.repair(event);
      this.note(false, 'repair: possible again');
    } catch (error) {
      // What could not be repaired has its own line each.
      if (error instanceof RepairFailedError) this.note(false, 'repair: possible again');
      else this.note(true, `repair: not possible: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private note(isAway: boolean, line: string): void {
    if (this.isAway !== isAway) this.options.say(line);
    this.isAway = isAway;
  }
}
