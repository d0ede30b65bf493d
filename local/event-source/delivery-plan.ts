/**
 * What happens to a batch, decided without Kafka, clock or function: given what an invocation came to, which records are done,
 * which are given up, and what is delivered next. Pure, so that every rule can be tested by itself.
 *
 * A plan is the rest of one batch: parts that are delivered one after the other. A failure may split a part in two (bisect), and a
 * partial failure splits the plan by partition: those that are done are free, those that failed are retried each by itself.
 * Within a partition, records never change their order. The rules and their sources: docs/event-source.md.
 */

/** Where Lambda's documentation leaves room, the two ways to read it. */
export interface Readings {
  /**
   * Which records come again after a partial failure? The guide says "just those specific items" (`named_only`); for Kinesis it says
   * all from the first failed one on (`from_first`), as a log with one offset for each partition would have it. Default `from_first`.
   */
  readonly redelivery: 'from_first' | 'named_only';
  /** Does a split use up a retry? For Kinesis the guide says no (`free`); for Kafka it does not say. Default `free`. */
  readonly bisect: 'free' | 'counted';
  /** Does a partial failure that got further begin a new count of retries? The guide does not say. Default `keeps_count`. */
  readonly progress: 'keeps_count' | 'resets_count';
}

export const DEFAULT_READINGS: Readings = {
  redelivery: 'from_first',
  bisect: 'free',
  progress: 'keeps_count',
};

export interface PlanRules {
  /** Retries of a part before it is given up; Infinity: never. The first delivery does not count. */
  readonly retriesMax: number;
  /** Milliseconds after its timestamp from which on a record is not delivered any more; Infinity: never. */
  readonly recordAgeMsMax: number;
  readonly bisects: boolean;
  readonly readings: Readings;
}

export interface PlannedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
}

/** Records that are delivered together. */
export interface Part<R extends PlannedRecord> {
  readonly records: readonly R[];
  /** Invocations that these records have been in. */
  readonly attempts: number;
  /** Retries that count towards the limit. */
  readonly retries: number;
}

export interface Plan<R extends PlannedRecord> {
  /** In order of delivery; at least one. */
  readonly parts: readonly Part<R>[];
  /** Deliveries that failed since the last that did not: they make the pause grow. */
  readonly setbacks: number;
}

/** What an invocation came to, the answer already read (batch-response.ts). */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' }
  /** The function was not run at all. */
  | { readonly kind: 'throttled' }
  /** Offsets by partition, each of a delivered record. */
  | { readonly kind: 'items_failed'; readonly failures: ReadonlyMap<number, ReadonlySet<number>> };

export type GiveUpReason = 'retries_exhausted' | 'record_too_old' | 'payload_too_large';

export interface GivenUp<R extends PlannedRecord> {
  readonly records: readonly R[];
  readonly reason: GiveUpReason;
  readonly attempts: number;
}

export interface Step<R extends PlannedRecord> {
  readonly givenUp: readonly GivenUp<R>[];
  /** What is still to be delivered; a partition is in one of them at most. A partition that is in none is finished. */
  readonly plans: readonly Plan<R>[];
}

const firstPauseMs = 100;
const pauseMsMax = 2_000;

/** How long a plan waits before its next delivery, milliseconds. */
export function pauseBefore(plan: Plan<PlannedRecord>): number {
  return plan.setbacks === 0 ? 0 : Math.min(firstPauseMs * 2 ** (plan.setbacks - 1), pauseMsMax);
}

/** `records`: at least one, in offset order within each partition. */
export function planBatch<R extends PlannedRecord>(records: readonly R[]): Plan<R> {
  return { parts: [{ records, attempts: 0, retries: 0 }], setbacks: 0 };
}

export function partitionsOf(plan: Plan<PlannedRecord>): ReadonlySet<number> {
  const partitions = new Set<number>();
  for (const { records } of plan.parts) for (const { partition } of records) partitions.add(partition);
  return partitions;
}

function planOf<R extends PlannedRecord>(parts: readonly Part<R>[], setbacks: number): Plan<R>[] {
  const filled = parts.filter(({ records }) => records.length > 0);
  return filled.length === 0 ? [] : [{ parts: filled, setbacks }];
}

/** The plan without a partition that went to another member of the group; none where nothing is left. */
export function withoutPartition<R extends PlannedRecord>(plan: Plan<R>, partition: number): Plan<R>[] {
  const parts = plan.parts.map((part) => ({
    ...part,
    records: part.records.filter((record) => record.partition !== partition),
  }));
  return planOf(parts, plan.setbacks);
}

