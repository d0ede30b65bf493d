/** The rows as a person reads them: a plain table on the terminal, or one in Markdown for docs/faults.md. */
import type { ScenarioResult } from './scenario';

export type PlayedRow =
  | { readonly name: string; readonly result: ScenarioResult }
  /** It could not be played to its end. */
  | { readonly name: string; readonly broken: string };

const headings = [
  'fault',
  'events',
  's without progress',
  's behind',
  'repaired',
  'lost',
  'cells',
  'differing',
] as const;

function cellsOf(row: PlayedRow): string[] {
  if ('broken' in row) return [row.name, '-', '-', '-', '-', '-', '-', '-'];
  const { events, stalledMs, behindMs, repaired, lost, compared, differing } = row.result;
  const count = (value: number): string => value.toLocaleString('en');
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  return [
    row.name,
    count(events),
    seconds(stalledMs),
    seconds(behindMs),
    ...[repaired, lost, compared, differing].map(count),
  ];
}

export function isGood(row: PlayedRow): boolean {
  return 'result' in row && row.result.differing === 0 && row.result.violations.length === 0;
}

/** What is wrong with a row, a line each; none where it is good. */
export function complaintsOf(row: PlayedRow): string[] {
  if ('broken' in row) return [`ERROR ${row.name}: ${row.broken}`];
  return row.result.violations.map((violation) => `ERROR ${row.name}: ${violation}`);
}

export function printTable(rows: readonly PlayedRow[], isMarkdown: boolean): string[] {
  const cells = rows.map(cellsOf);
  const table = isMarkdown ? markdownTable(cells) : alignedTable(cells);
  return [...table, ...rows.flatMap(complaintsOf)];
}

function alignedTable(rows: readonly string[][]): string[] {
  const all = [[...headings], ...rows];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => (row[i] as string).length)));
  return all.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  '),
  );
}

function markdownTable(rows: readonly string[][]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), `|---|${'---:|'.repeat(headings.length - 1)}`, ...rows.map(line), ''];
}
