/** What the page is told of audits: here since `audit/` and the pipeline know nothing of each other's types. */
import type { AuditReport } from '../../audit/audit';
import { isOfEverything } from '../../audit/audit-filter';
import { cellsCompared, differencesOf } from '../../audit/print-report';
import type { RollingReport } from '../../audit/rolling-audit';
import type { AuditMark } from '../../pipeline/core/snapshot';

/** Undefined where nothing was recounted, or not everything was looked at: then the audit says nothing of the page's numbers. */
export function auditMarkOf(report: AuditReport, endedAtMs: number): AuditMark | undefined {
  const { compared, records, filter } = report;
  if (compared === undefined || !isOfEverything(filter)) return undefined;
  return {
    at: new Date(endedAtMs).toISOString(),
    from: new Date(compared.fromMs).toISOString(),
    to: new Date(compared.toMs).toISOString(),
    records,
    cells: cellsCompared(report),
    differences: differencesOf(report).length,
  };
}

/** The mark of one run over closed minutes. */
export function rollingMarkOf(report: RollingReport, endedAtMs: number): AuditMark {
  return {
    at: new Date(endedAtMs).toISOString(),
    from: new Date(report.fromMs).toISOString(),
    to: new Date(report.toMs).toISOString(),
    records: report.records,
    cells: cellsCompared(report),
    differences: differencesOf(report).length,
  };
}

/**
 * What the page is told after one more run over closed minutes. Where nothing differs and the run goes on where the mark ends,
 * the mark grows; where there is a gap it begins anew, since it vouches for all between its ends. What was found to differ
 * stays: only an audit of everything can take it back.
 */
export function extendMark(before: AuditMark | null, run: AuditMark): AuditMark {
  if (before === null) return run;
  const isClean = before.differences === 0 && run.differences === 0;
  // Minutes from before what the mark vouches for, by a run that had much to catch up with.
  if (isClean && Date.parse(run.to) < Date.parse(before.from)) return before;
  if (before.differences === 0 && !isJoined(before, run)) return run;
  const isSeenTwice = Date.parse(run.from) < Date.parse(before.to);
  return {
    at: run.at,
    from: earlier(before.from, run.from),
    to: earlier(before.to, run.to) === before.to ? run.to : before.to,
    records: before.records + run.records,
    cells: before.cells + run.cells,
    // The same cells may have been found before.
    differences: isSeenTwice
      ? Math.max(before.differences, run.differences)
      : before.differences + run.differences,
  };
}

/** Whether a mark of both has no gap. */
export function isJoined(before: AuditMark, run: AuditMark): boolean {
  return Date.parse(run.from) <= Date.parse(before.to) && Date.parse(run.to) >= Date.parse(before.from);
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
