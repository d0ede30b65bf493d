/**
 * Counts a contiguous run of records of one shard, exactly once in effect: judge, look up, fold, commit. Consumer, repair and
 * rebuild all count through here. Whoever else commits to the shard meanwhile, the script holds the commit to the `next`
 * that was looked up, so the worst that a race can do is to make this go round once more.
 */
import { EDGE_SITE, type JudgedRecord, type LogRecord } from '../core/event';
import { foldRun } from '../core/fold';
import { judgeBatch } from '../core/judge-batch';
import { admitSites, type SiteRules } from '../core/validation';
import type { CommitOutcome } from '../store/commit-outcome';
import { RollUpRefusedError, StoreError } from '../store/commit-outcome';
import type { ShardId } from '../store/keys';
import type { CommitStore, EventIdentity, ShardLookUp } from '../store/store-port';

/** By what rules a process counts; parsed once at its start. */
export interface CountingRules {
  readonly sites: SiteRules;
  /** Partitions of the topic. */
  readonly partitionCount: number;
  /** At least 16 letters and digits that no producer can know: see parseBatch. */
  readonly nonce: string;
  /**
   * Told where a record below `next` is newer than all that was counted: the log seems to be another one. Repair can tell; the record is a
   * duplicate until it has. Default: nobody is told.
   */
  readonly onForeign?: ((next: number) => void) | undefined;
}

/** `applied` and `duplicate`: go on. `behind`, `torn`, `wrong_log`: the partition stops here. `moved`: it goes on elsewhere (commit-outcome.ts). */
export type CountOutcome = Exclude<CommitOutcome, { kind: 'overlap' }>;

/** A racing commit moves `next` each time; more rounds than this mean that something is broken. */
const roundsMax = 20;

function identityOf({ verdict }: JudgedRecord): EventIdentity | undefined {
  if (verdict.kind === 'summary') return { siteId: EDGE_SITE, messageId: verdict.summary.messageId };
  if (verdict.kind !== 'event' || verdict.event.messageId === undefined) return undefined;
  // The event itself: another object for each would be nothing but work.
  return verdict.event as EventIdentity;
}

/** What was counted is at most as old as the shard's log time. */
function hasForeign({ next = 0, logTimeMs }: ShardLookUp, records: readonly JudgedRecord[]): boolean {
  return records.some(({ offset, timestampMs }) => offset < next && timestampMs > logTimeMs);
}

function refusal(
  { generation }: ShardId,
  shard: ShardLookUp,
  records: readonly JudgedRecord[],
): CommitOutcome | undefined {
  const first = (records[0] as JudgedRecord).offset;
  const end = first + records.length;
  const next = shard.next ?? 0;
  if (shard.movedTo !== undefined) return { kind: 'moved', next, generation: shard.movedTo };
  if (shard.torn) return { kind: 'torn', next };
  if (shard.wrongLog) return { kind: 'wrong_log', next };
  // Only the first generation is made by its first run; where a later one is not there, the store has lost it.
  if (first > next || (shard.next === undefined && generation > 1)) return { kind: 'behind', next, first };
  if (end <= next) return { kind: 'duplicate', next };
  if (first < next) return { kind: 'overlap', next };
  return undefined;
}

/** One round: at most one look-up and one commit. A roll-up that is too large commits the first half of its run instead. */
async function countOnce(
  store: CommitStore,
  shard: ShardId,
  records: readonly JudgedRecord[],
  source: readonly LogRecord[],
  rules: CountingRules,
): Promise<CommitOutcome> {
  const first = records[0] as JudgedRecord;
  const found = await store.lookUp(shard, first.timestampMs, records.map(identityOf));
  if (hasForeign(found, records)) rules.onForeign?.(found.next ?? 0);
  const refused = refusal(shard, found, records);
  if (refused !== undefined) return refused;
  const admitted = rules.sites.listed === undefined ? admitSites(records, found.sites) : records;
  const context = {
    partition: shard.partition,
    partitionCount: rules.partitionCount,
    logTimeMs: found.logTimeMs,
    markSlices: found.markSlices,
    firstPlaces: found.firstPlaces,
  };
  let run = admitted;
  let rollUp = foldRun(run, context);
  while (store.isTooLarge(rollUp) && run.length > 1) {
    run = run.slice(0, Math.ceil(run.length / 2));
    rollUp = foldRun(run, context);
  }
  const last = source[rollUp.nextOffset - 1 - (source[0] as LogRecord).offset];
  return store.commit(shard, rollUp, found, Date.now(), last);
}

/**
 * Whether counting failed for what a record holds: judging, folding or encoding it threw, or made what the script refuses. All else is
 * of the store, and passes or is mended there.
 */
export function isRecordsFault(error: unknown): boolean {
  return error instanceof RollUpRefusedError || !(error instanceof StoreError);
}

/**
 * Counts the whole run, or says why it cannot. `records`: at contiguous offsets, in order, at least one. Throws StoreError
 * where the store cannot be reached or refuses: then nothing of the failing commit is applied, and the caller retries. What
 * isRecordsFault is thrown for a record that kills counting; what lies before it may have been counted.
 */
export async function countRun(
  store: CommitStore,
  shard: ShardId,
  records: readonly LogRecord[],
  rules: CountingRules,
): Promise<CountOutcome> {
  return countJudged(store, shard, judgeBatch(records, rules.sites, rules.nonce), records, rules);
}

/** Counts a record that cannot be counted as what it is: rejected, so that the partition goes on. Throws as countRun. */
export function countUnprocessable(
  store: CommitStore,
  shard: ShardId,
  record: LogRecord,
  rules: CountingRules,
): Promise<CountOutcome> {
  const { offset, timestampMs } = record;
  const verdict = { kind: 'rejected', reason: 'unprocessable' } as const;
  return countJudged(store, shard, [{ offset, timestampMs, verdict }], [record], rules);
}

async function countJudged(
  store: CommitStore,
  shard: ShardId,
  records: readonly JudgedRecord[],
  source: readonly LogRecord[],
  rules: CountingRules,
): Promise<CountOutcome> {
  let rest = records;
  const end = (records[records.length - 1] as JudgedRecord).offset + 1;
  let idleRounds = 0;
  let applied = false;
  while (idleRounds < roundsMax) {
    const outcome = await countOnce(store, shard, rest, source, rules);
    if (isFinal(outcome)) return outcome;
    if (outcome.next >= end) return applied ? { kind: 'applied', next: outcome.next } : asFinal(outcome);
    const before = rest.length;
    rest = rest.filter((record) => record.offset >= outcome.next);
    applied ||= outcome.kind === 'applied';
    idleRounds = rest.length < before ? 0 : idleRounds + 1;
  }
  throw new StoreError(
    `partition ${shard.partition}: no progress at offset ${rest[0]?.offset} in ${roundsMax} rounds`,
  );
}

type Stopping = Extract<CommitOutcome, { kind: 'behind' | 'torn' | 'wrong_log' | 'moved' }>;

function isFinal(outcome: CommitOutcome): outcome is Stopping {
  return ['behind', 'torn', 'wrong_log', 'moved'].includes(outcome.kind);
}

function asFinal(outcome: CommitOutcome): CountOutcome {
  return outcome.kind === 'overlap' ? { kind: 'duplicate', next: outcome.next } : outcome;
}
