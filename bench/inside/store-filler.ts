/** Counts an even site's traffic into Redis through the fold and the commit script, in log time: hours take seconds. */
import type { LogRecord } from '../../pipeline/core/event';
import { visitorPartition } from '../../pipeline/core/partition';
import { countRun } from '../../pipeline/counting/count-run';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { type EvenSite, evenEvents } from '../even-site';
import { benchSite } from '../simulated-log';

export class StoreFiller {
  /** Records that are counted by now. */
  counted = 0;
  private readonly store: RedisCommitStore;
  private readonly waiting: LogRecord[][];
  private readonly next: number[];

  constructor(
    redis: RedisClient,
    private readonly topic: string,
    private readonly partitions: number,
  ) {
    this.store = new RedisCommitStore(redis);
    this.waiting = Array.from({ length: partitions }, () => []);
    this.next = Array.from({ length: partitions }, () => 0);
  }

  async announce(): Promise<void> {
    for (let partition = 0; partition < this.partitions; partition += 1)
      await this.store.announcePartition(this.topic, partition);
  }

  /** Counts all of the site's events, which are newer than those before. */
  async add(site: EvenSite): Promise<void> {
    for (const { atMs, anonymousId, value } of evenEvents(site)) {
      const partition = visitorPartition(benchSite, anonymousId, this.partitions);
      const offset = this.next[partition] as number;
      this.next[partition] = offset + 1;
      const run = this.waiting[partition] as LogRecord[];
      run.push({ offset, timestampMs: atMs, value });
      if (run.length >= site.batchRecords) await this.count(partition);
    }
    for (let partition = 0; partition < this.partitions; partition += 1) await this.count(partition);
  }

  private async count(partition: number): Promise<void> {
    const run = this.waiting[partition] as LogRecord[];
    if (run.length === 0) return;
    this.waiting[partition] = [];
    const rules = {
      sites: { listed: new Set([benchSite]), defaultSite: benchSite },
      partitionCount: this.partitions,
      nonce: 'b3nchb3nchb3nchb3nch',
    };
    const shard = { topic: this.topic, generation: 1, partition };
    const outcome = await countRun(this.store, shard, run, rules);
    if (outcome.kind !== 'applied') throw new Error(`partition ${partition}: ${outcome.kind}`);
    this.counted += run.length;
  }
}
