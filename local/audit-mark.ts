/** What the page is told of an audit: local since `audit/` and the pipeline know nothing of each other's types. */
import type { AuditReport } from '../audit/audit';
import { isOfEverything } from '../audit/audit-filter';
import { cellsCompared, differencesOf } from '../audit/print-report';
import type { AuditMark } from '../pipeline/core/snapshot';

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
