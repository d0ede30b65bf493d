/**
 * The store as handlers, repair and runners see it. Implemented by redis-commit-store.ts and redis-snapshot-store.ts; the
 * interfaces are here so that what a handler may do with the store can be read on one screen.
 */
import type { LogRecord } from '../core/event';
import type { RollUp } from '../core/roll-up';
import type { Comparison, ComparisonSpan, DashboardSnapshot, Health, SnapshotWindow } from '../core/snapshot';
import type { Metric, Timeseries } from '../core/timeseries';
import type { CommitOutcome } from './commit-outcome';
import type { ShardId } from './keys';

/** By it one log is told from another. */
export interface CountedRecord {
  readonly offset: number;
  readonly timestampMs: number;
  /** Of its value: recordDigest. */
  readonly digest: string;
}

/** What must be known of a shard before a run can be folded; one round trip. */
export interface ShardLookUp {
  /** First offset that is not counted yet; undefined: the shard does not exist (its first run must start at offset 0, or repair sets its start). */
  readonly next: number | undefined;
  readonly torn: boolean;
  /** The log is not the one that was counted: the shard takes no commits. */
  readonly wrongLog: boolean;
  /** The newest record that was committed; undefined where none was. */
  readonly last: CountedRecord | undefined;
  /** One that repair has found in the log, or the first that was committed; undefined where none was. Commits leave it alone. */
  readonly checked: CountedRecord | undefined;
  /** Generation that the shard was moved to; undefined: it was not. A moved shard takes no commits. */
  readonly movedTo: number | undefined;
  /** 0 for a new shard. */
  readonly logTimeMs: number;
  readonly sites: ReadonlySet<string>;
  /** For each asked identity, in order: newest slice in which it is marked; undefined: not marked. */
  readonly markSlices: readonly (number | undefined)[];
  /** What stands for the identities in the store (digest.ts), in order: the commit of the same run needs them again. */
  readonly digests: Buffer;
  /** The place of each asked identity among the digests; -1 where there was none to ask for. */
  readonly asked: readonly number[];
  /** For each asked identity, the first place at which the same was asked for: its own, where that is the first. */
  readonly firstPlaces: readonly number[];
  /**
   * The first members of the due index, with their scores, at most `dueMaxPerCommit`. The commit does those that are due by
   * the log time that its run ends at, so that a shard's state does not depend on where the log was cut.
   */
  readonly due: readonly { readonly member: string; readonly dueMs: number }[];
}

/** Of the look-up that the run was folded by: its records are the asked ones, or the first of them. */
export type FoundForCommit = Pick<ShardLookUp, 'due' | 'digests' | 'asked'>;

export interface EventIdentity {
  readonly siteId: string;
  readonly messageId: string;
}

/** What of a shard was compared with its log. */
export type ComparedWithLog = { readonly next: number } | { readonly checkedOffset: number };

export interface CommitStore {
  /** `firstTimestampMs`: log time of the run's first record; tells which slices of marks to ask. */
  lookUp(
    shard: ShardId,
    firstTimestampMs: number,
    identities: readonly (EventIdentity | undefined)[],
  ): Promise<ShardLookUp>;
  /**
   * `nowMs`: wall clock, for the latency histogram alone. `last`: the run's last record; without it, the shard does not know its log
   * again. Applies all or nothing. Throws StoreError.
   */
  commit(
    shard: ShardId,
    rollUp: RollUp,
    found: FoundForCommit,
    nowMs: number,
    last?: LogRecord,
  ): Promise<CommitOutcome>;
  /** True where the roll-up must be committed as successive prefixes of its run (limits.ts: rollUp*Max). */
  isTooLarge(rollUp: RollUp): boolean;
  /** Makes a shard that starts at `start` (the log's start), unless it exists. Repair alone calls it. */
  initialise(shard: ShardId, start: number, logTimeMs: number): Promise<void>;
  /** Moves `next` from `from` to `to` without counting: `empty` proven, or `lost`. Only where `next` is still `from`. */
  passOver(shard: ShardId, from: number, to: number, as: 'empty' | 'lost'): Promise<CommitOutcome>;
  /** Closes the shard, because of the reason, where what was compared still stands; false where it does not. Repair alone calls it. */
  markWrongLog(shard: ShardId, compared: ComparedWithLog, reason: string): Promise<boolean>;
  /** Notes that the log holds this record as it was counted: `checked` of the next look-up. Repair alone calls it. */
  markChecked(shard: ShardId, record: CountedRecord): Promise<void>;
  /** Notes that a batch starting at `first` waits above `next`, for the page. */
  reportBehind(shard: ShardId, first: number, nowMs: number): Promise<void>;
  /** The generation of the partition that is counted and read; 1 until a rebuild. */
  generation(topic: string, partition: number): Promise<number>;
  /** Makes readers see the partition. Idempotent; called before a process's first commit to it. */
  announcePartition(topic: string, partition: number): Promise<void>;
}

/** The site is neither listed nor has it been counted. Not a failure of the store. */
export class UnknownSiteError extends Error {
  override readonly name = 'UnknownSiteError';
  constructor(readonly site: string) {
    super(`site ${JSON.stringify(site)} is not counted`);
  }
}

export interface ComparisonQuestion {
  readonly site: string;
  readonly window: SnapshotWindow;
  readonly against: ComparisonSpan;
  /** IANA name of the zone whose clock says what the same time is. */
  readonly zone: string;
}

export interface SnapshotStore {
  /** `zone`: IANA name; by its midnights the days of window 30d are cut. Default UTC. Throws UnknownSiteError. */
  readSnapshot(
    site: string,
    window: SnapshotWindow,
    nowMs: number,
    zone?: string,
  ): Promise<DashboardSnapshot>;
  /** Throws UnknownSiteError. */
  readComparison(question: ComparisonQuestion, nowMs: number): Promise<Comparison>;
  readTimeseries(
    site: string,
    metric: Metric,
    fromMs: number,
    toMs: number,
    step: 'minute' | 'hour' | 'day',
    nowMs: number,
    /** Of metric `revenue`, which needs it; else not looked at. */
    currency?: string,
  ): Promise<Timeseries>;
  readHealth(nowMs: number): Promise<Health>;
}
