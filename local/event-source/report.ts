/** What is told of each invocation, to whoever watches. */
import type { Part, PlannedRecord, Verdict } from './delivery-plan';
import type { InvocationOutcome } from './invoker';

export interface ReportedRange {
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

export interface InvocationReport {
  /** What it held, partition by partition; at least one. */
  readonly ranges: readonly ReportedRange[];
  readonly records: number;
  /** Records that must come again, or are given up. */
  readonly failedRecords: number;
  /** 1: the first. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly outcome: InvocationOutcome;
}

export function batchReport(
  { records, attempts }: Part<PlannedRecord>,
  verdict: Verdict,
  outcome: InvocationOutcome,
  durationMs: number,
): InvocationReport {
  return {
    ranges: rangesOf(records),
    records: records.length,
    failedRecords: failedCount(records, verdict),
    attempt: attempts + 1,
    durationMs,
    outcome,
  };
}

function rangesOf(records: readonly PlannedRecord[]): ReportedRange[] {
  const ranges = new Map<number, { partition: number; firstOffset: number; lastOffset: number }>();
  for (const { partition, offset } of records) {
    const held = ranges.get(partition);
    if (held === undefined) ranges.set(partition, { partition, firstOffset: offset, lastOffset: offset });
    else held.lastOffset = offset;
  }
  return [...ranges.values()];
}

/** By the lowest failed offset of each partition, whichever way redelivery is read: nothing behind it is certain. */
function failedCount(records: readonly PlannedRecord[], verdict: Verdict): number {
  if (verdict.kind === 'done') return 0;
  if (verdict.kind !== 'items_failed') return records.length;
  const firstOf = new Map(
    Array.from(verdict.failures, ([partition, offsets]) => [partition, Math.min(...offsets)] as const),
  );
  return records.filter(
    ({ partition, offset }) => offset >= (firstOf.get(partition) ?? Number.POSITIVE_INFINITY),
  ).length;
}
