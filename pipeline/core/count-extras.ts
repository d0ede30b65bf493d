/** Counts what only some events carry: props, links, revenue, engagement. */
import { addTo, type Cell, valuesOf } from './cell';
import { type Dimension, LINK_EVENTS } from './dimensions';
import type { ClickEvent, Engagement, Extras, Revenue } from './event';
import { splitAmount } from './money';
import { joinPropKey } from './props';

/** A value that nothing is added to is not made: the store counts the values that it holds by their first increment. */
function addSum(cell: Cell, dimension: Dimension, value: string, sum: number): void {
  if (sum > 0) addTo(valuesOf(cell.dimensions, dimension), value, sum);
}

function countProps(cell: Cell, event: string, props: Extras['props']): void {
  for (const [key, value] of props) {
    const propKey = joinPropKey(event, key);
    addSum(cell, 'propKeys', propKey, 1);
    addSum(cell, 'props', propKey + value, 1);
  }
}

function countRevenue(cell: Cell, { currency, thousandths }: Revenue): void {
  const { thousands, rest } = splitAmount(thousandths);
  addSum(cell, 'purchases', currency, 1);
  addSum(cell, 'revenueThousands', currency, thousands);
  addSum(cell, 'revenueRest', currency, rest);
}

function countEngagement(cell: Cell, path: string, { engagedMs, scrolled }: Engagement): void {
  cell.counts.engagements++;
  cell.counts.engagedMs += engagedMs;
  cell.counts.scrolled += scrolled;
  addSum(cell, 'engagedTimes', path, engagedMs);
  addSum(cell, 'scrollDepths', path, scrolled);
}

export function countExtras(
  cell: Cell,
  { event = '', page: { path = '' } }: ClickEvent,
  extras: Extras,
): void {
  const { props, link, revenue, engagement } = extras;
  if (props.size > 0) countProps(cell, event, props);
  if (revenue !== undefined) countRevenue(cell, revenue);
  if (engagement !== undefined) countEngagement(cell, path, engagement);
  const links = link === undefined ? undefined : LINK_EVENTS.get(event);
  if (links !== undefined) addSum(cell, links, link as string, 1);
}
