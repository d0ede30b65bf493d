/**
 * The audit: an independent recount of the topic, compared cell by cell with the store. It shares event types, validation
 * and the making of connections with the pipeline, and nothing else: its own key names, digests, buckets, partitioner and
 * log reader. One shard after another is read at one instant together with its `next`, recounted up to there, compared and
 * let go; so it may run while events flow, and needs the memory of one shard.
 */
import type { Cluster, Redis } from 'ioredis';
import type { Kafka } from 'kafkajs';
import type { SiteRules } from '../pipeline/core/validation';
import { type AuditFilter, isOfEverything, readFromMs } from './audit-filter';
import { auditShard, type ShardAudit } from './audit-shard';
import { type ComparedTimes, comparedTimes } from './audited-range';
import type { Comparison } from './comparison';
import { LogMovedError, LogReader } from './log-reader';
import { Scratch } from './scratch';

export interface AuditOptions {
  readonly kafka: Kafka;
  readonly redis: Redis | Cluster;
  readonly topic: string;
  readonly sites: SiteRules;
  /** Default: everything. */
  readonly filter?: AuditFilter;
  /** Told after each shard how many have been compared, of how many. */
  readonly onShard?: (compared: number, of: number) => void;
}

export interface AuditReport {
  readonly filter: AuditFilter;
  readonly shards: number;
  /** Partitions of which nothing is counted yet. */
  readonly uncounted: readonly number[];
  readonly records: number;
  /** Undefined where nothing was recounted. */
  readonly compared: ComparedTimes | undefined;
  /** Spent on reading and recounting the log. */
  readonly recountMs: number;
  /** All in all. */
  readonly elapsedMs: number;
  readonly comparisons: readonly Comparison[];
}

/** The topic has no such partition. */
export class NoSuchPartitionError extends Error {
  override readonly name = 'NoSuchPartitionError';
}

/** A log whose head is being deleted may outrun the reading of one shard; hardly thrice. */
const attemptsMax = 3;
/** A node of Redis that is gone is replaced within seconds; the shard is then read from its beginning. */
const failOverMsMax = 30_000;
const failOverPauseMs = 1_000;

function choosePartitions({ topic, filter = {} }: AuditOptions, all: readonly number[]): readonly number[] {
  const wanted = [...(filter.partitions ?? all)].sort((a, b) => a - b);
  const missing = wanted.find((partition) => !all.includes(partition));
  if (missing === undefined) return wanted;
  throw new NoSuchPartitionError(`topic ${topic} has no partition ${missing}; it has ${all.length}`);
}

/** What ioredis says of a node that is gone, or is not yet what the others take it for. */
function isFailOver(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    /^(MaxRetriesPerRequestError|ClusterAllFailedError)$/.test(name) ||
    /^(Connection is closed|Command timed out|CLUSTERDOWN|LOADING|READONLY)/.test(message)
  );
}

async function auditPatiently(audit: () => Promise<ShardAudit>): Promise<ShardAudit> {
  const deadlineMs = performance.now() + failOverMsMax;
  for (let moved = 0; ; ) {
    try {
      return await audit();
    } catch (error) {
      if (isFailOver(error) && performance.now() < deadlineMs) {
        await new Promise((resolve) => setTimeout(resolve, failOverPauseMs));
        continue;
      }
      moved += 1;
      if (!(error instanceof LogMovedError) || moved >= attemptsMax) throw error;
    }
  }
}

async function auditShards(options: AuditOptions, reader: LogReader): Promise<ShardAudit[]> {
  const { filter = {}, redis, topic } = options;
  const all = [...(await reader.bounds()).keys()];
  const wanted = choosePartitions(options, all);
  const fromMs = readFromMs(filter);
  const offsets = fromMs === undefined ? new Map<number, number>() : await reader.offsetsAt(fromMs);
  const scratch = new Scratch(redis, topic);
  const audits: ShardAudit[] = [];
  for (const partition of wanted) {
    const given = { ...options, filter, reader, scratch, partition, partitionCount: all.length };
    audits.push(await auditPatiently(() => auditShard({ ...given, readFrom: offsets.get(partition) ?? 0 })));
    options.onShard?.(audits.length, wanted.length);
  }
  return audits;
}

/** Throws NoSuchPartitionError, LogMovedError, LogSilentError, ShardBusyError, and what Kafka and Redis throw. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const startedMs = performance.now();
  const reader = new LogReader(options.kafka, options.topic);
  try {
    const audits = await auditShards(options, reader);
    const counted = audits.filter(({ comparison }) => comparison !== undefined);
    const report: AuditReport = {
      filter: options.filter ?? {},
      shards: counted.length,
      uncounted: audits
        .filter(({ comparison }) => comparison === undefined)
        .map(({ partition }) => partition),
      records: counted.reduce((sum, { times }) => sum + (times?.records ?? 0), 0),
      compared: comparedTimes(counted.flatMap(({ times }) => times ?? [])),
      recountMs: counted.reduce((sum, { recountMs }) => sum + recountMs, 0),
      elapsedMs: performance.now() - startedMs,
      comparisons: counted.flatMap(({ comparison }) => comparison ?? []),
    };
    const isClean = report.comparisons.every(({ differences }) => differences.length === 0);
    if (isClean && isOfEverything(report.filter)) for (const { keepBase } of counted) await keepBase?.();
    return report;
  } finally {
    await reader.close();
  }
}
