/** Looks first whether counting in order is the way at all: a torn shard is counted anew, and too much work is done beside live counting. */
import type { CountingRules } from '../../pipeline/counting/count-run';
import type { ShardId } from '../../pipeline/store/keys';
import type { RebuildStore } from '../../pipeline/store/rebuild-port';
import type { CommitStore } from '../../pipeline/store/store-port';
import type { LogSource, PartitionOffsets } from '../../pipeline/stream/log-source';
import { countMissingPast, goLive, type PastWork, pastCause } from '../rebuild/count-missing-past';
import { LeasedError } from '../rebuild/rebuilder';
import type { RepairOutcome } from './repair-outcome';

export interface PastRepair {
  readonly store: RebuildStore;
  /** Commits to shards that were moved, too. */
  readonly commits: CommitStore;
  /** Of the lease: unlike any other's. */
  readonly owner: string;
  /** Records that a partition may miss and still wait until they are counted; above it, live counting goes on at once. */
  readonly recordsMax: number;
  /** True: there is no more time; what is begun is gone on with at the next call. Default: never. */
  readonly isOutOfTime?: (() => boolean) | undefined;
}

interface Options {
  readonly logs: LogSource;
  readonly topic: string;
  readonly waitingFrom: (shard: ShardId) => Promise<number | undefined>;
  readonly past?: PastRepair | undefined;
}

/** Where live counting would go on, if that is too far from what is counted; undefined: it is not. */
async function tooFarFrom(
  { topic, waitingFrom }: Options,
  { store, recordsMax }: PastRepair,
  { partition, groupOffset, logStart, logEnd }: PartitionOffsets,
): Promise<number | undefined> {
  const { counted } = await store.generations(topic, partition);
  const shard = { topic, partition, generation: counted };
  const standing = await store.standing(shard);
  if (standing?.movedTo !== undefined || standing?.isWrongLog) return undefined;
  const wanted = Math.min(Math.max(groupOffset ?? 0, (await waitingFrom(shard)) ?? 0), logEnd);
  const reached = standing === undefined || standing.isTorn ? logStart : Math.max(standing.next, logStart);
  return wanted - reached > recordsMax ? wanted : undefined;
}

/** Undefined: the partition is repaired by counting what is missing in order, if anything is. Throws what Kafka and the store throw. */
export async function repairPast(
  options: Options,
  rules: CountingRules,
  offsets: PartitionOffsets,
): Promise<RepairOutcome | undefined> {
  const { logs, topic, past } = options;
  if (past === undefined) return undefined;
  const { partition } = offsets;
  const rebuilder = { logs, store: past.store, commits: past.commits, rules, isStopped: past.isOutOfTime };
  const work: PastWork = { rebuilder, topic, partition, owner: past.owner };
  try {
    const from = await tooFarFrom(options, past, offsets);
    if (from !== undefined) {
      return { kind: 'live', partition, from, generation: await goLive(work, from) };
    }
    const cause = await pastCause(work, offsets.logStart);
    return cause === undefined ? undefined : await countMissingPast(work, cause);
  } catch (error) {
    if (error instanceof LeasedError) return { kind: 'under_way', partition };
    const reason = error instanceof Error ? error.message : String(error);
    const nothing = { from: 0, to: 0, records: 0, empty: 0, lost: 0, unprocessable: 0 };
    return { kind: 'failed', reason, partition, ...nothing };
  }
}
