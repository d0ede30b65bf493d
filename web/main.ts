/** The page: asks each second, shows the answer, and says four times a second how fresh it is. */
import type { DashboardSnapshot } from '../pipeline/core/snapshot';
import { announceSummary } from './announcer';
import { showAuditMark } from './audit-mark';
import { drawChart, makeChart, recolourChart } from './chart';
import { chartBars, chartTicks } from './chart-bars';
import { makeReading, showReadable } from './chart-reading';
import { showChartTitle } from './chart-title';
import { ComparisonReader, showComparison } from './comparison';
import { earlierViews } from './earlier-views';
import { elementById, setAttribute, setHidden, setText } from './elements';
import { makeEventProps, showEventProps } from './event-props';
import { clearFeed, makeFeed, showFeed } from './feed';
import { showFigures } from './figures';
import { judgeFreshness } from './freshness';
import { showFreshness, showPaused } from './freshness-mark';
import { makeInstall, showInstall } from './install';
import { showLedger } from './ledger';
import { showPartitions } from './partitions';
import { makePickers, showCompared, showSites } from './picker';
import { Poller } from './poller';
import { makeSchemeSwitch } from './scheme';
import {
  comparedSpan,
  readSelection,
  type Selection,
  SPAN_NAMES,
  snapshotAddress,
  writeSelection,
  zoneOf,
} from './selection';
import { openSession } from './session';
import { makeLists, showLists } from './value-counts';
import { makeWallSwitch, showWall } from './wall';
import { zoneClock } from './zone-clock';

const markPeriodMs = 250;

interface Shown {
  readonly snapshot: DashboardSnapshot;
  /** Monotonic. */
  readonly receivedAtMs: number;
}

let selection = readSelection(location.search);
let clock = zoneClock(zoneOf(selection));
let shown: Shown | undefined;
let failure: string | undefined;
let expectedSinceMs = performance.now();
let isPaused = false;

/** The server's present: its time of the last answer, carried on by this page's monotonic clock. */
function estimateServerNowMs({ snapshot, receivedAtMs }: Shown): number {
  return Date.parse(snapshot.asOf) + performance.now() - receivedAtMs;
}

function isEmpty({ totals }: DashboardSnapshot): boolean {
  return totals.views + totals.events + totals.bots + totals.engagements === 0;
}

function showSnapshot(snapshot: DashboardSnapshot): void {
  setHidden(elementById('empty'), !isEmpty(snapshot));
  elementById('numbers').classList.toggle('is-bare', isEmpty(snapshot));
  showSites(snapshot.sites, snapshot.site);
  showFigures(snapshot, clock);
  showLists(snapshot);
  showEventProps(snapshot.props);
  showFeed(snapshot.feed, clock);
  showLedger(snapshot);
  showInstall(snapshot);
  showPartitions(snapshot.stopped, snapshot.rebuilding);
  showAuditMark(snapshot.audit, clock);
  announceSummary(snapshot, performance.now());
}

/** Before the first answer there is nothing that the mark could stand beside; then the reason has a place of its own. */
function showRefusal(): void {
  const isRefused = failure !== undefined && shown === undefined;
  setText(elementById('refused'), isRefused ? `No answer yet: ${failure}. Asking again each second.` : '');
  setHidden(elementById('refused'), !isRefused);
}

function showSeries({ snapshot: { series, window } }: Shown, nowMs: number): void {
  const bars = chartBars(series, window, nowMs);
  const ticks = chartTicks(bars, window, clock);
  const span = comparedSpan(selection);
  const comparison = comparisonReader.read(selection, span);
  const earlier = comparison && earlierViews(bars, comparison);
  const earlierName = span === undefined ? '' : SPAN_NAMES[span];
  showComparison(comparison, earlier !== undefined, clock);
  showChartTitle(bars, window, clock, earlier === undefined ? '' : earlierName);
  drawChart({ bars, ticks, earlier });
  showReadable({ bars, window, clock, earlier, earlierName });
}

/** What changes without an answer: the freshness mark, and the chart's minute. */
function showTime(): void {
  if (isPaused) return;
  const last = shown && { lagMs: shown.snapshot.lag, receivedAtMs: shown.receivedAtMs };
  const mark = judgeFreshness(last, expectedSinceMs, performance.now() + poller.sleptMs);
  const nowMs = shown === undefined ? 0 : estimateServerNowMs(shown);
  showFreshness(mark, shown?.snapshot, nowMs, failure);
  if (shown !== undefined) showSeries(shown, nowMs);
}

const comparisonReader = new ComparisonReader(showTime);

const poller = new Poller({
  address: () => snapshotAddress(selection),
  onAnswer: (snapshot) => {
    // Shown first: an answer that cannot be shown is none.
    showSnapshot(snapshot);
    shown = { snapshot, receivedAtMs: performance.now() };
    failure = undefined;
    showRefusal();
    showTime();
  },
  onFailure: (reason) => {
    failure = reason;
    showRefusal();
    showTime();
  },
});

function choose(change: Partial<Selection>): void {
  if (change.site !== undefined && change.site !== selection.site) clearFeed();
  selection = { ...selection, ...change };
  clock = zoneClock(zoneOf(selection));
  history.replaceState(null, '', `${location.pathname}${writeSelection(selection)}`);
  showCompared(selection);
  showWall(selection.isWall);
  // A choice is a wish to see something: a page that stands still would not show it.
  setPaused(false);
  if (shown !== undefined) showSnapshot(shown.snapshot);
  poller.askNow();
}

/** WCAG 2.2.2: what updates by itself can be stopped. A stopped page asks nothing, and says that it is stopped. */
function setPaused(isWanted: boolean): void {
  if (isWanted === isPaused) return;
  isPaused = isWanted;
  const button = elementById('pause');
  setAttribute(button, 'aria-pressed', String(isPaused));
  setText(button, isPaused ? 'Go on' : 'Pause');
  if (isPaused) {
    poller.pause();
    showPaused(shown === undefined ? '' : clock.second(estimateServerNowMs(shown)));
    return;
  }
  expectedSinceMs = performance.now();
  poller.askNow();
  showTime();
}

function showAgain(): void {
  if (document.hidden || isPaused) return;
  expectedSinceMs = performance.now();
  poller.wake();
}

/** After a sign-in the page's address is again what it was before. */
function start(): void {
  selection = readSelection(location.search);
  clock = zoneClock(zoneOf(selection));
  expectedSinceMs = performance.now();
  makePickers({ selection, onChoice: choose });
  makeWallSwitch(
    () => selection.isWall,
    (isWall) => choose({ isWall }),
  );
  showWall(selection.isWall);
  makeLists();
  makeEventProps(() => shown && showEventProps(shown.snapshot.props));
  makeInstall();
  makeFeed();
  makeReading(makeChart());
  elementById('pause').addEventListener('click', () => setPaused(!isPaused));
  // What scrolls must be reached by keyboard too; not every browser sees to it.
  for (const area of document.querySelectorAll<HTMLElement>('.scroll')) area.tabIndex = 0;
  document.addEventListener('visibilitychange', showAgain);
  setInterval(showTime, markPeriodMs);
  poller.askNow();
}

makeSchemeSwitch(recolourChart);
void openSession().then(start);