/** Asked before each delivery: gives up the records of the first part that are too old by now. */
export function beforeInvocation<R extends PlannedRecord>(
  plan: Plan<R>,
  rules: PlanRules,
  nowMs: number,
): Step<R> {
  const [part, ...rest] = plan.parts as [Part<R>, ...Part<R>[]];
  const isTooOld = (record: R): boolean => nowMs - record.timestampMs > rules.recordAgeMsMax;
  const old = part.records.filter(isTooOld);
  if (old.length === 0) return { givenUp: [], plans: [plan] };
  const young = { ...part, records: part.records.filter((record) => !isTooOld(record)) };
  return {
    givenUp: [{ records: old, reason: 'record_too_old', attempts: part.attempts }],
    plans: planOf([young, ...rest], plan.setbacks),
  };
}

/** What follows from the delivery of the plan's first part. */
export function afterInvocation<R extends PlannedRecord>(
  plan: Plan<R>,
  verdict: Verdict,
  rules: PlanRules,
): Step<R> {
  const [first, ...rest] = plan.parts as [Part<R>, ...Part<R>[]];
  const setbacks = plan.setbacks + 1;
  // Of what was never run, no attempt has been made.
  if (verdict.kind === 'throttled') return { givenUp: [], plans: [{ ...plan, setbacks }] };
  if (verdict.kind === 'done') return { givenUp: [], plans: planOf(rest, 0) };
  const part = { ...first, attempts: first.attempts + 1 };
  if (verdict.kind === 'items_failed') return splitByPartition(part, rest, verdict.failures, rules, setbacks);
  const { givenUp, parts } = retried(part, rules);
  return { givenUp, plans: planOf([...parts, ...rest], parts.length === 0 ? 0 : setbacks) };
}

function giveUp<R extends PlannedRecord>({ records, attempts }: Part<R>): GivenUp<R> {
  return { records, reason: 'retries_exhausted', attempts };
}

/** A part whose invocation failed as a whole: split where that is asked and possible, else as it is, until its retries are used up. */
function retried<R extends PlannedRecord>(
  part: Part<R>,
  { retriesMax, bisects, readings }: PlanRules,
): { readonly givenUp: GivenUp<R>[]; readonly parts: Part<R>[] } {
  const isSplit = bisects && part.records.length > 1;
  const isFree = isSplit && readings.bisect === 'free';
  if (!isFree && part.retries >= retriesMax) return { givenUp: [giveUp(part)], parts: [] };
  const next = { ...part, retries: isFree ? part.retries : part.retries + 1 };
  if (!isSplit) return { givenUp: [], parts: [next] };
  const middle = Math.ceil(part.records.length / 2);
  const half = (from: number, to?: number): Part<R> => ({ ...next, records: part.records.slice(from, to) });
  return { givenUp: [], parts: [half(0, middle), half(middle)] };
}

function splitByPartition<R extends PlannedRecord>(
  part: Part<R>,
  rest: readonly Part<R>[],
  failures: ReadonlyMap<number, ReadonlySet<number>>,
  { retriesMax, readings }: PlanRules,
  setbacks: number,
): Step<R> {
  const givenUp: GivenUp<R>[] = [];
  const plans: Plan<R>[] = [];
  for (const partition of partitionsOf({ parts: [part, ...rest], setbacks })) {
    const own = ({ records }: Part<R>): R[] => records.filter((record) => record.partition === partition);
    const offsets = failures.get(partition);
    const failed = offsets === undefined ? [] : failedRecords(own(part), offsets, readings);
    const gotFurther = failed.length < own(part).length;
    const isNewCount = gotFurther && readings.progress === 'resets_count';
    const isOver = !isNewCount && part.retries >= retriesMax && failed.length > 0;
    const retry = { ...part, records: failed, retries: isNewCount ? 0 : part.retries + 1 };
    if (isOver) givenUp.push(giveUp(retry));
    const later = rest.map((other) => ({ ...other, records: own(other) }));
    const isRetried = failed.length > 0 && !isOver;
    // A partition that gets further is paused as briefly as one that has just begun to fail.
    plans.push(...planOf(isRetried ? [retry, ...later] : later, isRetried ? (gotFurther ? 1 : setbacks) : 0));
  }
  return { givenUp, plans };
}

/** `records`: of one partition, in offset order. */
function failedRecords<R extends PlannedRecord>(
  records: readonly R[],
  offsets: ReadonlySet<number>,
  { redelivery }: Readings,
): R[] {
  if (redelivery === 'named_only') return records.filter(({ offset }) => offsets.has(offset));
  const first = Math.min(...offsets);
  return records.filter(({ offset }) => offset >= first);
}
