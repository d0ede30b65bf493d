/** What of the store an audit looks at, and so what of the log it has to read. */
import { aheadMsMax, duplicateReachMs, GRAIN_RULES, type GrainRule } from './rules';

export interface AuditFilter {
  /** Event times, milliseconds: only buckets wholly between them are compared. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only this site. */
  readonly site?: string;
  /** Only these. */
  readonly partitions?: ReadonlySet<number>;
}

/** Buckets are all that a span of event time can tell of: the rest is of all time, or of the end of the log. */
export function isOfSpan({ fromMs, toMs }: AuditFilter): boolean {
  return fromMs !== undefined || toMs !== undefined;
}

/** Everything of every shard. */
export function isOfEverything(filter: AuditFilter): boolean {
  return !isOfSpan(filter) && filter.site === undefined && filter.partitions === undefined;
}

export function holdsSite({ site }: AuditFilter, siteId: string): boolean {
  return site === undefined || site === siteId;
}

export function holdsBucket({ fromMs, toMs }: AuditFilter, startMs: number, lengthMs: number): boolean {
  return (fromMs === undefined || startMs >= fromMs) && (toMs === undefined || startMs + lengthMs <= toMs);
}

/**
 * Log time from which the log has to be read for the span: an event may be dated this much ahead of it, and may repeat one that
 * lies a whole duplicate window before. Undefined: from its start.
 */
export function readFromMs({ fromMs }: AuditFilter): number | undefined {
  return fromMs === undefined ? undefined : fromMs - aheadMsMax - duplicateReachMs;
}

function lastWholeEndMs({ fromMs, toMs }: AuditFilter, { lengthMs }: GrainRule): number | undefined {
  const endMs = Math.floor((toMs ?? 0) / lengthMs) * lengthMs;
  return fromMs === undefined || endMs - lengthMs >= fromMs ? endMs : undefined;
}

/** Log time from which on no record can change a bucket of the span; infinite where it has no end. */
export function readToMs(filter: AuditFilter): number {
  if (filter.toMs === undefined) return Number.POSITIVE_INFINITY;
  const closedMs = GRAIN_RULES.map((rule) => {
    const endMs = lastWholeEndMs(filter, rule);
    return endMs === undefined ? Number.NEGATIVE_INFINITY : endMs + rule.graceMs;
  });
  return Math.max(...closedMs);
}

/** Whether a minute lies wholly in the span. */
export function holdsAnyBucket({ fromMs, toMs }: AuditFilter): boolean {
  if (fromMs === undefined || toMs === undefined) return true;
  const lengthMs = GRAIN_RULES[0]?.lengthMs ?? 0;
  return Math.ceil(fromMs / lengthMs) * lengthMs + lengthMs <= toMs;
}
