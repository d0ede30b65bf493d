/** The page for everybody: axe-core finds nothing serious, what moves can be stopped, all can be reached by keyboard. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
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

beforeEach(() => {
  store.state = 'answers';
  store.heartbeatAtMs = undefined;
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 2_000 });
});

/** Rules that are broken, with the first place, of the impacts that keep somebody from using the page. */
async function findSerious(page: Page): Promise<string[]> {
  // Injected as the debugger's own script: the page's policy allows no other.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes[0]?.html ?? '' }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, at }) => `${id}: ${at}`);
}

async function setScheme(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.waitForTimeout(300);
}

describe.each(['light', 'dark'] as const)('in the %s scheme axe-core finds nothing serious', (scheme) => {
  test.each([
    ['a desk', '', 1_280],
    ['a phone', '', 360],
    ['a wall', '?wall=1&window=24h', 1_920],
  ])('on %s', async (_, query, width) => {
    const { page } = await openPage(browser, `${served.url}${query}`, { width, height: 1_000 });
    await setScheme(page, scheme);
    await waitForState(page, 'live', 5_000);

    expect(await findSerious(page)).toEqual([]);
    await page.close();
  });

  test('without events', async () => {
    store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 0 });
    const { page } = await openPage(browser, served.url);
    await setScheme(page, scheme);
    await waitForState(page, 'empty', 5_000);

    expect(await findSerious(page)).toEqual([]);
    await page.close();
  });

  test('without answers, and with a partition that is stopped', async () => {
    store.make = (site, window, nowMs) => ({
      ...buildSnapshot({ site, window, nowMs, scale: 2_000 }),
      stopped: [{ partition: 3, state: 'behind', next: 42, waitingFrom: 50 }],
      rebuilding: [
        { partition: 1, cause: 'past', counted: 12, total: 100, percent: 12, isAtWork: true },
        { partition: 2, cause: 'asked', counted: 12, total: 100, percent: 12, isAtWork: true },
      ],
      countingSince: new Date(nowMs - 60_000).toISOString(),
      partlySince: new Date(nowMs - 86_400_000).toISOString(),
    });
    const { page } = await openPage(browser, served.url);
    await setScheme(page, scheme);
    await waitForState(page, 'live', 5_000);
    store.state = 'away';
    await waitForState(page, 'silent', 8_000);

    expect(await findSerious(page)).toEqual([]);
    await page.close();
  });
});

test('the page can be stopped: it asks nothing, shows what it showed, says so, and goes on', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  await page.locator('#pause').click();
  await waitForState(page, 'paused', 1_000);
  const before = await page.locator('#numbers').textContent();
  let asked = 0;
  page.on('request', () => {
    asked += 1;
  });
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 777 });
  await page.waitForTimeout(6_500);

  expect(asked).toBe(0);
  expect(await page.locator('#numbers').textContent()).toBe(before);
  expect(await page.locator('#mark-state').textContent()).toBe('Paused');
  expect(await page.locator('#mark-detail').textContent()).toMatch(/^numbers of \d\d:\d\d:\d\d$/);
  expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true');

  await page.locator('#pause').click();
  await waitForState(page, 'live', 5_000);
  expect(await page.locator('#visitors-5m').textContent()).toBe('1,321');
  await page.close();
});

test('every control is reached by the tabulator key, and each has a name', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);

  const reached: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.id ?? ''));
  }

  for (const id of ['site', 'pause', 'scheme', 'wall', 'compare', 'zone', 'chart', 'all', 'feed-type']) {
    expect(reached).toContain(id);
  }
  expect(reached).toContain('feed-text');
  expect(reached).toContain('feed-hold');
  await page.close();
});

test('a screen reader is told a summary at most once a minute, and each change of the state', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 5_000);
  const first = await page.locator('#summary').textContent();

  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 777 });
  await page.locator('#visitors-5m', { hasText: '1,321' }).waitFor({ timeout: 5_000 });

  expect(first).toMatch(
    /^3,400 visitors in the last 5 minutes, 12,200 in the last 30 minutes, [\d,]+ views in the last 30 minutes\.$/,
  );
  expect(await page.locator('#summary').textContent()).toBe(first);
  // All that is announced unasked is these two, and what is an alarm.
  const announced = await page
    .locator('[role=status],[role=alert],[role=log],[aria-live]')
    .evaluateAll((elements) => elements.map(({ id }) => id));
  expect(announced).toEqual(['mark-state', 'summary', 'stopped', 'refused', 'signed-out', 'install-state']);
  await page.close();
});
