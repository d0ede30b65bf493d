/**
 * Fills what is missing in one shard: reads it straight from the log and counts it in order, in chunks, by the same fold and
 * the same script as the consumer. Safe beside a running consumer: whoever comes second finds a duplicate or an overlap.
 */
import { type CountingRules, countRun } from '../../pipeline/counting/count-run';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore } from '../../pipeline/store/store-port';
import type { LogSource } from '../../pipeline/stream/log-source';
import type { PartitionLog } from '../../pipeline/stream/partition-log';
import { type OffsetRange, readLog } from '../../pipeline/stream/range-read';
import type { MissingOffsets } from './repair-need';
import type { RepairOutcome } from './repair-outcome';

export interface Repairer {
  readonly logs: LogSource;
  readonly store: CommitStore;
  readonly rules: CountingRules;
}

/** The shard was closed meanwhile: what is missing is missing in the generation that it was moved to. */
export class ShardMovedError extends Error {
  override readonly name = 'ShardMovedError';
  readonly kind = 'moved';
  constructor(readonly generation: number) {
    super(`the shard was moved to generation ${generation}`);
  }
}

/** The shard cannot be repaired further; the message is the reason that the outcome tells. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

export interface Tally {
  to: number;
  records: number;
  empty: number;
  lost: number;
}

/** Moves `next` over offsets without records, also where a racing commit has moved it part of the way. */
async function passOver(
  store: CommitStore,
  shard: ShardId,
  range: OffsetRange,
  as: 'empty' | 'lost',
): Promise<void> {
  let from = range.from;
  while (from < range.to) {
    const outcome = await store.passOver(shard, from, range.to, as);
    if (outcome.kind === 'moved') throw new ShardMovedError(outcome.generation);
    if (outcome.kind === 'behind') throw new StoppedError(`the store fell back to offset ${outcome.next}`);
    if (outcome.kind === 'torn') throw new StoppedError('a commit broke off half-way');
    if (outcome.next <= from) throw new StoppedError(`the store stays at offset ${outcome.next}`);
    from = outcome.next;
  }
}

/** Log time of the first record from the offset on, since when the shard counts; 0 where the log is empty. */
export async function firstLogTime(log: PartitionLog, offset: number): Promise<number> {
  const { logEnd } = await log.bounds();
  for (let from = offset; from < logEnd; ) {
    const fetched = await log.fetch(from);
    const first = fetched?.records[0];
    if (first !== undefined) return first.timestampMs;
    if (fetched === undefined || fetched.provenTo === from) return 0;
    from = fetched.provenTo;
  }
  return 0;
}

/** Counts offsets `range` of the shard as far as the log can be read; answers how far. Throws what the store and Kafka throw, ShardMovedError, StoppedError. */
export async function fill(
  { store, rules }: Repairer,
  log: PartitionLog,
  shard: ShardId,
  range: OffsetRange,
  tally: Tally,
): Promise<number> {
  const read = await readLog(
    log,
    range.from,
    range.to,
    async (records) => {
      const outcome = await countRun(store, shard, records, rules);
      if (outcome.kind === 'moved') throw new ShardMovedError(outcome.generation);
      if (outcome.kind === 'behind') throw new StoppedError(`the store fell back to offset ${outcome.next}`);
      if (outcome.kind === 'torn') throw new StoppedError('a commit broke off half-way');
      tally.records += records.length;
      tally.to = outcome.next;
    },
    async (kind, gap) => {
      await passOver(store, shard, gap, kind);
      tally[kind] += gap.to - gap.from;
      tally.to = gap.to;
    },
  );
  return read.reachedOffset;
}

/** Counts what is missing. Throws nothing but ShardMovedError: what goes wrong else is the outcome's reason. */
export async function repairShard(
  repairer: Repairer,
  shard: ShardId,
  { range, goOnTo, mustInitialise }: MissingOffsets,
): Promise<RepairOutcome> {
  const tally: Tally = { to: range.from, records: 0, empty: 0, lost: 0 };
  const work = (): { partition: number; from: number } & Tally => ({
    partition: shard.partition,
    from: range.from,
    ...tally,
  });
  let log: PartitionLog | undefined;
  try {
    log = await repairer.logs.open(shard.topic, shard.partition);
    if (mustInitialise) {
      await repairer.store.initialise(shard, range.from, await firstLogTime(log, range.from));
    }
    const reached = await fill(repairer, log, shard, range, tally);
    if (reached < range.to) throw new StoppedError(`the log gave nothing beyond offset ${reached}`);
    if (goOnTo > reached) await fill(repairer, log, shard, { from: reached, to: goOnTo }, tally);
    return { kind: 'repaired', ...work() };
  } catch (error) {
    if (error instanceof ShardMovedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason, ...work() };
  } finally {
    await log?.close();
  }
}
