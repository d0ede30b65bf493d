/** A laptop that slept, a tab that was not looked at: on return the page never calls old numbers live, and needs nobody. */
import type { Browser, Page } from 'playwright-core';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { buildSnapshot } from '../support/build-snapshot';
import { FaultyFront } from '../support/faulty-front';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import {
  freezePages,
  type MarkSample,
  moveWallClock,
  readMarks,
  recordMarks,
  setHidden,
  setWallClock,
} from '../support/page-time';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';
import { untilNumbersEqual } from '../support/shown-numbers';
import { ageOf, falselyLive, TimedStore } from '../support/timed-store';

const minuteMs = 60_000;

let store: TimedStore;
let served: ServedDashboard;
let front: FaultyFront;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  store = new TimedStore();
  served = await serveDashboard(store);
  front = new FaultyFront(served.url);
  await front.open();
  ({ page } = await openPage(browser, front.url, { before: (opened) => setWallClock(opened, 0) }));
  await waitForState(page, 'live', 15_000);
  await recordMarks(page);
});

afterEach(async () => {
  await page.close();
  await front.close();
  await served.close();
});

/** All that is not the page went on: the store's time, and the machine's wall clock. */
async function sleepMachine(ms: number): Promise<void> {
  store.aheadMs += ms;
  await moveWallClock(page, ms);
}

async function readApi(): Promise<DashboardSnapshot> {
  return (await (await fetch(`${served.url}api/v1/snapshot`)).json()) as DashboardSnapshot;
}

/** Waits until new numbers are called live and all are equal to the API's; gives what the mark said up to then. */
async function untilRecovered(): Promise<readonly MarkSample[]> {
  const { totals } = await readApi();
  await page.waitForFunction(
    (views) =>
      document.getElementById('mark')?.dataset.state === 'live' &&
      Number(document.getElementById('total-views')?.textContent?.replaceAll(',', '')) >= views,
    totals.views,
    { timeout: 20_000 },
  );
  const samples = await readMarks(page);
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs: nowMs + store.aheadMs });
  await untilNumbersEqual(page, readApi);
  await waitForState(page, 'live', 5_000);
  return samples;
}

test('a laptop that slept ten minutes, and has no network yet, is told so at once; then it recovers', async () => {
  front.fault = { kind: 'breaks off' };
  await sleepMachine(10 * minuteMs);

  await waitForState(page, 'silent', 5_000);
  expect(await page.locator('#mark-detail').textContent()).toMatch(/^for 10 min/);
  await page.waitForTimeout(1_500);
  expect(await page.locator('#mark').getAttribute('data-state')).toBe('silent');
  front.fault = { kind: 'none' };

  expect(falselyLive(await untilRecovered())).toEqual([]);
});

test('an answer that was on its way when the laptop fell asleep is not taken for a new one', async () => {
  front.fault = { kind: 'is slow', delayMs: () => 1_500 };
  const before = front.asked.length;
  await page.waitForRequest(/snapshot/, { timeout: 10_000 });
  while (front.asked.length === before) await page.waitForTimeout(20);
  front.fault = { kind: 'hangs' };
  await sleepMachine(10 * minuteMs);
  const [answered] = await Promise.all([
    page.waitForResponse(/snapshot/, { timeout: 10_000 }),
    waitForState(page, 'silent', 5_000),
  ]);
  expect(answered.ok()).toBe(true);
  await page.waitForTimeout(1_000);

  expect(await page.locator('#mark').getAttribute('data-state')).toBe('silent');
  front.fault = { kind: 'none' };
  expect(falselyLive(await untilRecovered())).toEqual([]);
});

test('pages that do not run for 8 s wake up with nothing that is called live and is not', async () => {
  // The network is slow to return: what the page holds is all it has.
  front.fault = { kind: 'is slow', delayMs: () => 1_000 };
  await freezePages(browser, 8_000);
  await page.waitForTimeout(500);
  front.fault = { kind: 'none' };

  const samples = await untilRecovered();
  const gapMs = Math.max(...samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? atMs)));
  expect(gapMs).toBeGreaterThan(7_000);
  expect(falselyLive(samples)).toEqual([]);
});

test('a hidden page asks every 10 s; looked at again it asks at once, and does not call what it held live', async () => {
  await setHidden(page, true);
  // What is in flight or due when it is hidden still goes out.
  await page.waitForTimeout(1_500);
  const hiddenAtMs = Date.now();
  await page.waitForTimeout(14_000);
  const askedHidden = front.asked.filter(({ atMs }) => atMs >= hiddenAtMs).length;
  expect(askedHidden).toBeGreaterThanOrEqual(1);
  expect(askedHidden).toBeLessThanOrEqual(2);

  // Hidden for so long that what it holds is old, and with answers that take their time.
  const held = (await readMarks(page)).at(-1);
  expect(held === undefined ? 0 : ageOf(held)).toBeGreaterThan(2_000);
  front.fault = { kind: 'is slow', delayMs: () => 700 };
  const seenAtMs = Date.now();
  await setHidden(page, false);
  // Hidden, it would have asked some five seconds later.
  await page.waitForTimeout(2_000);
  expect(front.asked.filter(({ atMs }) => atMs >= seenAtMs).length).toBeGreaterThanOrEqual(1);

  expect(falselyLive(await untilRecovered())).toEqual([]);
});
