/** Which lists there are, and the rows in which they stand. */
import type { DashboardSnapshot, Top, ValueCount } from '../pipeline/core/snapshot';
import { countBars, type ListCard, makeListCard, makeTable, showBars } from './bar-table';
import { createElement, elementById } from './elements';
import { engagementCard, showEngagement } from './engagement';
import { revenueCard, showRevenue } from './revenue';

interface CountedCard extends ListCard {
  readonly name: keyof Top;
  /** Of what the counts are shares; of all that is in the list where it is neither. */
  readonly column: 'views' | 'events' | 'clicks' | 'downloads';
}

const counted: Readonly<Record<keyof Top, CountedCard>> = {
  pages: { name: 'pages', title: 'Pages', column: 'views' },
  referrers: { name: 'referrers', title: 'Referrers', column: 'views' },
  channels: { name: 'channels', title: 'Channels', column: 'views' },
  sources: { name: 'sources', title: 'Sources', column: 'views' },
  campaigns: { name: 'campaigns', title: 'Campaigns', column: 'views' },
  events: { name: 'events', title: 'Events', column: 'events' },
  outbound: { name: 'outbound', title: 'Outbound links', column: 'clicks' },
  downloads: { name: 'downloads', title: 'Downloads', column: 'downloads' },
  browsers: { name: 'browsers', title: 'Browsers', column: 'views' },
  devices: { name: 'devices', title: 'Devices', column: 'views' },
  systems: { name: 'systems', title: 'Systems', column: 'views' },
  countries: { name: 'countries', title: 'Countries', column: 'views' },
};

const rows: readonly (readonly ListCard[])[] = [
  [counted.pages, counted.referrers],
  [counted.channels, counted.sources, counted.campaigns],
  [counted.browsers, counted.devices, counted.systems, counted.countries],
  [engagementCard, counted.outbound, counted.downloads],
  // What follows are the details of events.
  [counted.events, revenueCard],
];

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
    ...rows.map((row) => {
      const group = createElement('div', 'list-row');
      group.append(...row.map(makeListCard));
      return group;
    }),
  );
}

function sumOf(counts: readonly ValueCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

export function showLists(snapshot: DashboardSnapshot): void {
  const { top, totals, inWindow } = snapshot;
  for (const { name, column } of Object.values(counted)) {
    const counts = top[name];
    elementById(`list-${name}`).classList.toggle('is-empty', counts.length === 0);
    const whole = column === 'views' || column === 'events' ? inWindow[column] : sumOf(counts);
    showBars(elementById(`top-${name}`), countBars(counts, whole, column));
  }
  showEngagement(snapshot);
  showRevenue(snapshot.revenue);
  showBars(elementById('all-pages'), countBars(totals.pages, totals.views, 'views'));
}
