/** What the store's scripts cost Redis: full batches of one partition through the handler, Redis asked before and after each call. */
import { type Consumer, consumeEvent } from '../../lambdas/consumer/consume-event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { usedSeconds } from '../redis-time';
import { benchSite, medianViewBytes } from '../simulated-log';
import { answer } from './answer';
import { batchesOf, simulatePartition } from './batches';
import { readScriptCall, type ScriptCall } from './script-call';

export interface CommitQuestion {
  readonly redisUrl: string;
  /** One that has no shard yet. */
  readonly topic: string;
  readonly events: number;
  readonly batchRecords: number;
}

export interface CommitAnswer {
  readonly commitBytes: number;
  readonly commitUs: number;
  readonly lookUpBytes: number;
  readonly lookUpUs: number;
  /** Mean time that one commit keeps Redis from everything else. */
  readonly commitMs: number;
  readonly commitsPerBatch: number;
  readonly viewBytes: number;
}

interface Cost {
  calls: number;
  bytes: number;
  seconds: number;
}

/** Passes the store's calls on to Redis, one at a time, and notes what each costs there. */
class WeighedRedis {
  readonly costs: Readonly<Record<ScriptCall['script'], Cost>> = {
    'look-up': { calls: 0, bytes: 0, seconds: 0 },
    commit: { calls: 0, bytes: 0, seconds: 0 },
    other: { calls: 0, bytes: 0, seconds: 0 },
  };

  constructor(private readonly redis: RedisClient) {}

  hmget(key: string, ...fields: string[]): Promise<(string | null)[]> {
    return this.redis.hmget(key, ...fields);
  }

  async callBuffer(command: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    const { script, bytes } = readScriptCall([command, ...args]);
    const cost = this.costs[script];
    const first = await usedSeconds(this.redis);
    const before = await usedSeconds(this.redis);
    const answered = await this.redis.callBuffer(command, ...args);
    const after = await usedSeconds(this.redis);
    // Between two questions lies what one of them costs: that is not the script's.
    cost.seconds += after - before - (before - first);
    cost.bytes += bytes;
    cost.calls += 1;
    return answered;
  }
}

answer<CommitQuestion, CommitAnswer>(async ({ redisUrl, topic, events, batchRecords }) => {
  const log = simulatePartition(events);
  const batches = batchesOf(topic, log, batchRecords);
  const redis = connectRedis(redisUrl);
  const weighed = new WeighedRedis(redis);
  const store = new RedisCommitStore(weighed as unknown as RedisClient);
  const rules = {
    sites: { listed: new Set([benchSite]), defaultSite: benchSite },
    partitionCount: 1,
    nonce: 'b3nchb3nchb3nchb3nch',
  };
  const consumer: Consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
  for (const { event } of batches) await consumeEvent(consumer, event);
  redis.disconnect();
  const { commit, 'look-up': lookUp } = weighed.costs;
  return {
    commitBytes: commit.bytes / log.length,
    commitUs: (commit.seconds * 1e6) / log.length,
    lookUpBytes: lookUp.bytes / log.length,
    lookUpUs: (lookUp.seconds * 1e6) / log.length,
    commitMs: (commit.seconds * 1e3) / commit.calls,
    commitsPerBatch: commit.calls / batches.length,
    viewBytes: medianViewBytes(log),
  };
});
