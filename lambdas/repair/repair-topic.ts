/** Looks at every partition of the topic and repairs those that need it, one after another: repair is never urgent enough to crowd out counting. */
import type { CountingRules } from '../../pipeline/counting/count-run';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { ShardId } from '../../pipeline/store/keys';
import type { CommitStore, ShardLookUp } from '../../pipeline/store/store-port';
import type { LogSource, PartitionOffsets } from '../../pipeline/stream/log-source';
import { checkLog } from './check-log';
import { repairNeed } from './repair-need';
import type { RepairOutcome } from './repair-outcome';
import { type PastRepair, repairPast } from './repair-past';
import { type Repairer, type RepairLease, repairShard, ShardMovedError } from './repair-shard';

export interface RepairOptions {
  readonly logs: LogSource;
  readonly store: CommitStore;
  /** Without the partition count: the topic's own is taken. */
  readonly rules: Omit<CountingRules, 'partitionCount'>;
  readonly topic: string;
  /** Consumer group of the event source: what it has committed is never delivered again. */
  readonly consumerGroup: string;
  /** First offset of the batch that waits above the shard's `next`, where one does. */
  readonly waitingFrom: (shard: ShardId) => Promise<number | undefined>;
  /** This partition alone. Default: all. */
  readonly partition?: number | undefined;
  /** Default: none is asked, and what another run is at is read by both. */
  readonly lease?: RepairLease | undefined;
  /** Default: what needs more than counting in order is told as `failed`, and nothing is too far behind. */
  readonly past?: PastRepair | undefined;
  /** Told of each record that cannot be counted and is rejected, and the name of its error. */
  readonly onUnprocessable?: Repairer['onUnprocessable'];
}

/** The topic has no such partition. */
export class NoSuchPartitionError extends Error {
  override readonly name = 'NoSuchPartitionError';
}

/** In order of partitions. Throws NoSuchPartitionError, StoreError, and what Kafka throws before the first shard is touched. */
export async function repairTopic(
  options: RepairOptions,
  onOutcome: (outcome: RepairOutcome) => void = () => undefined,
): Promise<readonly RepairOutcome[]> {
  const { logs, store, topic } = options;
  const all = await logs.offsets(topic, options.consumerGroup);
  const asked = all.filter(({ partition }) => (options.partition ?? partition) === partition);
  if (asked.length === 0) {
    throw new NoSuchPartitionError(
      `topic ${topic} has no partition ${options.partition}; it has ${all.length}`,
    );
  }
  const { lease, onUnprocessable } = options;
  const rules = { ...options.rules, partitionCount: all.length };
  const repairer: Repairer = { logs, store, rules, lease, onUnprocessable };
  const shards = new ShardDirectory(store);
  const outcomes: RepairOutcome[] = [];
  for (const offsets of asked) {
    const outcome =
      (await repairPast(options, rules, offsets)) ??
      (await shards.follow(topic, offsets.partition, (shard) =>
        repairOne(repairer, options, shard, offsets).catch(asMoved),
      ));
    onOutcome(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Closes a shard whose log is another one, and answers why it is; else notes up to where it is known to be the same. */
async function findWrongLog(
  { logs, store }: Repairer,
  shard: ShardId,
  { next, last, checked, wrongLog }: ShardLookUp,
  bounds: PartitionOffsets,
): Promise<string | undefined> {
  if (next === undefined) return undefined;
  if (wrongLog) return `its shard was closed at offset ${next}`;
  const check = await checkLog(logs, shard, { next, last, checked }, bounds);
  if (check.kind === 'wrong') {
    // Somebody has counted or checked meanwhile: what was compared no longer stands, and the next run looks again.
    return (await store.markWrongLog(shard, check.compared, check.reason)) ? check.reason : undefined;
  }
  if (check.found !== undefined) await store.markChecked(shard, check.found);
  return undefined;
}

function asMoved(error: unknown): ShardMovedError {
  if (error instanceof ShardMovedError) return error;
  throw error;
}

/** Throws ShardMovedError. */
async function repairOne(
  repairer: Repairer,
  options: RepairOptions,
  shard: ShardId,
  offsets: PartitionOffsets,
): Promise<RepairOutcome> {
  const { partition } = shard;
  const found = await options.store.lookUp(shard, 0, []);
  const { next, torn, movedTo } = found;
  if (movedTo !== undefined) throw new ShardMovedError(movedTo);
  const waitingFrom = await options.waitingFrom(shard);
  const wrongLog = torn ? undefined : await findWrongLog(repairer, shard, found, offsets);
  const need = repairNeed({ ...offsets, next, torn, wrongLog, waitingFrom });
  if (need.kind === 'none') return { kind: 'normal', partition };
  if (need.kind === 'missing') return repairShard(repairer, shard, need);
  const from = next ?? 0;
  const nothing = { records: 0, empty: 0, lost: 0, unprocessable: 0 };
  return { kind: 'failed', reason: need.reason, partition, from, to: from, ...nothing };
}
