/**
 * The audit: an independent recount of the topic, compared cell by cell with the store. It shares event types, validation
 * and the making of connections with the pipeline, and nothing else: its own key names, digests, buckets, partitioner and
 * log reader. Each shard is read at one instant together with its `next`, and recounted up to there; so it may run
 * while events flow.
 */
import { randomBytes } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Kafka } from 'kafkajs';
import type { LogRecord } from '../pipeline/core/event';
import type { SiteRules } from '../pipeline/core/validation';
import { auditedRange, type ComparedTimes, comparedTimes, numberIn } from './audited-range';
import { compareShard } from './compare-shard';
import type { Comparison } from './comparison';
import { bucketName } from './key-names';
import { placement } from './placement';
import { readLog } from './read-log';
import { Scratch } from './scratch';
import { ShardRecount } from './shard-recount';
import { readStoredShard, type StoredShard } from './stored-shard';

export interface AuditOptions {
  readonly kafka: Kafka;
  readonly redis: Redis | Cluster;
  readonly topic: string;
  readonly sites: SiteRules;
}

export interface AuditReport {
  readonly shards: number;
  /** Partitions of which nothing is counted yet. */
  readonly uncounted: readonly number[];
  readonly records: number;
  /** Undefined where nothing was recounted. */
  readonly compared: ComparedTimes | undefined;
  /** Spent on reading and recounting the log. */
  readonly recountMs: number;
  readonly comparisons: readonly Comparison[];
}

/** The log's start moved while it was read. */
export class LogMovedError extends Error {
  override readonly name = 'LogMovedError';
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

async function readBounds(kafka: Kafka, topic: string): Promise<Map<number, Bounds>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const rows = await admin.fetchTopicOffsets(topic);
    return new Map(
      rows.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    );
  } finally {
    await admin.disconnect();
  }
}

async function readShards(
  { redis, topic }: AuditOptions,
  partitions: readonly number[],
): Promise<readonly StoredShard[]> {
  const generation = Number((await redis.hget(`{${topic}}:topology`, 'generation')) ?? 1);
  const shards: StoredShard[] = [];
  for (const partition of partitions) shards.push(await readStoredShard(redis, topic, generation, partition));
  return shards;
}

function planOf(
  { sites, topic }: AuditOptions,
  stored: StoredShard,
  low: number,
  partitionCount: number,
): ShardRecount {
  const start = numberIn(stored.state, 'start');
  const from = Math.max(start, low);
  const known = stored.values.get('sites');
  const sealed = new Set<string>();
  for (const [name, value] of stored.values) {
    if (value.type === 'hash' && value.fields.has('visitors')) sealed.add(name);
  }
  return new ShardRecount({
    partition: stored.partition,
    from,
    next: numberIn(stored.state, 'next'),
    finalLogTimeMs: numberIn(stored.state, 'logTime'),
    sites,
    knownSites: from > start && known?.type === 'set' ? known.members : new Set(),
    partitionOf: placement(topic, partitionCount),
    isSealed: (siteId, bucket) => {
      const [code = '', startMs] = bucket.split(':');
      return sealed.has(bucketName(code, siteId, Number(startMs)));
    },
    nonce: randomBytes(16).toString('hex'),
  });
}

async function recountLog(
  { kafka, topic }: AuditOptions,
  scratch: Scratch,
  recounts: ReadonlyMap<number, ShardRecount>,
  bounds: ReadonlyMap<number, Bounds>,
): Promise<void> {
  const ends = new Map<number, number>();
  for (const [partition, { plan }] of recounts) {
    // Beyond the log's end nothing can be read; that the store counted it is a difference of its own.
    const end = Math.min(plan.next, bounds.get(partition)?.high ?? 0);
    if (end > plan.from) ends.set(partition, end);
  }
  await readLog(kafka, topic, ends, async (partition: number, records: readonly LogRecord[]) => {
    const recount = recounts.get(partition);
    recount?.add(records);
    await recount?.settle(scratch);
  });
  for (const [partition, { low }] of await readBounds(kafka, topic)) {
    const plan = recounts.get(partition)?.plan;
    if (plan !== undefined && low > plan.from) {
      throw new LogMovedError(
        `partition ${partition}: the log's start moved to ${low} meanwhile; run it again`,
      );
    }
  }
}

/** Throws LogMovedError, LogSilentError, ShardBusyError, and what Kafka and Redis throw. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const partitions = [...(await readBounds(options.kafka, options.topic)).keys()].sort((a, b) => a - b);
  const shards = await readShards(options, partitions);
  // After the shards: while events flow, an end that was read before them would lie below what they have counted.
  const bounds = await readBounds(options.kafka, options.topic);
  const counted = shards.filter(({ state }) => state.has('next'));
  const recounts = new Map(
    counted.map((stored) => {
      const low = bounds.get(stored.partition)?.low ?? 0;
      return [stored.partition, planOf(options, stored, low, bounds.size)];
    }),
  );
  const scratch = new Scratch(options.redis, options.topic);
  const startedMs = Date.now();
  await recountLog(options, scratch, recounts, bounds);
  const recountMs = Date.now() - startedMs;
  const comparisons: Comparison[] = [];
  for (const stored of counted) {
    const recount = recounts.get(stored.partition) as ShardRecount;
    const logEnd = bounds.get(stored.partition)?.high ?? 0;
    comparisons.push(await compareShard(scratch, recount, stored, bounds.size, logEnd));
  }
  return {
    shards: counted.length,
    uncounted: shards.filter(({ state }) => !state.has('next')).map(({ partition }) => partition),
    records: [...recounts.values()].reduce((sum, { records }) => sum + records, 0),
    compared: comparedTimes(
      counted.map((stored) => {
        const recount = recounts.get(stored.partition) as ShardRecount;
        return { recount, range: auditedRange(recount, stored) };
      }),
    ),
    recountMs,
    comparisons,
  };
}
