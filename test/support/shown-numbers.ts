/** All that the page shows of an answer, as texts, beside what it should show of one. */
import type { Page } from 'playwright-core';
import type { DashboardSnapshot, ValueCount } from '../../pipeline/core/snapshot';
import type { BarRow } from '../../web/bar-table';
import { namedText } from '../../web/elements';
import { engagementBars } from '../../web/engagement';
import { pickProps } from '../../web/event-props';
import { formatCount, formatRate, formatVisitors } from '../../web/format';
import { ledgerRows } from '../../web/ledger';
import { revenueBars } from '../../web/revenue';

export interface ShownNumbers {
  readonly figures: Readonly<Record<string, string>>;
  /** By the id of their table: rows of cells. */
  readonly tables: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Of the event that is shown: its keys, with their values. */
  readonly props: readonly {
    readonly key: string;
    readonly count: string;
    readonly rows: readonly (readonly string[])[];
  }[];
  /** Names in the feed, newest first. */
  readonly feed: readonly string[];
}

const figureIds = [
  ...['visitors-5m', 'visitors-30m', 'views-per-second'],
  ...['window-views', 'window-visitors', 'window-events', 'window-bots'],
  ...['total-views', 'total-visitors', 'ledger-sum'],
] as const;

function asRows(counts: readonly ValueCount[]): string[][] {
  return counts.map(({ value, count }) => [namedText(value), formatCount(count)]);
}

function barRows(bars: readonly BarRow[]): string[][] {
  return bars.map(({ value, figure }) => [namedText(value), figure]);
}

/** What a page that shows this answer shows. */
export function numbersOf(snapshot: DashboardSnapshot): ShownNumbers {
  const { visitors, inWindow, totals, top, ledger, feed, series } = snapshot;
  const figures: Record<(typeof figureIds)[number], string> = {
    'visitors-5m': formatVisitors(visitors.last5m),
    'visitors-30m': formatVisitors(visitors.last30m),
    'views-per-second': formatRate(snapshot.viewsPerSecond),
    'window-views': formatCount(inWindow.views),
    'window-visitors': formatVisitors(inWindow.visitors),
    'window-events': formatCount(inWindow.events),
    'window-bots': formatCount(inWindow.bots),
    'total-views': formatCount(totals.views),
    'total-visitors': formatVisitors(totals.visitors),
    'ledger-sum': '✓ adds up',
  };
  const tops = Object.entries(top).map(([name, counts]) => [`top-${name}`, asRows(counts)] as const);
  const bars = series.map((point) => [
    formatCount(point.views),
    formatVisitors(point.visitors),
    formatCount(point.events),
    formatCount(point.bots),
  ]);
  return {
    figures,
    tables: {
      ...Object.fromEntries(tops),
      'top-engagement': barRows(engagementBars(snapshot.engagedPages)),
      'top-revenue': barRows(revenueBars(snapshot.revenue, 'en-US')),
      'all-pages': asRows(totals.pages),
      ledger: ledgerRows(ledger).map(({ name, count }) => [name, formatCount(count)]),
      'chart-rows': bars,
    },
    props: (pickProps(snapshot.props, undefined)?.keys ?? []).map(({ key, count, values }) => ({
      key: namedText(key),
      count: formatCount(count),
      rows: asRows(values),
    })),
    feed: feed.map((entry) => namedText((entry.type === 'track' ? entry.event : entry.path) ?? '')),
  };
}

/** At one moment. */
export async function readShownNumbers(page: Page): Promise<ShownNumbers> {
  return await page.evaluate((ids) => {
    const textOf = (element: Element | null): string => element?.textContent ?? '';
    const rowsOf = (body: Element, cells: string): string[][] =>
      [...body.querySelectorAll('tr')].map((row) => [...row.querySelectorAll(cells)].map(textOf));
    const bodies = [...document.querySelectorAll('tbody[id]')].filter((body) => !body.closest('#props-keys'));
    const tables = bodies.map((body) => {
      // A bar is named by its time, in a cell that heads its row; the answer has that as a date.
      const cells = body.id === 'chart-rows' ? 'td' : 'th, td';
      return [body.id, rowsOf(body, cells)] as const;
    });
    return {
      figures: Object.fromEntries(ids.map((id) => [id, textOf(document.getElementById(id))])),
      tables: Object.fromEntries(tables),
      props: [...document.querySelectorAll('#props-keys > *')].map((card) => ({
        key: textOf(card.querySelector('h3')),
        count: textOf(card.querySelector('.column')),
        rows: rowsOf(card, 'tbody td'),
      })),
      feed: [...document.querySelectorAll('#feed .name')].map(textOf),
    };
  }, figureIds);
}

/**
 * Waits until the page shows the very numbers that the API gives, all of them at one moment, and gives that answer. The two
 * are asked one after the other while heartbeats are counted each second, so not every moment will do; a number that is
 * wrong fits at none. Fails with the difference after `timeMsMax`.
 */
export async function untilNumbersEqual(
  page: Page,
  readApi: () => Promise<DashboardSnapshot>,
  timeMsMax = 20_000,
): Promise<DashboardSnapshot> {
  const deadlineMs = Date.now() + timeMsMax;
  for (;;) {
    const snapshot = await readApi();
    const shown = await readShownNumbers(page);
    const wanted = numbersOf(snapshot);
    if (JSON.stringify(sorted(shown)) === JSON.stringify(sorted(wanted))) return snapshot;
    if (Date.now() > deadlineMs) expect(shown).toEqual(wanted);
    await page.waitForTimeout(50);
  }
}

/** The order of tables on the page is not the answer's. */
function sorted({ figures, tables, props, feed }: ShownNumbers): unknown {
  const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record).sort();
  return [byName(figures), byName(tables), props, feed];
}
