/** What the page shows is what the API says, in every place. */
import type { Browser, Page } from 'playwright-core';
import type { DashboardSnapshot, ValueCount } from '../../pipeline/core/snapshot';
import { formatCount, formatRate, formatVisitors } from '../../web/format';
import { ledgerRows } from '../../web/ledger';
import { buildSnapshot } from '../support/build-snapshot';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';

const store = new FakeSnapshotStore();
let served: ServedDashboard;
let browser: Browser;

beforeAll(async () => {
  served = await serveDashboard(store);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? '';
}

async function rowsOf(page: Page, selector: string): Promise<string[][]> {
  return await page
    .locator(selector)
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
}

function asRows(counts: readonly ValueCount[]): string[][] {
  return counts.map(({ value, count }) => [value, formatCount(count)]);
}

async function readApi(query = ''): Promise<DashboardSnapshot> {
  const response = await fetch(`${served.url}api/v1/snapshot${query}`);
  return (await response.json()) as DashboardSnapshot;
}

test.each([
  ['many', 20_000],
  ['few', 3],
])('with %s events every number on the page is the API’s', async (_, scale) => {
  const nowMs = Date.now();
  store.make = (site, window) => buildSnapshot({ site, window, nowMs, scale });
  const { page, errors, foreignRequests } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);
  const api = await readApi();

  expect(await textOf(page, '#visitors-5m')).toBe(formatVisitors(api.visitors.last5m));
  expect(await textOf(page, '#visitors-30m')).toBe(formatVisitors(api.visitors.last30m));
  expect(await textOf(page, '#views-per-second')).toBe(formatRate(api.viewsPerSecond));
  expect(await textOf(page, '#window-views')).toBe(formatCount(api.inWindow.views));
  expect(await textOf(page, '#window-visitors')).toBe(formatVisitors(api.inWindow.visitors));
  expect(await textOf(page, '#window-events')).toBe(formatCount(api.inWindow.events));
  expect(await textOf(page, '#window-bots')).toBe(formatCount(api.inWindow.bots));
  expect(await textOf(page, '#total-views')).toBe(formatCount(api.totals.views));
  expect(await textOf(page, '#total-visitors')).toBe(formatVisitors(api.totals.visitors));
  for (const [dimension, counts] of Object.entries(api.top)) {
    expect(await rowsOf(page, `#top-${dimension} tr`)).toEqual(asRows(counts));
  }
  expect(await rowsOf(page, '#all-pages tr')).toEqual(asRows(api.totals.pages));
  const ledger = ledgerRows(api.ledger).map(({ name, count }) => [name, formatCount(count)]);
  expect(await rowsOf(page, '#ledger tr')).toEqual(ledger);
  expect(await textOf(page, '#ledger-sum')).toBe('✓ adds up');
  expect(await page.locator('#feed li').count()).toBe(api.feed.length);
  const bars = await rowsOf(page, '#chart-rows tr');
  expect(bars.map(([, ...counts]) => counts)).toEqual(
    api.series.map(({ views, visitors, events, bots }) => [
      formatCount(views),
      formatVisitors(visitors),
      formatCount(events),
      formatCount(bots),
    ]),
  );
  expect([errors, foreignRequests]).toEqual([[], []]);
  await page.close();
});

test('new numbers are on the page with the next refresh, without a reload', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);
  await page.evaluate(() => document.body.setAttribute('data-marked', ''));

  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 777 });
  const wanted = formatVisitors(buildSnapshot({ scale: 777 }).visitors.last5m);
  await page.locator('#visitors-5m', { hasText: wanted }).waitFor({ timeout: 4_000 });

  expect(await page.locator('body[data-marked]').count()).toBe(1);
  await page.close();
});

test('the window is picked by keyboard, kept in the address, and survives a reload', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  await page.locator('input[value="30m"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#window-title', { hasText: 'Last 24 hours' }).waitFor({ timeout: 4_000 });
  expect(new URL(page.url()).search).toBe('?window=24h');
  await page.reload();
  await page.locator('#window-title', { hasText: 'Last 24 hours' }).waitFor({ timeout: 4_000 });

  expect(await textOf(page, '#chart-title')).toBe('By hour, UTC');
  expect(await textOf(page, '#window-views')).toBe(
    formatCount((await readApi('?window=24h')).inWindow.views),
  );
  await page.close();
});

