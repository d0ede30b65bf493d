/** Tables of a value and a figure, each row with a bar as long as its share of the largest. */
import type { ValueCount } from '../pipeline/core/snapshot';
import { createElement, namedText, setAttribute, setForeignText, setText, syncChildren } from './elements';
import { formatCount, formatShare } from './format';

export interface BarRow {
  readonly value: string;
  readonly figure: string;
  /** Tooltip of the figure. */
  readonly meaning: string;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
  readonly isOther: boolean;
}

/** Rows of the smaller lists that are in sight (web/lists.css). */
export const rowsInSight = 6;

function makeRow(): Element {
  const row = createElement('tr');
  row.append(createElement('td', 'value'), createElement('td', 'count'));
  // Rows are laid out as grids, which takes a table's meaning from them in some browsers; the roles give it back.
  row.setAttribute('role', 'row');
  for (const cell of row.children) cell.setAttribute('role', 'cell');
  return row;
}

function showRow(row: Element, { value, figure, meaning, share, isOther }: BarRow): void {
  const [valueCell, figureCell] = row.children;
  if (!(row instanceof HTMLElement && valueCell instanceof HTMLElement && figureCell !== undefined)) return;
  row.classList.toggle('other', isOther);
  setForeignText(valueCell, namedText(value));
  setText(figureCell, figure);
  setAttribute(figureCell, 'title', meaning);
  row.style.setProperty('--share', `${100 * share}%`);
}

/** `body`: of a table of makeTable. */
export function showBars(body: Element, bars: readonly BarRow[]): void {
  const rows = syncChildren(body, bars.length, makeRow);
  bars.forEach((bar, index) => {
    const row = rows[index];
    if (row !== undefined) showRow(row, bar);
  });
  // A list that scrolls must be reached by keyboard.
  const table = body.parentElement;
  if (table !== null) setAttribute(table, 'tabindex', bars.length > rowsInSight ? '0' : '-1');
}

/** `whole`: all that was counted; `unit`: of what. */
export function countBars(counts: readonly ValueCount[], whole: number, unit: string): BarRow[] {
  const largest = counts.reduce((max, { count, other }) => (other ? max : Math.max(max, count)), 0);
  return counts.map(({ value, count, other }) => ({
    value,
    figure: formatCount(count),
    meaning: `${formatShare(count, whole)} of ${formatCount(whole)} ${unit}`,
    share: largest === 0 || other === true ? 0 : count / largest,
    isOther: other === true,
  }));
}

/** A table without rows yet; `id`: of its body. */
export function makeTable(id: string): HTMLElement {
  const table = createElement('table', 'counts');
  table.setAttribute('role', 'table');
  const body = createElement('tbody');
  body.id = id;
  body.setAttribute('role', 'rowgroup');
  table.append(body);
  return table;
}

export interface ListCard {
  /** The card is `list-<name>`, its heading `list-title-<name>`, the body of its table `top-<name>`. */
  readonly name: string;
  readonly title: string;
  /** Above the figures. */
  readonly column: string;
}

export function makeListCard({ name, title, column }: ListCard): HTMLElement {
  const section = createElement('section', 'card list');
  section.id = `list-${name}`;
  const heading = createElement('h3', '', title);
  heading.id = `list-title-${name}`;
  const table = makeTable(`top-${name}`);
  table.setAttribute('aria-labelledby', heading.id);
  const head = createElement('div', 'list-head');
  const columnName = createElement('span', 'column', column);
  columnName.id = `list-column-${name}`;
  head.append(heading, columnName);
  section.append(head, table, createElement('p', 'none', 'none'));
  return section;
}
