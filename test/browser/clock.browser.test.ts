/** A viewer's clock is anybody's: what the page says of the present, it says by the server's time. */
import type { Browser, Page } from 'playwright-core';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type MarkSample, moveWallClock, readMarks, recordMarks, setWallClock } from '../support/page-time';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';

/** A day, and as much of one as shows in a time of day. */
const dayAndMoreMs = (24 * 60 + 3 * 60 + 17) * 60_000;

let served: ServedDashboard;
let browser: Browser;

beforeAll(async () => {
  served = await serveDashboard(new FakeSnapshotStore());
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

function timeOfDay(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

/** The chart ended with the minute that it was, at each moment from `fromMs` on: times of this machine. */
function expectPresent(samples: readonly MarkSample[], fromMs: number): void {
  const bars: string[] = [];
  for (let atMs = fromMs - 60_000; atMs < Date.now() + 60_000; atMs += 60_000) {
    bars.push(`${timeOfDay(atMs)} to ${timeOfDay(atMs + 60_000)}`);
  }
  for (const bar of new Set(samples.map(({ newestBar }) => newestBar))) expect(bars).toContain(bar);
}

async function expectTrueMark(page: Page): Promise<void> {
  // The newest event of the store is 1.2 s old, and its lag 0.64 s, whenever it is asked.
  expect(await page.locator('#mark-detail').textContent()).toMatch(
    /^newest event [1-9] s ago · lag [0-3]\.\d s$/,
  );
}

async function openWithClock(wallAheadMs: number): Promise<Page> {
  const { page } = await openPage(browser, served.url, {
    before: (opened) => setWallClock(opened, wallAheadMs),
  });
  await waitForState(page, 'live', 20_000);
  await recordMarks(page);
  return page;
}

test.each([
  ['ahead', dayAndMoreMs],
  ['behind', -dayAndMoreMs],
])('with a clock that is more than a day %s, mark and chart are right', async (_, wallAheadMs) => {
  const fromMs = Date.now();
  const page = await openWithClock(wallAheadMs);
  await page.waitForTimeout(3_000);

  await expectTrueMark(page);
  const samples = await readMarks(page);
  expect(samples.length).toBeGreaterThan(10);
  expectPresent(samples, fromMs);
  await page.close();
});

test.each([
  ['forward', dayAndMoreMs],
  ['back', -dayAndMoreMs],
])(
  'a clock that is set %s while the page is open changes nothing but for the moment until the next answer',
  async (_, byMs) => {
    const fromMs = Date.now();
    const page = await openWithClock(0);
    await moveWallClock(page, byMs);
    await page.waitForTimeout(1_500);
    await waitForState(page, 'live', 10_000);
    await page.waitForTimeout(1_500);

    await expectTrueMark(page);
    expectPresent(await readMarks(page), fromMs);
    // Forward it could have been a sleep, of which nobody tells the page: then what it held was old.
    const answered = page.waitForResponse(/snapshot/, { timeout: 10_000 });
    await answered;
    await waitForState(page, 'live', 10_000);
    await page.close();
  },
);
