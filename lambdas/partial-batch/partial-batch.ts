/**
 * Processes a Kafka batch so that one bad partition never holds up the others, and answers Lambda which partitions to deliver again and
 * from where. Reusable: it knows nothing of clickstream (docs/partial-batch.md).
 *
 * Kafka knows no acknowledgement of single records: a consumer group has one offset for each partition. So a partition is processed in
 * order and stops at its first failure; what lies behind that is not begun. All of it is reported, record by record: so the answer is
 * right whether Lambda delivers again "just those specific items", as its guide says for Kafka, or everything from the first of
 * them on, as it does for Kinesis.
 */

export interface PartitionBatch<R> {
  /** The event's own name of it, which the answer must repeat: `clicks-0`. */
  readonly name: string;
  /** In offset order, as Lambda delivers them. */
  readonly records: readonly R[];
}

export interface HasOffset {
  readonly offset: number;
}

/** How far one partition is. */
export interface Progress {
  /** Everything below this offset is done. Later calls must not go back; RangeError where one does. */
  advanceTo(nextOffset: number): void;
  /** True where there is no time left to begin anything more: throw OutOfTimeError, and the rest is reported. */
  readonly isOutOfTime: boolean;
}

/** Processes one partition. Throws where it cannot go on: the partition is reported from where `progress` is. */
export type ProcessPartition<R> = (batch: PartitionBatch<R>, progress: Progress) => Promise<void>;

export interface PartialBatchOptions {
  /** Milliseconds until Lambda ends the invocation: `context.getRemainingTimeInMillis`. Default: no end. */
  readonly remainingMs?: (() => number) | undefined;
  /** With less time left than this nothing is begun, and what still runs is waited for no longer, milliseconds. Default 1,000. */
  readonly reserveMs?: number | undefined;
  /** Partitions that are processed at a time, at least 1. Default: all. */
  readonly concurrency?: number | undefined;
}

export interface PartitionFailure {
  /** The event's own name of the partition. */
  readonly partition: string;
  /** First offset that is not done. */
  readonly offset: number;
  /** It, and all that were delivered behind it. At least one. */
  readonly offsets: readonly number[];
  /** What was thrown; OutOfTimeError where there was no time to begin, or to go on. */
  readonly error: unknown;
}

/** There was no time left. What was not begun is reported, and comes again in an invocation with time of its own. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
  constructor() {
    super('no time left in this invocation');
  }
}

/** What Lambda wants to be answered (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html). */
export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly {
    readonly itemIdentifier: { readonly partition: string; readonly offset: number };
  }[];
}

const reserveMsByDefault = 1_000;

/** Every partition as far as it can go. Rejects never, for whatever is thrown by whichever partition. Failures are in the event's order. */
export async function processPartitions<R extends HasOffset>(
  batches: readonly PartitionBatch<R>[],
  process: ProcessPartition<R>,
  options: PartialBatchOptions = {},
): Promise<readonly PartitionFailure[]> {
  const { concurrency = batches.length, reserveMs = reserveMsByDefault, remainingMs } = options;
  const spareMs = (): number => (remainingMs?.() ?? Number.POSITIVE_INFINITY) - reserveMs;
  const failures: (PartitionFailure | undefined)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < batches.length) {
      const index = next++;
      failures[index] = await processOne(batches[index] as PartitionBatch<R>, process, spareMs);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, batches.length)) }, work));
  return failures.filter((failure) => failure !== undefined);
}

/** Rejects with OutOfTimeError where the work is not over by then. It may go on, as the late twin of what comes again. */
async function endsWithin(work: Promise<void>, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) return work;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTimeError()), ms);
  });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

async function processOne<R extends HasOffset>(
  batch: PartitionBatch<R>,
  process: ProcessPartition<R>,
  spareMs: () => number,
): Promise<PartitionFailure | undefined> {
  const [first] = batch.records;
  if (first === undefined) return undefined;
  let offset = first.offset;
  try {
    if (spareMs() < 0) throw new OutOfTimeError();
    const work = process(batch, {
      advanceTo: (nextOffset) => {
        if (nextOffset < offset)
          throw new RangeError(`${batch.name}: ${nextOffset} is below ${offset}, which is done`);
        offset = nextOffset;
      },
      get isOutOfTime() {
        return spareMs() < 0;
      },
    });
    await endsWithin(work, spareMs());
    return undefined;
  } catch (error) {
    const offsets = undone(batch.records, offset);
    return { partition: batch.name, offset: offsets[0] as number, offsets, error };
  }
}

/** Those that were delivered: Lambda takes any other offset for a malformed answer. Of a partition that failed at its very end, the last. */
function undone(records: readonly HasOffset[], offset: number): readonly number[] {
  const offsets = records.map((record) => record.offset);
  const rest = offsets.filter((one) => one >= offset);
  return rest.length > 0 ? rest : offsets.slice(-1);
}

/** For functions that take one record at a time. */
export function recordByRecord<R extends HasOffset>(
  processRecord: (record: R, batch: PartitionBatch<R>) => Promise<void> | void,
): ProcessPartition<R> {
  return async (batch, progress) => {
    for (const record of batch.records) {
      if (progress.isOutOfTime) throw new OutOfTimeError();
      await processRecord(record, batch);
      progress.advanceTo(record.offset + 1);
    }
  };
}

/** The partitions of an event as Lambda sends it: `{ records: { "clicks-0": [...] } }`. */
export function partitionsOf<R>(event: {
  readonly records: Readonly<Record<string, readonly R[]>>;
}): readonly PartitionBatch<R>[] {
  return Object.entries(event.records).map(([name, records]) => ({ name, records }));
}

export function batchResponse(
  failures: readonly Pick<PartitionFailure, 'partition' | 'offsets'>[],
): KafkaBatchResponse {
  return {
    batchItemFailures: failures.flatMap(({ partition, offsets }) =>
      offsets.map((offset) => ({ itemIdentifier: { partition, offset } })),
    ),
  };
}
