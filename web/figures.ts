/** The large numbers: now, in the window, of all time. */
import type { DashboardSnapshot, VisitorCount } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setFigure, setText } from './elements';
import { formatCount, formatRate, formatShare, formatVisitors } from './format';
import { WINDOW_NAMES } from './selection';
import type { ZoneClock } from './zone-clock';

interface Counts {
  readonly views: number;
  readonly events: number;
  readonly bots: number;
  readonly visitors: VisitorCount;
}

function showVisitors(id: string, visitors: VisitorCount): void {
  const element = elementById(id);
  setFigure(element, formatVisitors(visitors));
  setAttribute(element, 'title', visitors.exact ? 'Exact' : 'Estimated, standard error 0.81 %');
}

/** The share of bots has one denominator everywhere: all that came, people's views and events and the bots' own. */
function showBots(prefix: string, { views, events, bots }: Counts): void {
  const all = views + events + bots;
  setFigure(elementById(`${prefix}-bots`), formatCount(bots));
  const share = elementById(`${prefix}-bots-share`);
  setText(share, all === 0 ? '' : `${formatShare(bots, all)} of all`);
  setAttribute(
    share,
    'title',
    `${formatCount(bots)} of ${formatCount(all)}: views, events and bots together`,
  );
}

function showCounts(prefix: string, counts: Counts): void {
  setFigure(elementById(`${prefix}-views`), formatCount(counts.views));
  showVisitors(`${prefix}-visitors`, counts.visitors);
  setFigure(elementById(`${prefix}-events`), formatCount(counts.events));
  showBots(prefix, counts);
}

export function showFigures(snapshot: DashboardSnapshot, clock: ZoneClock): void {
  const { visitors, viewsPerSecond, inWindow, totals, window, countingSince } = snapshot;
  showVisitors('visitors-5m', visitors.last5m);
  showVisitors('visitors-30m', visitors.last30m);
  setFigure(elementById('views-per-second'), formatRate(viewsPerSecond));

  setText(elementById('window-title'), `Last ${WINDOW_NAMES[window]}`);
  showCounts('window', inWindow);

  showCounts('total', totals);
  const since = countingSince === null ? '' : `since ${clock.dayAndMinute(Date.parse(countingSince))}`;
  setText(elementById('since'), since);
}
