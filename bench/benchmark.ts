/** What a benchmark is, and what it answers. Each is a file of its own and a row in benchmarks.ts. */
import type { BenchServices } from './bench-services';
import type { Figure } from './figures';
import type { Programs } from './programs';
import type { SummaryTable } from './summary-table';

/** `tiny`: seconds, for the tests, so that no benchmark rots. `short`: all of them in about five minutes. `whole`: to be quoted. */
export const SIZES = ['tiny', 'short', 'whole'] as const;
export type Size = (typeof SIZES)[number];

export interface Scale {
  readonly size: Size;
  /** What one run works on; each benchmark says in its row of benchmarks.ts what that is. */
  readonly events: number;
  readonly runs: number;
  /** Who takes part in `peers`; undefined: all of them, or in a tiny run those that are there already. */
  readonly contestants?: readonly string[] | undefined;
  /** How often each of them is killed after its laps; undefined: 5 times, in a tiny run never. */
  readonly kills?: number | undefined;
}

/** What every benchmark is handed. */
export interface Bench {
  readonly services: BenchServices;
  readonly programs: Programs;
  /** A line on what is being done, for whoever waits. */
  readonly say: (line: string) => void;
}

/** Of the audit after the runs: figures count only where nothing differs. */
export interface AuditedCells {
  readonly compared: number;
  readonly differing: number;
}

export interface Measurement {
  /** Under what conditions, `batch of 10,000`. */
  readonly conditions: readonly string[];
  readonly figures: readonly Figure[];
  /** Many figures of several things, side by side: printed in place of their rows. */
  readonly table?: SummaryTable;
  /** undefined: the benchmark leaves no counts to be audited. */
  readonly audited: AuditedCells | undefined;
}

export interface Benchmark {
  readonly name: string;
  /** One line for the help. */
  readonly measures: string;
  /** Only where it is asked for by name: it needs what others do not, or takes long. */
  readonly isNamedOnly?: boolean;
  readonly events: Readonly<Record<Size, number>>;
  readonly runs: Readonly<Record<Size, number>>;
  readonly measure: (bench: Bench, scale: Scale) => Promise<Measurement>;
}

export function sumCells(cells: readonly AuditedCells[]): AuditedCells {
  return cells.reduce(
    (sum, { compared, differing }) => ({
      compared: sum.compared + compared,
      differing: sum.differing + differing,
    }),
    { compared: 0, differing: 0 },
  );
}

/** Something that a benchmark measures did not work: there is no figure to be given. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
