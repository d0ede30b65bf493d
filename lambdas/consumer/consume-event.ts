/**
 * Counts one MSK event. Partitions are independent, so each goes as far as it can: a partition that is stopped or fails
 * does not keep the others from being counted. If any failed, the invocation fails and the whole batch is delivered
 * again; what had been counted is then a duplicate and changes nothing.
 */
import { type CountingRules, countRun } from '../../pipeline/counting/count-run';
import type { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore } from '../../pipeline/store/store-port';
import { contiguousRuns, decodeMskEvent, type PartitionRecords } from '../../pipeline/stream/msk-event';
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
  readonly reason: string;
  /** The partition is behind or torn: said when it stopped, and no retry mends it. */
  readonly isStopped: boolean;
}

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
): Promise<PartitionFailure | undefined> {
  const { store, rules, log } = consumer;
  let offset = batch.records[0]?.offset ?? 0;
  const failure = (reason: string, isStopped: boolean): PartitionFailure => ({
    partition: batch.name,
    offset,
    reason,
    isStopped,
  });
  try {
    const shard: ShardId = await consumer.shards.shardOf(batch.topic, batch.partition);
    for (const run of contiguousRuns(batch.records)) {
      offset = run[0]?.offset ?? offset;
      const outcome = await countRun(store, shard, run, rules);
      if (outcome.kind === 'behind') {
        await store.reportBehind(shard, outcome.first, Date.now());
        // A store that lost everything has lost its list of partitions too, and nobody would read the report.
        await store.announcePartition(batch.topic, batch.partition);
      }
      if (outcome.kind === 'behind' || outcome.kind === 'torn') {
        sayOnce(log, outcome.kind, batch.name, outcome.next, offset);
        return failure(`${outcome.kind} at offset ${outcome.next}`, true);
      }
    }
    return undefined;
  } catch (error) {
    return failure(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error', false);
  }
}

/** Counts all partitions of the event. Throws MskEventError, and PartitionsFailedError where any was not counted whole. */
export async function consumeEvent(consumer: Consumer, event: unknown): Promise<void> {
  const batches = decodeMskEvent(event);
  const failures = await Promise.all(batches.map((batch) => countPartition(consumer, batch)));
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length > 0) throw new PartitionsFailedError(failed);
}
