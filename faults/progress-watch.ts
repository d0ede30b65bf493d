/** Watches how far each partition is counted, from the store itself: for how long does none of it get any further? */
import { STATE } from '../pipeline/store/keys';
import { sleep } from './scenario';
import type { StoredShards } from './stored-shards';

const everyMs = 100;

interface Progress {
  /** One past the furthest offset that was ever seen counted: a store that falls back makes no progress until it is beyond. */
  furthest: number;
  sinceMs: number;
}

export class ProgressWatch {
  private readonly progress: Progress[];
  private readonly running: Promise<void>;
  private isEnded = false;
  private ends: readonly number[] | undefined;
  private stalled = 0;

  constructor(private readonly shards: StoredShards) {
    const sinceMs = performance.now();
    this.progress = Array.from({ length: shards.partitions }, () => ({ furthest: 0, sinceMs }));
    this.running = this.watch();
  }

  /** The longest time in which some partition got no further, milliseconds. */
  get stalledMs(): number {
    return this.stalled;
  }

  /** Nothing more is written: a partition that has reached its end is no longer waited for. */
  noteEnds(ends: readonly number[]): void {
    this.ends = ends;
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.running;
  }

  private async watch(): Promise<void> {
    while (!this.isEnded) {
      // A store that is away makes no progress either.
      const states = await this.shards.states().catch(() => undefined);
      this.note(states?.map((state) => Number(state[STATE.next] ?? 0)));
      await sleep(everyMs);
    }
  }

  private note(nexts: readonly number[] | undefined): void {
    const nowMs = performance.now();
    for (const [partition, progress] of this.progress.entries()) {
      const next = nexts?.[partition] ?? 0;
      const isDone = progress.furthest >= (this.ends?.[partition] ?? Number.POSITIVE_INFINITY);
      if (!isDone) this.stalled = Math.max(this.stalled, nowMs - progress.sinceMs);
      if (next > progress.furthest || isDone) progress.sinceMs = nowMs;
      progress.furthest = Math.max(progress.furthest, next);
    }
  }
}
