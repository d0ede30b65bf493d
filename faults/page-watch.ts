/** Looks at the page's API as a viewer does, all the time: what it says of its own age, and for how long it says nothing. */
import type { DashboardSnapshot, Freshness } from '../pipeline/core/snapshot';
import { sleep } from './scenario';

const everyMs = 250;
/** As long as the page waits. */
const answerMsMax = 3_000;

/** `no_answer`: what the page calls so when the API is silent or answers with an error. */
export type Said = Freshness | 'no_answer';

export class PageWatch {
  private readonly seen = new Map<Said, number>();
  private readonly running: Promise<void>;
  private isEnded = false;
  private now: Said = 'no_answer';
  private behind = 0;

  /** `url`: of the gateway. */
  constructor(
    private readonly url: string,
    private readonly site: string,
  ) {
    this.running = this.watch();
  }

  /** What it said last. */
  get said(): Said {
    return this.now;
  }

  /** How often it said what, since the last `forget`. */
  get saidUntilNow(): ReadonlyMap<Said, number> {
    return this.seen;
  }

  /** The most that it said its numbers were behind, milliseconds. */
  get behindMs(): number {
    return this.behind;
  }

  /** True where it has said, in whatever way, that its numbers were not those of now. */
  get hasWarned(): boolean {
    return [...this.seen.keys()].some((said) => said !== 'live');
  }

  /** What it said before does not count: programs were starting. */
  forget(): void {
    this.seen.clear();
    this.behind = 0;
  }

  /** undefined: no answer. */
  async read(): Promise<DashboardSnapshot | undefined> {
    try {
      const response = await fetch(`${this.url}/api/v1/snapshot?site=${this.site}&window=24h`, {
        signal: AbortSignal.timeout(answerMsMax),
      });
      return response.ok ? ((await response.json()) as DashboardSnapshot) : undefined;
    } catch {
      return undefined;
    }
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.running;
  }

  private async watch(): Promise<void> {
    while (!this.isEnded) {
      const snapshot = await this.read();
      if (this.isEnded) return;
      this.now = snapshot?.freshness ?? 'no_answer';
      this.seen.set(this.now, (this.seen.get(this.now) ?? 0) + 1);
      this.behind = Math.max(this.behind, snapshot?.lag ?? 0);
      await sleep(everyMs);
    }
  }
}
