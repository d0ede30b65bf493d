/**
 * Fills what is missing in one shard: reads it straight from the log and counts it in order, in chunks, by the same fold and
 * the same script as the consumer. Safe beside a running consumer: whoever comes second finds a duplicate or an overlap.
 */
import type { CountingRules } from '../../pipeline/counting/count-run';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore } from '../../pipeline/store/store-port';
import type { LogSource } from '../../pipeline/stream/log-source';
import type { PartitionLog } from '../../pipeline/stream/partition-log';
import { type OffsetRange, readLog } from '../../pipeline/stream/range-read';
import { countByHalving } from './count-halving';
import type { MissingOffsets } from './repair-need';
import type { RepairOutcome } from './repair-outcome';

/**
 * Who is at work on a shard. Several repairs of one shard do no harm, but each would read and fold the same records; so a run leaves
 * to another what that is at already. It is advice and no lock: counts do not depend on it.
 */
export interface RepairLease {
  /**
   * False where another run is at work on the shard. Else it is this one's until it is released, or not renewed for some seconds.
   * `range`: what it is about to count, for the page.
   */
  take(shard: ShardId, range: OffsetRange): Promise<boolean>;
  renew(shard: ShardId): Promise<void>;
  release(shard: ShardId): Promise<void>;
}

export interface Repairer {
  readonly logs: LogSource;
  readonly store: CommitStore;
  readonly rules: CountingRules;
  /** Default: none is asked. */
  readonly lease?: RepairLease | undefined;
  /** Told of each record that cannot be counted, and the name of its error. */
  readonly onUnprocessable?: ((shard: ShardId, offset: number, errorName: string) => void) | undefined;
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
  unprocessable: number;
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
    if (outcome.kind === 'wrong_log') throw new StoppedError('the log is not the one that was counted');
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
  { store, rules, lease, onUnprocessable }: Repairer,
  log: PartitionLog,
  shard: ShardId,
  range: OffsetRange,
  tally: Tally,
): Promise<number> {
  const counting = {
    store,
    shard,
    rules,
    onUnprocessable: (offset: number, errorName: string) => {
      tally.unprocessable += 1;
      onUnprocessable?.(shard, offset, errorName);
    },
  };
  const read = await readLog(
    log,
    range.from,
    range.to,
    async (records) => {
      const outcome = await countByHalving(counting, records);
      if (outcome.kind === 'moved') throw new ShardMovedError(outcome.generation);
      if (outcome.kind === 'behind') throw new StoppedError(`the store fell back to offset ${outcome.next}`);
      if (outcome.kind === 'torn') throw new StoppedError('a commit broke off half-way');
      if (outcome.kind === 'wrong_log') throw new StoppedError('the log is not the one that was counted');
      await lease?.renew(shard);
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

/** A fail-over may have lost the shard together with the switch to its generation: then another one is read. Throws ShardMovedError. */
async function requireCounted({ store }: Repairer, { topic, partition, generation }: ShardId): Promise<void> {
  const counted = await store.generation(topic, partition);
  if (counted !== generation) throw new ShardMovedError(counted);
}

/** Throws StoppedError, ShardMovedError, and what the store and Kafka throw; `tally` then says how far it came. */
async function countMissing(
  repairer: Repairer,
  shard: ShardId,
  { range, goOnTo, mustInitialise }: MissingOffsets,
  tally: Tally,
): Promise<void> {
  const log = await repairer.logs.open(shard.topic, shard.partition);
  try {
    if (mustInitialise) {
      const startedAtMs = await firstLogTime(log, range.from);
      await requireCounted(repairer, shard);
      await repairer.store.initialise(shard, range.from, startedAtMs);
      // Once more, since that may have happened in between: what was made then is empty, and nobody is to fill it.
      await requireCounted(repairer, shard);
    }
    const reached = await fill(repairer, log, shard, range, tally);
    if (reached < range.to) throw new StoppedError(`the log gave nothing beyond offset ${reached}`);
    if (goOnTo > reached) await fill(repairer, log, shard, { from: reached, to: goOnTo }, tally);
  } finally {
    await log.close();
  }
}

/** Counts what is missing, unless another run is at it. Throws nothing but ShardMovedError: what goes wrong else is the outcome's reason. */
export async function repairShard(
  repairer: Repairer,
  shard: ShardId,
  need: MissingOffsets,
): Promise<RepairOutcome> {
  const { lease } = repairer;
  const { partition } = shard;
  const { from } = need.range;
  const tally: Tally = { to: from, records: 0, empty: 0, lost: 0, unprocessable: 0 };
  try {
    if (lease !== undefined && !(await lease.take(shard, need.range)))
      return { kind: 'under_way', partition };
    await countMissing(repairer, shard, need, tally);
    await lease?.release(shard);
    return { kind: 'repaired', partition, from, ...tally };
  } catch (error) {
    // Where the store is away, the lease runs out by itself.
    await lease?.release(shard).catch(() => undefined);
    if (error instanceof ShardMovedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason, partition, from, ...tally };
  }
}
