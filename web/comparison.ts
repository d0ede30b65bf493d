/** How the window compares with the same time of another day: asked once a bucket, shown beside the numbers and in the chart. */
import type { ComparedCounts, Comparison, ComparisonSpan } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setText } from './elements';
import { describeMeans } from './engagement';
import { formatChange, formatCount, formatVisitors } from './format';
import { comparisonAddress, type Selection, SPAN_NAMES } from './selection';
import { askApi } from './session';
import type { ZoneClock } from './zone-clock';

const periodMs = 60_000;
/** After an attempt that failed. */
const retryMs = 10_000;
const answerMsMax = 10_000;

/** Holds the newest answer for what is selected; asks again each minute while it is looked at. */
export class ComparisonReader {
  private held: { readonly address: string; readonly comparison: Comparison } | undefined;
  private asked: { readonly address: string; readonly atMs: number; readonly failed: boolean } | undefined;

  constructor(private readonly onAnswer: () => void) {}

  /** undefined: not compared, or not known yet. Asks where it is time to. */
  read(selection: Selection, span: ComparisonSpan | undefined): Comparison | undefined {
    if (span === undefined) return undefined;
    const address = comparisonAddress(selection, span);
    const isDue =
      this.asked?.address !== address ||
      performance.now() - this.asked.atMs > (this.asked.failed ? retryMs : periodMs);
    if (isDue && !document.hidden) void this.ask(address);
    return this.held?.address === address ? this.held.comparison : undefined;
  }

  private async ask(address: string): Promise<void> {
    const atMs = performance.now();
    this.asked = { address, atMs, failed: false };
    try {
      const response = await askApi(address, { signal: AbortSignal.timeout(answerMsMax) });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const comparison = (await response.json()) as Comparison;
      // Another one may have been asked for meanwhile.
      if (this.asked.address !== address) return;
      this.held = { address, comparison };
      this.onAnswer();
    } catch {
      // The freshness mark tells of an API that is away; the comparison waits for it.
      if (this.asked.address === address) this.asked = { address, atMs, failed: true };
    }
  }
}

function showChange(id: string, name: string, now: number, before: number, exactly: string): void {
  const element = elementById(id);
  const text = before === 0 ? (now === 0 ? '' : 'none before') : formatChange(now, before);
  setText(element, text === '' ? '' : `${text} vs ${name}`);
  setAttribute(element, 'title', exactly);
  setAttribute(element, 'data-way', before === 0 || now === before ? '' : now > before ? 'up' : 'down');
}

function showCounts(name: string, period: string, now: ComparedCounts, earlier: ComparedCounts): void {
  showEngagementChange(name, now, earlier);
  for (const key of ['views', 'events', 'bots'] as const) {
    const exactly = `${period}: ${formatCount(now[key])}; ${name}: ${formatCount(earlier[key])}`;
    showChange(`change-${key}`, name, now[key], earlier[key], exactly);
  }
  if (now.visitors === null || earlier.visitors === null) {
    showChange('change-visitors', name, 0, 0, '');
    return;
  }
  const exactly = `${period}: ${formatVisitors(now.visitors)}; ${name}: ${formatVisitors(earlier.visitors)}`;
  showChange('change-visitors', name, now.visitors.count, earlier.visitors.count, exactly);
}

/** Beside the means of the window (engagement.ts): which way they went, and from what. */
function showEngagementChange(name: string, now: ComparedCounts, earlier: ComparedCounts): void {
  const element = elementById('list-column-engagement');
  const isKnown = [now, earlier].every(({ engagedMs, views }) => engagedMs > 0 && views > 0);
  const [mean, before] = [now, earlier].map(({ engagedMs, views }) => engagedMs / views);
  const way = !isKnown || mean === before ? '' : Number(mean) > Number(before) ? 'up' : 'down';
  setAttribute(element, 'data-way', way);
  const exactly = `${describeMeans(now)} a view; ${name}: ${describeMeans(earlier)}`;
  setAttribute(element, 'title', isKnown ? exactly : '');
}

const none: ComparedCounts = {
  views: 0,
  events: 0,
  bots: 0,
  engagements: 0,
  engagedMs: 0,
  scrolled: 0,
  visitors: null,
};

/** `comparison` undefined: nothing to show. `isDrawn`: its views are a line in the chart too. */
export function showComparison(comparison: Comparison | undefined, isDrawn: boolean, clock: ZoneClock): void {
  if (comparison === undefined || comparison.earlier === null) {
    showCounts('', '', none, none);
    setText(elementById('compare-note'), comparison === undefined ? '' : describeMissing(comparison));
    return;
  }
  const name = SPAN_NAMES[comparison.against];
  const [from, to] = [Date.parse(comparison.from), Date.parse(comparison.to)];
  // Only whole buckets are compared: the one that is still filling would always look like a loss.
  const period = `${clock.dayAndMinute(from)} to ${clock.dayAndMinute(to)}`;
  showCounts(name, period, comparison.now, comparison.earlier);
  setText(elementById('compare-note'), isDrawn ? '' : `No line for ${name}: such old days are held by UTC.`);
}

function describeMissing({ missing, against }: Comparison): string {
  const name = SPAN_NAMES[against];
  return missing === 'not_kept'
    ? `No comparison with ${name}: so fine a count is no longer held.`
    : `No comparison with ${name} yet: counting had not begun.`;
}
