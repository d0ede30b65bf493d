/** The large numbers: now, in the window, of all time. */
import type { DashboardSnapshot, VisitorCount } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setFigure, setHidden, setText } from './elements';
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

type Since = Pick<DashboardSnapshot, 'countingSince' | 'partlySince'>;

/** Of all time. */
export function describeSince({ countingSince, partlySince }: Since, clock: ZoneClock): string {
  const name = (iso: string): string => clock.dayAndMinute(Date.parse(iso));
  const whole = countingSince === null ? '' : `since ${name(countingSince)}`;
  if (partlySince === null) return whole;
  const partly = `in part since ${name(partlySince)}`;
  return whole === '' ? partly : `whole ${whole}, ${partly}`;
}

/** Of the chosen window; empty where it is whole. */
export function describeLacking(
  { countingSince, partlySince, series }: Since & Pick<DashboardSnapshot, 'series'>,
  clock: ZoneClock,
): string {
  const [first] = series;
  if (partlySince === null || first === undefined) return '';
  if (countingSince === null) return 'incomplete: a partition has no counts';
  if (Date.parse(first.at) >= Date.parse(countingSince)) return '';
  return `incomplete before ${clock.dayAndMinute(Date.parse(countingSince))}: some partitions are counted only since then`;
}

export function showFigures(snapshot: DashboardSnapshot, clock: ZoneClock): void {
  const { visitors, viewsPerSecond, inWindow, totals, window } = snapshot;
  showVisitors('visitors-5m', visitors.last5m);
  showVisitors('visitors-30m', visitors.last30m);
  setFigure(elementById('views-per-second'), formatRate(viewsPerSecond));

  setText(elementById('window-title'), `Last ${WINDOW_NAMES[window]}`);
  showCounts('window', inWindow);

  showCounts('total', totals);
  setText(elementById('since'), describeSince(snapshot, clock));
  const lacking = describeLacking(snapshot, clock);
  setText(elementById('incomplete'), lacking);
  setHidden(elementById('incomplete'), lacking === '');
}
