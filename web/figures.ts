/** The large numbers: now, in the window, of all time. */
import type { DashboardSnapshot, VisitorCount } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setText } from './elements';
import { formatCount, formatDay, formatRate, formatVisitors } from './format';
import { WINDOW_NAMES } from './selection';

function showCount(id: string, count: number): void {
  setText(elementById(id), formatCount(count));
}

function showVisitors(id: string, visitors: VisitorCount): void {
  const element = elementById(id);
  setText(element, formatVisitors(visitors));
  setAttribute(element, 'title', visitors.exact ? '' : 'Estimated, standard error 0.81 %');
}

export function showFigures({
  visitors,
  viewsPerSecond,
  inWindow,
  totals,
  window,
  countingSince,
}: DashboardSnapshot): void {
  showVisitors('visitors-5m', visitors.last5m);
  showVisitors('visitors-30m', visitors.last30m);
  setText(elementById('views-per-second'), formatRate(viewsPerSecond));

  setText(elementById('window-title'), `Last ${WINDOW_NAMES[window]}`);
  showCount('window-views', inWindow.views);
  showVisitors('window-visitors', inWindow.visitors);
  showCount('window-events', inWindow.events);
  showCount('window-bots', inWindow.bots);

  showCount('total-views', totals.views);
  showVisitors('total-visitors', totals.visitors);
  showCount('total-events', totals.events);
  showCount('total-bots', totals.bots);
  const since = countingSince === null ? '' : `since ${formatDay(Date.parse(countingSince))}`;
  setText(elementById('since'), since);
}
