/**
 * Counts one MSK event. Partitions are independent, so each goes as far as it can: a partition that is stopped or fails does not keep
 * the others from being counted. Which failed, and from where, is told to Lambda where it asks for it (partial batch responses), so that
 * these alone come again; else the invocation fails, and what had been counted of the batch is then a duplicate and changes nothing.
 */
import { type CountingRules, countRun } from '../../pipeline/counting/count-run';
import type { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { CommitStore } from '../../pipeline/store/store-port';
import { contiguousRuns, decodeMskEvent, type PartitionRecords } from '../../pipeline/stream/msk-event';
import { OutOfTimeError, type Progress, processPartitions } from '../partial-batch/partial-batch';
import type { WriteLog } from '../structured-log';

export interface Consumer {
  readonly store: CommitStore;
  readonly shards: ShardDirectory;
  readonly rules: CountingRules;
  readonly log: WriteLog;
}

/** Some partitions of the event were not counted to their end. Named one by one, so that a log line suffices. */
export class PartitionsFailedError extends Error {
  override readonly name = 'PartitionsFailedError';
  constructor(readonly failures: readonly PartitionFailure[]) {
    super(failures.map(({ partition, reason }) => `${partition}: ${reason}`).join('; '));
  }

  /** Each of these partitions had its line in the log when it stopped. */
  get isSaid(): boolean {
    return this.failures.every(({ isStopped }) => isStopped);
  }
}

export interface PartitionFailure {
  /** The event's own name of the partition: `clicks-0`. */
  readonly partition: string;
  /** First offset that was not counted; the partition must be delivered again from there. */
  readonly offset: number;
  /** It, and all that were delivered behind it. */
  readonly offsets: readonly number[];
  readonly reason: string;
  /** The partition is behind or torn: said when it stopped, and no retry mends it. */
  readonly isStopped: boolean;
}

/** The partition is behind or torn. */
class PartitionStoppedError extends Error {
  override readonly name = 'PartitionStoppedError';
}

/** Each has its look-up and commit under way; more would only wait for the processor, and begin without time to end. */
const partitionsAtATime = 8;

/** Partitions for which `behind` or `torn` has been said, with the `next` it was said of: one line, not one a retry. */
const said = new Map<string, number>();

function sayOnce(log: WriteLog, state: 'behind' | 'torn', name: string, next: number, offset: number): void {
  if (said.get(`${state} ${name}`) === next) return;
  said.set(`${state} ${name}`, next);
  const todo = state === 'behind' ? 'run repair' : 'rebuild the shard';
  log('error', `partition stopped: ${state}; ${todo}`, { partition: name, next, waitingFrom: offset });
}

async function countPartition(
  consumer: Consumer,
  batch: PartitionRecords,
  progress: Progress,
): Promise<void> {
  const { store, shards, rules, log } = consumer;
  const { topic, partition } = batch;
  for (const run of contiguousRuns(batch.records)) {
    if (progress.isOutOfTime) throw new OutOfTimeError();
    const offset = (run[0] as (typeof run)[number]).offset;
    const outcome = await shards.follow(topic, partition, (shard) => countRun(store, shard, run, rules));
    if (outcome.kind === 'behind') {
      await store.reportBehind(await shards.shardOf(topic, partition), outcome.first, Date.now());
      // A store that lost everything has lost its list of partitions too, and nobody would read the report.
      await store.announcePartition(topic, partition);
    }
    if (outcome.kind === 'behind' || outcome.kind === 'torn') {
      sayOnce(log, outcome.kind, batch.name, outcome.next, offset);
      throw new PartitionStoppedError(`${outcome.kind} at offset ${outcome.next}`);
    }
    progress.advanceTo(offset + run.length);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PartitionStoppedError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}

/**
 * Counts all partitions of the event, and answers which were not counted to their end. `remainingMs`: until the invocation is ended;
 * default: no end. Throws MskEventError where it is no MSK event.
 */
export async function countEvent(
  consumer: Consumer,
  event: unknown,
  remainingMs?: () => number,
): Promise<readonly PartitionFailure[]> {
  const failures = await processPartitions(
    decodeMskEvent(event),
    (batch, progress) => countPartition(consumer, batch as PartitionRecords, progress),
    { remainingMs, concurrency: partitionsAtATime },
  );
  return failures.map(({ partition, offset, offsets, error }) => ({
    partition,
    offset,
    offsets,
    reason: reasonOf(error),
    isStopped: error instanceof PartitionStoppedError,
  }));
}

/** As countEvent, but throws PartitionsFailedError where any partition was not counted whole: the whole batch comes again. */
export async function consumeEvent(
  consumer: Consumer,
  event: unknown,
  remainingMs?: () => number,
): Promise<void> {
  const failures = await countEvent(consumer, event, remainingMs);
  if (failures.length > 0) throw new PartitionsFailedError(failures);
}
