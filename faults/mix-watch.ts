/** Looks at the page's numbers while generations are switched: each answer must be of the old ones or of the new ones, never of both. */
import type { PageWatch } from './page-watch';
import { sleep } from './scenario';

const everyMs = 50;
const namedMax = 5;

export class MixWatch {
  private readonly found: string[] = [];
  private readonly running: Promise<void>;
  private isEnded = false;
  /** What the answers are of: what is planted may show partition by partition, what is switched may not. */
  private phase: 'planting' | 'old' | 'new' = 'planting';
  private least = 0;
  private seen = 0;

  /** `planted`: what is added to the views of each of so many partitions of the old generation. */
  constructor(
    private readonly page: PageWatch,
    private readonly planted: number,
    private readonly partitions: number,
  ) {
    this.running = this.watch();
  }

  /** How many partitions' planted views the page showed last. */
  get share(): number {
    return this.seen;
  }

  /** A line each; empty is good. */
  get violations(): readonly string[] {
    return this.found.slice(0, namedMax);
  }

  /** All is planted, and shown: from now on the page may go over to what has nothing of it, once. */
  begin(): void {
    this.phase = 'old';
  }

  /** Something is going to be planted again. */
  beginPlanting(): void {
    this.phase = 'planting';
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.running;
  }

  private async watch(): Promise<void> {
    while (!this.isEnded) {
      const views = (await this.page.read())?.totals.views;
      if (views !== undefined) this.take(views);
      await sleep(everyMs);
    }
  }

  private take(views: number): void {
    const share = Math.floor(views / this.planted);
    const counted = views % this.planted;
    if (counted < this.least) this.found.push(`the page fell from ${this.least} views to ${counted}`);
    this.least = Math.max(this.least, counted);
    this.seen = share;
    if (this.phase === 'old' && share === 0) this.phase = 'new';
    const must = { planting: share, old: this.partitions, new: 0 }[this.phase];
    if (share !== must)
      this.found.push(`the page mixes generations: ${share} of ${this.partitions} partitions are old ones`);
  }
}
