/** Results as a person reads them: a plain table on the terminal, or one in Markdown for docs/performance.md. */
import type { Measurement } from './benchmark';
import { type Figure, summarise } from './figures';
import { foreignShareMax } from './foreign-load';
import { type Machine, machineLines } from './machine';
import { written } from './summary-table';
import { type JudgedTarget, judgeTargets } from './targets';

/** A benchmark's result, with what was true of the machine meanwhile. */
export interface Result extends Measurement {
  readonly benchmark: string;
  readonly runs: number;
  readonly machine: Machine;
  /** Share of the processors that others had meanwhile, 0 to 1; undefined where the system does not tell. */
  readonly foreignShare: number | undefined;
  readonly measuredAt: string;
}

const headings = ['benchmark', 'figure', 'median', 'range', 'unit'] as const;
const targetHeadings = ['benchmark', 'target', 'measured', 'wanted', 'verdict'] as const;

function rowOf(benchmark: string, { name, unit, values }: Figure): string[] {
  const { median, min, max } = summarise(values);
  const range = values.length > 1 ? `${written(min)} - ${written(max)}` : '';
  return [benchmark, name, written(median), range, unit];
}

/** Which conditions hold for all of a result's figures, the audit's verdict among them. */
function noteOf({ benchmark, conditions, runs, audited, foreignShare }: Result): string {
  const parts = [...conditions, runs === 1 ? '1 run' : `${runs} runs`];
  if (audited !== undefined) {
    parts.push(`${audited.differing} of ${audited.compared.toLocaleString('en')} audited cells differ`);
  }
  parts.push(
    foreignShare === undefined
      ? 'CPU of others not known on this system'
      : `others had ${(foreignShare * 100).toFixed(1)} % of the CPU`,
  );
  return `${benchmark}: ${parts.join('; ')}`;
}

function warningsOf({ benchmark, foreignShare, audited }: Result): string[] {
  const warnings: string[] = [];
  if (foreignShare !== undefined && foreignShare > foreignShareMax) {
    const allowed = `${foreignShareMax * 100} %`;
    warnings.push(
      `WARNING ${benchmark}: the machine was not quiet (above ${allowed}); do not quote these figures`,
    );
  }
  if (audited !== undefined && audited.differing > 0)
    warnings.push(`ERROR ${benchmark}: ${audited.differing} cells differ; its figures count for nothing`);
  return warnings;
}

/** Figures that stand in the result's own table have no row of their own. */
function longRows({ benchmark, figures, table }: Result): string[][] {
  const inTable = ({ name }: Figure): boolean =>
    table?.rows.some(([row]) => name.startsWith(`${row}: `)) === true;
  return figures.filter((figure) => !inTable(figure)).map((figure) => rowOf(benchmark, figure));
}

function targetRow({ benchmark, what, wanted, value, isMet }: JudgedTarget): string[] {
  return [benchmark, what, written(value), wanted, isMet ? 'met' : 'missed'];
}

/** The lines of all tables: those of one machine. */
export function printTable(results: readonly Result[], isMarkdown: boolean): string[] {
  const machine = results[0]?.machine;
  if (machine === undefined) return [];
  const table = isMarkdown ? markdownTable : alignedTable;
  const rows = results.flatMap(longRows);
  const tables = results.flatMap((result) =>
    result.table === undefined ? [] : ['', ...table(result.table.headings, result.table.rows)],
  );
  const targets = results.flatMap(({ benchmark, figures }) => judgeTargets(benchmark, figures));
  const judged = targets.length === 0 ? [] : ['', ...table(targetHeadings, targets.map(targetRow))];
  const notes = results.map(noteOf).map((note) => (isMarkdown ? `- ${note}` : note));
  return [
    ...machineLines(machine),
    '',
    ...table(headings, rows),
    ...tables,
    ...judged,
    '',
    ...notes,
    ...results.flatMap(warningsOf),
  ];
}

/** Numbers to the right, words to the left. */
const isNumber = (text: string): boolean => /^-?[\d,.]+( [-(].*)?$/.test(text);

export function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const isRight = head.map((_, i) => rows.some((row) => isNumber(row[i] as string)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isRight[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rules = head.map((_, i) => (rows.some((row) => isNumber(row[i] as string)) ? '---:' : '---'));
  return [line(head), `|${rules.join('|')}|`, ...rows.map(line)];
}
