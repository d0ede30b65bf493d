/** Two revisions' results, figure by figure: medians and ranges of both, and how they relate round by round. */
import { type Figure, summarise, type Unit } from '../figures';
import { type SummaryTable, written } from '../summary-table';
import type { Result } from '../table';

/** What both sides measured in one round. */
export interface Round {
  readonly here: readonly Result[];
  readonly there: readonly Result[];
}

export interface ComparedFigure {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: Unit;
  /** One value a round each; rounds in which either has none are left out. */
  readonly here: readonly number[];
  readonly there: readonly number[];
  /** Here divided by there, in each round: what disturbed a round disturbed both. */
  readonly ratio: readonly number[];
}

function valueIn(results: readonly Result[], benchmark: string, name: string): number | undefined {
  const result = results.find((candidate) => candidate.benchmark === benchmark);
  return result?.figures.find((figure: Figure) => figure.name === name)?.values[0];
}

/** Figures that both revisions have, in the order of this one. */
export function compareRounds(rounds: readonly Round[]): ComparedFigure[] {
  const names = rounds[0]?.here.flatMap(({ benchmark, figures }) =>
    figures.map(({ name, unit }) => ({ benchmark, name, unit })),
  );
  return (names ?? []).flatMap(({ benchmark, name, unit }) => {
    const pairs = rounds.flatMap(({ here, there }) => {
      const [a, b] = [valueIn(here, benchmark, name), valueIn(there, benchmark, name)];
      return a === undefined || b === undefined || b === 0 ? [] : [[a, b] as const];
    });
    if (pairs.length === 0) return [];
    return [
      {
        benchmark,
        name,
        unit,
        here: pairs.map(([a]) => a),
        there: pairs.map(([, b]) => b),
        ratio: pairs.map(([a, b]) => a / b),
      },
    ];
  });
}

function cell(values: readonly number[]): string {
  const { median, min, max } = summarise(values);
  return values.length > 1 ? `${written(median)} (${written(min)} - ${written(max)})` : written(median);
}

export function comparisonTable(compared: readonly ComparedFigure[], revision: string): SummaryTable {
  return {
    headings: ['benchmark', 'figure', 'here', revision, `here : ${revision}`, 'unit'],
    rows: compared.map(({ benchmark, name, unit, here, there, ratio }) => [
      benchmark,
      name,
      cell(here),
      cell(there),
      cell(ratio),
      unit,
    ]),
  };
}
