/** A visitor chooses paths, referrers, names of events and of browsers: none of them does anything but stand there. */
import type { Browser } from 'playwright-core';
import type { DashboardSnapshot, FeedEntry, Top, ValueCount } from '../../pipeline/core/snapshot';
import { buildSnapshot } from '../support/build-snapshot';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { HOSTILE_STRINGS } from '../support/hostile-corpus';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';

const counts: ValueCount[] = HOSTILE_STRINGS.map((value, index) => ({ value, count: 1_000 - index }));

function poison(snapshot: DashboardSnapshot): DashboardSnapshot {
  const dimensions = Object.keys(snapshot.top) as (keyof Top)[];
  const top = Object.fromEntries(dimensions.map((name) => [name, counts])) as Record<keyof Top, ValueCount[]>;
  const feed = HOSTILE_STRINGS.map((text, index): FeedEntry => {
    const origin = { referrer: text, browser: text, device: text, country: text };
    return index % 2 === 0
      ? { at: snapshot.asOf, type: 'page', path: text, ...origin }
      : { at: snapshot.asOf, type: 'track', event: text, ...origin };
  });
  const engagedPages = counts.map(({ value }) => ({ value, views: 1, engagedMs: 1_000, scrolled: 1 }));
  const keys = HOSTILE_STRINGS.slice(0, 6).map((key) => ({ key, count: 9, values: counts.slice(0, 5) }));
  const props = HOSTILE_STRINGS.map((event) => ({ event, keys }));
  return { ...snapshot, top, feed, engagedPages, props, totals: { ...snapshot.totals, pages: counts } };
}

const store = new FakeSnapshotStore();
let served: ServedDashboard;
let browser: Browser;

beforeAll(async () => {
  store.make = (site, window, nowMs) => poison(buildSnapshot({ site, window, nowMs }));
  served = await serveDashboard(store);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test.each([
  ['a desk', 1_280],
  ['a phone', 360],
])('on %s they stay text, and the page stays usable', async (_, width) => {
  const opened = await openPage(browser, served.url, { width, height: 800 });
  const { page } = opened;
  await waitForState(page, 'live', 5_000);
  await page.waitForTimeout(2_500);

  const shown = HOSTILE_STRINGS.map((value) => (value.trim() === '' ? '(blank)' : value));
  for (const list of ['#top-pages', '#top-referrers', '#top-outbound', '#top-engagement', '#all-pages']) {
    expect(await page.locator(`${list} td.value`).allTextContents()).toEqual(shown);
  }
  expect(await page.locator('#feed .name').allTextContents()).toEqual(shown);
  expect(await page.locator('#props-keys h3').allTextContents()).toEqual(shown.slice(0, 6));
  // An option's text is without the blanks around it.
  const options = await page
    .locator('#props-event option')
    .evaluateAll((all) => all.map((one) => one.textContent));
  expect(options).toEqual(shown);

  // The page is its own elements and no more: nothing was made of a string.
  const made = await page.evaluate(() => ({
    scripts: document.scripts.length,
    links: document.links.length,
    images: document.images.length,
    styles: document.styleSheets.length,
    headings: document.querySelectorAll('h1').length,
    handlers: document.querySelectorAll('[onerror],[onload],[onclick],[style*="url"]').length,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  }));
  // The links are those to the ledger and to how the tracker is installed.
  expect(made).toMatchObject({ scripts: 1, links: 2, images: 0, styles: 1, headings: 1, handlers: 0 });
  expect(made.overflow).toBeLessThanOrEqual(0);

  // Usable: rows keep to one line, and the pickers work.
  const heights = await page
    .locator('#top-pages tr')
    .evaluateAll((rows) => rows.map((row) => row.clientHeight));
  expect(Math.max(...heights)).toBeLessThan(60);
  await page.locator('input[value="7d"]').check({ force: true });
  await page.locator('#window-title', { hasText: 'Last 7 days' }).waitFor({ timeout: 5_000 });

  expect(opened.errors).toEqual([]);
  expect(opened.foreignRequests).toEqual([]);
  await page.close();
});
