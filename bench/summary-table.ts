/** A table with one row for each thing that was compared and a column for each of its figures: how `peers` and `--against` are read. */
import { type Figure, summarise, type Unit } from './figures';

/** A figure by the name under which runs hold it; see figuresOf. */
export type Column<T> = readonly [key: keyof T, name: string, unit: Unit];

export interface SummaryTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function written(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  if (value >= 100 || value === 0) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Median, and the range behind it where there is one. */
function cell(figure: Figure | undefined): string {
  if (figure === undefined) return '-';
  const { median, min, max } = summarise(figure.values);
  return figure.values.length > 1
    ? `${written(median)} (${written(min)} - ${written(max)})`
    : written(median);
}

/** `name: figure` of a figure's name: the row's own name is left out. */
function withoutRow(row: string, name: string): string {
  return name.startsWith(`${row}: `) ? name.slice(row.length + 2) : name;
}

/** Columns in the order in which figures first appear. */
export function summaryTable(
  first: string,
  rows: readonly { readonly name: string; readonly figures: readonly Figure[] }[],
): SummaryTable {
  const columns = new Map<string, Unit>();
  for (const { name, figures } of rows)
    for (const figure of figures) columns.set(withoutRow(name, figure.name), figure.unit);
  return {
    headings: [first, ...Array.from(columns, ([name, unit]) => `${name} (${unit})`)],
    rows: rows.map(({ name, figures }) => [
      name,
      ...Array.from(columns.keys(), (column) =>
        cell(figures.find((figure) => withoutRow(name, figure.name) === column)),
      ),
    ]),
  };
}
