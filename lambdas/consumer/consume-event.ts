/**
 * Counts one MSK event. Partitions are independent, so each goes as far as it can: a partition that is stopped or fails does not keep
 * the others from being counted. Which failed, and from where, is told to Lambda where it asks for it (partial batch responses), so that
 * these alone come again; else the invocation fails, and what had been counted of the batch is then a duplicate and changes nothing.
 */
import { type CountingRules, countRun, isRecordsFault } from '../../pipeline/counting/count-run';
import type { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { CommitStore } from '../../pipeline/store/store-port';
import { contiguousRuns, decodeMskEvent, type PartitionRecords } from '../../pipeline/stream/msk-event';
import { OutOfTimeError, type Progress, processPartitions } from '../partial-batch/partial-batch';
import type { WriteLog } from '../structured-log';
import type { RepairCalls } from './repair-calls';
import { type Stop, stopLogOf } from './stop-log';

export interface Consumer {
  readonly store: CommitStore;
  readonly shards: ShardDirectory;
  readonly rules: CountingRules;
  readonly log: WriteLog;
  /** Undefined: repair is not called; its schedule repairs. */
  readonly repairCalls?: RepairCalls | undefined;
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
  /** The partition has stopped: said when it did, and no retry mends it. */
  readonly isStopped: boolean;
}

/** The partition goes on by repair or rebuild alone. */
class PartitionStoppedError extends Error {
  override readonly name = 'PartitionStoppedError';
}

/** Each has its look-up and commit under way; more would only wait for the processor, and begin without time to end. */
const partitionsAtATime = 8;

/** Leaves a note for repair and the page that everything below `waitingFrom` is repair's, and calls it. */
async function callRepair(
  { store, shards, repairCalls }: Consumer,
  { name, topic, partition }: PartitionRecords,
  stopped: { readonly next: number; readonly waitingFrom: number },
): Promise<void> {
  // A store that lost its newest writes may have lost the switch to the generation that this process has in mind, and one that lost
  // everything its list of partitions: both are asked for anew, or nobody would read the report, nor this process ever find back.
  shards.forget(topic, partition);
  // Between closing and switch, the shard that is named is closed already, and the batch waits in the one that it was moved to.
  const { shard } = await shards.follow(topic, partition, async (named) => {
    const { movedTo } = await store.lookUp(named, 0, []);
    if (movedTo !== undefined) return { kind: 'moved' as const, generation: movedTo };
    return { kind: 'open' as const, shard: named };
  });
  await store.reportBehind(shard, stopped.waitingFrom, Date.now());
  await repairCalls?.ask(name, partition, stopped.next);
}

type Run = PartitionRecords['records'];

/** Counts a contiguous run. Throws PartitionStoppedError, and StoreError. */
async function countOrStop(consumer: Consumer, batch: PartitionRecords, run: Run): Promise<void> {
  const { store, shards, rules, log } = consumer;
  const first = (run[0] as Run[number]).offset;
  const stop = async (kind: Stop, next: number, waitingFrom: number): Promise<never> => {
    stopLogOf(log).say(kind, batch.name, next, first);
    if (kind === 'behind' || kind === 'refused') await callRepair(consumer, batch, { next, waitingFrom });
    throw new PartitionStoppedError(`${kind} at offset ${next}`);
  };
  try {
    const { topic, partition } = batch;
    let foreignAt: number | undefined;
    const watching = {
      ...rules,
      onForeign: (next: number) => {
        foreignAt = next;
      },
    };
    const outcome = await shards.follow(topic, partition, (shard) => countRun(store, shard, run, watching));
    if (foreignAt !== undefined) await consumer.repairCalls?.ask(batch.name, partition, foreignAt);
    if (outcome.kind === 'behind') await stop('behind', outcome.next, outcome.first);
    if (outcome.kind === 'torn' || outcome.kind === 'wrong_log')
      await stop(outcome.kind, outcome.next, first);
  } catch (error) {
    if (error instanceof PartitionStoppedError || !isRecordsFault(error)) throw error;
    await stop('refused', first, first + run.length);
  }
}

async function countPartition(
  consumer: Consumer,
  batch: PartitionRecords,
  progress: Progress,
): Promise<void> {
  for (const run of contiguousRuns(batch.records)) {
    if (progress.isOutOfTime) throw new OutOfTimeError();
    await countOrStop(consumer, batch, run);
    progress.advanceTo((run[0] as Run[number]).offset + run.length);
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
