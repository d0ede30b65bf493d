/** The page: asks each second, shows the answer, and says four times a second how fresh it is. */
import type { DashboardSnapshot, SnapshotWindow } from '../pipeline/core/snapshot';
import { makeChart, showChart } from './chart';
import { chartSlots } from './chart-slots';
import { elementById, setHidden, setText } from './elements';
import { showFeed } from './feed';
import { showFigures } from './figures';
import { judgeFreshness } from './freshness';
import { showFreshness } from './freshness-mark';
import { showLedger } from './ledger';
import { makeWindowPicker, onSiteChoice, showSites } from './picker';
import { Poller } from './poller';
import { readSelection, type Selection, snapshotAddress, writeSelection } from './selection';
import { makeLists, showLists } from './value-counts';

const markPeriodMs = 250;

interface Shown {
  readonly snapshot: DashboardSnapshot;
  /** Monotonic. */
  readonly receivedAtMs: number;
}

let selection = readSelection(location.search);
let shown: Shown | undefined;
let failure: string | undefined;
let expectedSinceMs = performance.now();

/** The server's present: its time of the last answer, carried on by this page's monotonic clock. */
function estimateServerNowMs({ snapshot, receivedAtMs }: Shown): number {
  return Date.parse(snapshot.asOf) + performance.now() - receivedAtMs;
}

function isEmpty({ totals }: DashboardSnapshot): boolean {
  return totals.views + totals.events + totals.bots === 0;
}

function showSnapshot(snapshot: DashboardSnapshot): void {
  setHidden(elementById('empty'), !isEmpty(snapshot));
  elementById('numbers').classList.toggle('is-bare', isEmpty(snapshot));
  showSites(snapshot.sites, snapshot.site);
  showFigures(snapshot);
  showLists(snapshot);
  showFeed(snapshot.feed);
  showLedger(snapshot);
}

/** Before the first answer there is nothing that the mark could stand beside; then the reason has a place of its own. */
function showRefusal(): void {
  const isRefused = failure !== undefined && shown === undefined;
  setText(elementById('refused'), isRefused ? `No answer yet: ${failure}. Asking again each second.` : '');
  setHidden(elementById('refused'), !isRefused);
}

/** What changes without an answer: the freshness mark, and the chart's minute. */
function showTime(): void {
  const last = shown && { lagMs: shown.snapshot.lag, receivedAtMs: shown.receivedAtMs };
  const mark = judgeFreshness(last, expectedSinceMs, performance.now());
  const nowMs = shown === undefined ? 0 : estimateServerNowMs(shown);
  showFreshness(mark, shown?.snapshot, nowMs, failure);
  if (shown === undefined) return;
  const { series, window } = shown.snapshot;
  showChart(chartSlots(series, window, nowMs), window);
}

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
  selection = { ...selection, ...change };
  history.replaceState(null, '', `${location.pathname}${writeSelection(selection)}`);
  poller.askNow();
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  expectedSinceMs = performance.now();
  poller.wake();
});

makeWindowPicker(selection.window, (window: SnapshotWindow) => choose({ window }));
onSiteChoice((site) => choose({ site }));
makeLists();
makeChart();
// What scrolls must be reached by keyboard too; not every browser sees to it.
for (const area of document.querySelectorAll<HTMLElement>('.scroll')) area.tabIndex = 0;
setInterval(showTime, markPeriodMs);
poller.askNow();
