/** What the page is told of an audit: local since `audit/` and the pipeline know nothing of each other's types. */
import type { AuditReport } from '../audit/audit';
import { cellsCompared, differencesOf } from '../audit/print-report';
import type { AuditMark } from '../pipeline/core/snapshot';

/** Undefined where nothing was recounted: then the audit says nothing. */
export function auditMarkOf(report: AuditReport, endedAtMs: number): AuditMark | undefined {
  const { compared, records } = report;
  if (compared === undefined) return undefined;
  return {
    at: new Date(endedAtMs).toISOString(),
    from: new Date(compared.fromMs).toISOString(),
    to: new Date(compared.toMs).toISOString(),
    records,
    cells: cellsCompared(report),
    differences: differencesOf(report).length,
  };
}
