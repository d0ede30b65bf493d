/** Snapshots as the dashboard's handler answers them, packed for the wire, out of a store that this program has filled. */
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '../../pipeline/core/event';
import { DAY_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { type DashboardSnapshot, SNAPSHOT_WINDOWS, type SnapshotWindow } from '../../pipeline/core/snapshot';
import { countRun } from '../../pipeline/counting/count-run';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { benchSite, simulateLog } from '../simulated-log';
import { answer } from './answer';
import { dashboardOf, type ReadSample, readOnce } from './read-once';

export interface ReadQuestion {
  readonly redisUrl: string;
  /** One that has no shard yet. */
  readonly topic: string;
  readonly events: number;
  /** Snapshots of each window, cold and warm each. */
  readonly reads: number;
}

export interface WindowReads {
  readonly window: SnapshotWindow;
  /** By a store object that has read nothing yet; code and connection are warm. */
  readonly cold: readonly ReadSample[];
  /** A second later each, while every shard goes on being written to. */
  readonly warm: readonly ReadSample[];
  readonly gzipBytes: number;
}

const partitions = 8;
const runRecords = 2_000;
/** Half of the log is of the last half hour, the other half is spread over the month before: all windows have something to show. */
const recentMs = 30 * MINUTE_MS;
const historyMs = 30 * DAY_MS;
/** Written to all shards together between two warm reads: what a second of a modest site brings. */
const recordsBetween = 80;

const rules = {
  sites: { listed: new Set([benchSite]), defaultSite: benchSite },
  partitionCount: partitions,
  nonce: 'b3nchb3nchb3nchb3nch',
};

class Filler {
  private readonly store: RedisCommitStore;
  private readonly log: LogRecord[][];
  private readonly next: number[] = Array.from({ length: partitions }, () => 0);

  /** `further`: records that are not written yet, for `writeMore`, at one second's distance for each call. */
  constructor(
    redis: RedisClient,
    private readonly topic: string,
    endMs: number,
    records: number,
    calls: number,
  ) {
    this.store = new RedisCommitStore(redis);
    const old = Math.floor(records / 2);
    const timeMs = (i: number): number => {
      if (i < old) return Math.floor(endMs - historyMs + ((historyMs - recentMs) * i) / old);
      if (i < records) return Math.floor(endMs - recentMs + (recentMs * (i - old)) / (records - old));
      return endMs + 1_000 * Math.floor((i - records) / recordsBetween);
    };
    this.log = simulateLog({
      partitions,
      records: records + calls * recordsBetween,
      eventsPerSecond: Math.max(10, records / (2 * (recentMs / 1_000))),
      timeMs,
    });
  }

  /** Records that are counted by now. */
  get counted(): number {
    return this.next.reduce((sum, next) => sum + next, 0);
  }

  /** Counts what was written up to `timeMs`. */
  async countUntil(timeMs: number): Promise<void> {
    for (const [partition, records] of this.log.entries()) {
      const shard = { topic: this.topic, generation: 1, partition };
      if (this.next[partition] === 0) await this.store.announcePartition(this.topic, partition);
      for (let run = this.cut(partition, timeMs); run.length > 0; run = this.cut(partition, timeMs)) {
        await countRun(this.store, shard, run, rules);
        this.next[partition] = (run.at(-1)?.offset ?? records.length) + 1;
      }
    }
  }

  private cut(partition: number, timeMs: number): LogRecord[] {
    const from = this.next[partition] as number;
    const run = (this.log[partition] as LogRecord[]).slice(from, from + runRecords);
    return run.filter((record) => record.timestampMs <= timeMs);
  }
}

/** What is read fast must also be right. */
function requireWhole(packed: Buffer, counted: number): void {
  const { consumed } = (JSON.parse(gunzipSync(packed).toString()) as DashboardSnapshot).ledger;
  if (consumed !== counted) throw new Error(`${consumed} records are shown, ${counted} counted`);
}

answer<ReadQuestion, readonly WindowReads[]>(async ({ redisUrl, topic, events, reads }) => {
  const redis = connectRedis(redisUrl);
  let nowMs = Date.now();
  const filler = new Filler(redis, topic, nowMs, events, SNAPSHOT_WINDOWS.length * reads);
  await filler.countUntil(nowMs);
  // For the compiler, and not measured.
  for (const window of SNAPSHOT_WINDOWS) await readOnce(redis, dashboardOf(redis, topic), window, nowMs);
  const windows: WindowReads[] = [];
  for (const window of SNAPSHOT_WINDOWS) {
    const cold: ReadSample[] = [];
    for (let i = 0; i < reads; i += 1)
      cold.push(await readOnce(redis, dashboardOf(redis, topic), window, nowMs));
    const dashboard = dashboardOf(redis, topic);
    const warm: ReadSample[] = [];
    let { packed } = await readOnce(redis, dashboard, window, nowMs);
    for (let i = 0; i < reads; i += 1) {
      nowMs += 1_000;
      await filler.countUntil(nowMs);
      const { packed: newest, ...sample } = await readOnce(redis, dashboard, window, nowMs);
      warm.push(sample);
      packed = newest;
    }
    requireWhole(packed, filler.counted);
    windows.push({ window, cold, warm, gzipBytes: packed.length });
  }
  redis.disconnect();
  return windows;
});
