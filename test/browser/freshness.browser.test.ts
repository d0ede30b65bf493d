/** The page never calls itself live for more than 5 s when it is not, and needs nobody to recover. */
import type { Browser, Page } from 'playwright-core';
import { buildSnapshot } from '../support/build-snapshot';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';

/** 5 s, a quarter of one for the mark's own period, and what a loaded machine takes to draw. */
const saidMsMax = 6_500;

let store: FakeSnapshotStore;
let served: ServedDashboard;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  store = new FakeSnapshotStore();
  served = await serveDashboard(store);
  ({ page } = await openPage(browser, served.url));
  await waitForState(page, 'live', 5_000);
});

afterEach(async () => {
  await page.close();
  await served.close();
});

test('heartbeats that stop are said within 5 s, and their return by itself', async () => {
  store.heartbeatAtMs = Date.now();

  await waitForState(page, 'delayed', saidMsMax);
  expect(await page.locator('#mark-state').textContent()).toBe('Delayed');
  store.heartbeatAtMs = Date.now() - 31_000;
  await waitForState(page, 'stale', 4_000);
  store.heartbeatAtMs = undefined;

  await waitForState(page, 'live', 4_000);
  expect(await page.locator('#mark-detail').textContent()).toMatch(/^newest event \d+ s ago · lag \d\.\d s$/);
});

test.each(['away', 'hangs'] as const)(
  'a store that is %s is said, with the reason, and its return by itself',
  async (state) => {
    store.state = state;

    await waitForState(page, 'silent', saidMsMax);
    expect(await page.locator('#mark-state').textContent()).toBe('No answer');
    expect(await page.locator('#mark-detail').textContent()).toMatch(/^for \d+ s: the store does not answer/);
    store.state = 'answers';
    store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 4_321 });

    await waitForState(page, 'live', 6_000);
    expect(await page.locator('#visitors-5m').textContent()).toBe('7,346');
  },
);

test('a server that is gone is said, and its return by itself', async () => {
  const { port } = served;
  await served.close();

  await waitForState(page, 'silent', saidMsMax);
  served = await serveDashboard(store, port);

  await waitForState(page, 'live', 6_000);
});

test('numbers that stand still are answered by 304, and the mark stays live', async () => {
  const nowMs = Date.now();
  store.make = (site, window, at) => ({
    ...buildSnapshot({ site, window, nowMs }),
    asOf: new Date(at).toISOString(),
  });
  await page.waitForResponse((response) => response.status() === 304, { timeout: 5_000 });

  const response = await page.waitForResponse((each) => each.url().includes('snapshot'), { timeout: 5_000 });

  expect(response.status()).toBe(304);
  await waitForState(page, 'live', 2_000);
});

test('there is never more than one request in flight, and about one a second', async () => {
  let inFlight = 0;
  let most = 0;
  let asked = 0;
  page.on('request', () => {
    inFlight += 1;
    asked += 1;
    most = Math.max(most, inFlight);
  });
  page.on('requestfinished', () => {
    inFlight -= 1;
  });
  page.on('requestfailed', () => {
    inFlight -= 1;
  });

  await page.waitForTimeout(5_000);

  expect(most).toBe(1);
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(asked).toBeLessThanOrEqual(6);
});