test('the chart is read bar by bar with the arrow keys', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  await page.locator('#chart').focus();
  await page.keyboard.press('Home');
  const first = (await readApi()).series[0];

  expect(await textOf(page, '#chart-reading')).toContain(`${formatCount(first?.views ?? -1)} views`);
  await page.close();
});

test('another site is a choice, and one that is not counted is said', async () => {
  store.sites = ['demo', 'shop'];
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  await page.locator('#site').selectOption('shop');
  await page.waitForFunction(() => location.search === '?site=shop');
  await waitForState(page, 'live', 5_000);
  await page.goto(`${served.url}?site=nobody`);

  await page.locator('#refused', { hasText: 'site: "nobody" is not counted' }).waitFor({ timeout: 5_000 });
  await page.close();
  store.sites = ['demo'];
});

test('a site without events says how to send the first one, and shows it by itself', async () => {
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 0 });
  const { page } = await openPage(browser, served.url);
  await page.locator('#empty').waitFor({ state: 'visible', timeout: 5_000 });
  await waitForState(page, 'empty', 5_000);

  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 3 });

  await page.locator('#empty').waitFor({ state: 'hidden', timeout: 5_000 });
  await waitForState(page, 'live', 5_000);
  await page.close();
});

test('work on partitions is said with how far it is, and since when numbers are whole', async () => {
  const progress = { counted: 1_204_113, total: 10_034_224, percent: 12, isAtWork: true };
  store.make = (site, window, nowMs) => ({
    ...buildSnapshot({ site, window, nowMs }),
    stopped: [{ partition: 3, state: 'torn', next: 42 }],
    rebuilding: [
      { partition: 1, cause: 'past', ...progress },
      { partition: 3, cause: 'torn', ...progress, percent: 43 },
      { partition: 5, cause: 'asked', ...progress },
    ],
    countingSince: new Date(nowMs - 600_000).toISOString(),
    partlySince: new Date(nowMs - 86_400_000).toISOString(),
  });
  const { page } = await openPage(browser, served.url);
  await page.locator('#stopped .notice').nth(2).waitFor({ timeout: 5_000 });

  const lines = await page.locator('#stopped .notice').allTextContents();
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^Partition 1 was too far behind .* 12 % \(1,204,113 of 10,034,224 records\)$/);
  expect(lines[1]).toMatch(/^Partition 3 is torn .* 43 % /);
  expect(lines[2]).toMatch(/^Partition 5 is being rebuilt\. What is shown goes on\. 12 % /);
  expect(await page.locator('#stopped .alarm').count()).toBe(2);
  // Within an alert, figures that change each second would be read out each second.
  expect(await page.locator('#stopped .progress').first().getAttribute('aria-live')).toBe('off');
  expect(await page.locator('#since').textContent()).toMatch(/^whole since .*, in part since /);
  expect(await page.locator('#incomplete').textContent()).toMatch(/^incomplete before /);
  await page.close();
});

test('a stopped partition is said in words, and taken back', async () => {
  store.make = (site, window, nowMs) => ({
    ...buildSnapshot({ site, window, nowMs }),
    stopped: [{ partition: 3, state: 'behind', next: 42, waitingFrom: 50 }],
  });
  const { page } = await openPage(browser, served.url);
  await page
    .locator('#stopped', { hasText: 'Partition 3 waits for repair since offset 42' })
    .waitFor({ timeout: 5_000 });

  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs });

  await page.locator('#stopped').waitFor({ state: 'hidden', timeout: 5_000 });
  await page.close();
});

test('nothing on the page is wider than a phone', async () => {
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 5_000_000 });
  const { page } = await openPage(browser, served.url, { width: 360, height: 740 });
  await waitForState(page, 'live', 5_000);

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  expect(overflow).toBeLessThanOrEqual(0);
  await page.close();
});

test('a hundred pages of all time scroll in their own list and do not stretch the page', async () => {
  const pages = Array.from({ length: 100 }, (_, i) => ({ value: `/page-${i}`, count: 100 - i }));
  store.make = (site, window) => {
    const snapshot = buildSnapshot({ site, window, nowMs: Date.now(), scale: 100 });
    return { ...snapshot, totals: { ...snapshot.totals, pages } };
  };
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  const empty = await page.evaluate(() => {
    const lowest = Math.max(
      ...[...document.querySelectorAll('main section')].map((e) => e.getBoundingClientRect().bottom),
    );
    return document.documentElement.scrollHeight - (lowest + window.scrollY);
  });
  expect(empty).toBeLessThan(100);
  await page.close();
});
