/** The audit's report as a person reads it. */
import type { AuditReport } from './audit';
import type { AuditFilter } from './audit-filter';
import type { Difference } from './comparison';
import { printable } from './printable';

/** Beyond this many, differing cells are counted and no longer named. */
const namedMax = 200;

function sumUp(maps: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const map of maps) for (const [key, count] of map) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

type Compared = Pick<AuditReport, 'comparisons'>;

export function cellsCompared(report: Compared): number {
  return [...sumUp(report.comparisons.map(({ cells }) => cells)).values()].reduce(
    (sum, count) => sum + count,
    0,
  );
}

export function differencesOf(report: Compared): readonly Difference[] {
  return report.comparisons.flatMap(({ differences }) => differences);
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was asked for, and what therefore was not looked at. */
function describeFilter({ fromMs, toMs, site, partitions }: AuditFilter): string[] {
  const lines: string[] = [];
  if (partitions !== undefined) lines.push(`only partition ${[...partitions].join(', ')}`);
  if (site !== undefined) lines.push(`only site ${printable(site)}: no ledgers, marks and rejections`);
  if (fromMs !== undefined || toMs !== undefined) {
    const from = fromMs === undefined ? 'the start of the log' : iso(fromMs);
    const to = toMs === undefined ? 'its end' : iso(toMs);
    lines.push(
      `only minutes, hours and days wholly between ${from} and ${to}: nothing of all time, no ledgers, marks, feeds, last-seen times`,
    );
  }
  return lines;
}

/** One line each, the verdict last. `peakMiB`: most memory that the program has had. */
export function printReport(report: AuditReport, peakMiB?: number): readonly string[] {
  const seconds = report.recountMs / 1_000;
  const rate = seconds > 0 ? `, ${Math.round(report.records / seconds)} records/s` : '';
  const peak = peakMiB === undefined ? '' : `, peak memory ${Math.round(peakMiB)} MiB`;
  const lines = [
    ...describeFilter(report.filter),
    `recounted ${report.records} records of ${report.shards} shards in ${seconds.toFixed(1)} s${rate}`,
    `all in all ${(report.elapsedMs / 1_000).toFixed(1)} s${peak}`,
  ];
  if (report.uncounted.length > 0)
    lines.push(`nothing is counted yet of partition ${report.uncounted.join(', ')}`);
  for (const [kind, count] of sumUp(report.comparisons.map(({ cells }) => cells))) {
    lines.push(`  ${kind.padEnd(22)} ${String(count).padStart(9)} cells`);
  }
  for (const [reason, count] of sumUp(report.comparisons.map(({ skipped }) => skipped))) {
    lines.push(`  not compared: ${count} x ${reason}`);
  }
  const differences = differencesOf(report);
  for (const { partition, cell, log, store } of differences.slice(0, namedMax)) {
    lines.push(`shard ${partition} ${printable(cell)}: log says ${log}, store says ${store}`);
  }
  if (differences.length > namedMax) lines.push(`and ${differences.length - namedMax} more`);
  lines.push(`${cellsCompared(report)} cells compared, ${differences.length} differ`);
  return lines;
}
