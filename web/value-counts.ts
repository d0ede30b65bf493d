/** Tables of a value and its count, each row with a bar that shows its share of the largest. */
import type { DashboardSnapshot, Top, ValueCount } from '../pipeline/core/snapshot';
import {
  createElement,
  elementById,
  namedText,
  setAttribute,
  setForeignText,
  setText,
  syncChildren,
} from './elements';
import { formatCount, formatShare } from './format';

function makeRow(): Element {
  const row = createElement('tr');
  row.append(createElement('td', 'value'), createElement('td', 'count'));
  // Rows are laid out as grids, which takes a table's meaning from them in some browsers; the roles give it back.
  row.setAttribute('role', 'row');
  for (const cell of row.children) cell.setAttribute('role', 'cell');
  return row;
}

interface Scale {
  /** Count of the longest bar. */
  readonly largest: number;
  /** All that was counted. */
  readonly whole: number;
  /** What is counted. */
  readonly unit: string;
}

function showRow(row: Element, { value, count, other }: ValueCount, scale: Scale): void {
  const [valueCell, countCell] = row.children;
  if (!(row instanceof HTMLElement && valueCell instanceof HTMLElement && countCell !== undefined)) return;
  row.classList.toggle('other', other === true);
  setForeignText(valueCell, namedText(value));
  setText(countCell, formatCount(count));
  setAttribute(
    countCell,
    'title',
    `${formatShare(count, scale.whole)} of ${formatCount(scale.whole)} ${scale.unit}`,
  );
  const length = scale.largest === 0 || other === true ? 0 : (100 * count) / scale.largest;
  row.style.setProperty('--share', `${length}%`);
}

function showValueCounts(body: Element, counts: readonly ValueCount[], whole: number, unit: string): void {
  const largest = counts.reduce((max, { count, other }) => (other ? max : Math.max(max, count)), 0);
  const rows = syncChildren(body, counts.length, makeRow);
  counts.forEach((count, index) => {
    const row = rows[index];
    if (row !== undefined) showRow(row, count, { largest, whole, unit });
  });
}

/** Of the smaller lists (web/lists.css). */
const rowsInSight = 6;

interface ListRow {
  readonly dimension: keyof Top;
  readonly title: string;
  readonly column: 'views' | 'events';
}

/** The lists, by the rows in which they stand. */
const lists: readonly (readonly ListRow[])[] = [
  [
    { dimension: 'pages', title: 'Pages', column: 'views' },
    { dimension: 'referrers', title: 'Referrers', column: 'views' },
  ],
  [
    { dimension: 'sources', title: 'Sources', column: 'views' },
    { dimension: 'campaigns', title: 'Campaigns', column: 'views' },
    { dimension: 'events', title: 'Events', column: 'events' },
  ],
  [
    { dimension: 'browsers', title: 'Browsers', column: 'views' },
    { dimension: 'devices', title: 'Devices', column: 'views' },
    { dimension: 'systems', title: 'Systems', column: 'views' },
    { dimension: 'countries', title: 'Countries', column: 'views' },
  ],
];

/** A table without rows yet; `id`: of its body. */
function makeTable(id: string): HTMLElement {
  const table = createElement('table', 'counts');
  table.setAttribute('role', 'table');
  const body = createElement('tbody');
  body.id = id;
  body.setAttribute('role', 'rowgroup');
  table.append(body);
  return table;
}

function makeList({ dimension, title, column }: ListRow): HTMLElement {
  const section = createElement('section', 'card list');
  section.id = `list-${dimension}`;
  const heading = createElement('h3', '', title);
  heading.id = `list-title-${dimension}`;
  const table = makeTable(`top-${dimension}`);
  table.setAttribute('aria-labelledby', heading.id);
  const head = createElement('div', 'list-head');
  head.append(heading, createElement('span', 'column', column));
  section.append(head, table, createElement('p', 'none', 'none'));
  return section;
}

/** Views of each page for all time, under the names that the original demo gave its columns. */
function makeAllTime(): HTMLElement {
  const table = makeTable('all-pages');
  table.append(createElement('caption', 'unseen', 'Views of each page, all time'));
  const head = table.insertAdjacentElement('afterbegin', createElement('thead'));
  const row = createElement('tr');
  row.append(createElement('th', 'value', 'page'), createElement('th', 'count', 'views'));
  head?.append(row);
  head?.setAttribute('role', 'rowgroup');
  row.setAttribute('role', 'row');
  for (const cell of row.children) cell.setAttribute('role', 'columnheader');
  return table;
}

/** Once, before the first snapshot, so that nothing moves when it comes. */
export function makeLists(): void {
  elementById('all').append(makeAllTime());
  elementById('top').append(
    ...lists.map((row) => {
      const group = createElement('div', 'list-row');
      group.append(...row.map(makeList));
      return group;
    }),
  );
}

export function showLists({ top, totals, inWindow }: DashboardSnapshot): void {
  for (const { dimension, column } of lists.flat()) {
    const counts = top[dimension];
    elementById(`list-${dimension}`).classList.toggle('is-empty', counts.length === 0);
    const whole = column === 'events' ? inWindow.events : inWindow.views;
    const body = elementById(`top-${dimension}`);
    showValueCounts(body, counts, whole, column);
    // A list that scrolls must be reached by keyboard.
    const isLong = counts.length > rowsInSight;
    if (body.parentElement !== null) setAttribute(body.parentElement, 'tabindex', isLong ? '0' : '-1');
  }
  showValueCounts(elementById('all-pages'), totals.pages, totals.views, 'views');
}
