/** Results as a person reads them: a plain table on the terminal, or one in Markdown for docs/performance.md. */
import type { Measurement } from './benchmark';
import { type Figure, summarise } from './figures';
import { foreignShareMax } from './foreign-load';
import { type Machine, machineLines } from './machine';

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

function written(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

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

/** The lines of both tables: those of one machine. */
export function printTable(results: readonly Result[], isMarkdown: boolean): string[] {
  const machine = results[0]?.machine;
  if (machine === undefined) return [];
  const rows = results.flatMap(({ benchmark, figures }) => figures.map((figure) => rowOf(benchmark, figure)));
  const table = isMarkdown ? markdownTable(rows) : alignedTable(rows);
  const notes = results.map(noteOf).map((note) => (isMarkdown ? `- ${note}` : note));
  return [...machineLines(machine), '', ...table, '', ...notes, ...results.flatMap(warningsOf)];
}

function alignedTable(rows: readonly string[][]): string[] {
  const all = [[...headings], ...rows];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => (row[i] as string).length)));
  return all.map((row) =>
    row
      // Numbers to the right, words to the left.
      .map((cell, i) =>
        i === 2 || i === 3 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
      )
      .join('  ')
      .trimEnd(),
  );
}

function markdownTable(rows: readonly string[][]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), '|---|---|---:|---:|---|', ...rows.map(line)];
}
