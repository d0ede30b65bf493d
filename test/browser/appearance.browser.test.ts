/** How the page looks: schemes, the wall, no jumps, times in the viewer's zone, what it weighs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { bundleWeb } from '../../bundle';
import { zoneClock } from '../../web/zone-clock';
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
  store.make = (site, window, nowMs, zone) => buildSnapshot({ site, window, nowMs, zone, scale: 2_000 });
});

async function groundOf(page: Page): Promise<string> {
  return await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

/** The most frequent colour of the chart's bars, as the canvas has it. */
async function barColour(page: Page): Promise<string> {
  return await page.locator('#chart canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const counts = new Map<string, number>();
    for (let index = 0; index < data.length; index += 4) {
      if (data[index + 3] !== 255) continue;
      const colour = `${data[index]} ${data[index + 1]} ${data[index + 2]}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  });
}

test('light or dark is the system’s choice until the person makes one, which is kept; the chart follows', async () => {
  const { page } = await openPage(browser, served.url);
  await page.emulateMedia({ colorScheme: 'light' });
  await waitForState(page, 'live', 30_000);
  const light = [await groundOf(page), await barColour(page)];
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(300);
  const dark = [await groundOf(page), await barColour(page)];
  expect(dark[0]).not.toBe(light[0]);
  expect(dark[1]).not.toBe(light[1]);

  await page.locator('#scheme').click();
  await page.waitForTimeout(300);
  expect([await groundOf(page), await barColour(page)]).toEqual(light);
  await page.reload();
  await waitForState(page, 'live', 30_000);
  expect([await groundOf(page), await barColour(page)]).toEqual(light);
  expect(await page.locator('#scheme').textContent()).toContain('Light');
  await page.close();
});

test.each([
  [1_920, 1_080],
  [1_366, 768],
  [3_840, 2_160],
  [800, 600],
])('the wall at %i by %i is one screenful', async (width, height) => {
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs, scale: 5_000_000 });
  const { page } = await openPage(browser, `${served.url}?wall=1&window=24h`, { width, height });
  await waitForState(page, 'live', 30_000);

  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight,
  ]);
  const chart = await page.locator('#chart canvas').boundingBox();

  expect(Math.max(...overflow)).toBeLessThanOrEqual(0);
  expect(chart?.height).toBeGreaterThan(60);
  expect((chart?.y ?? 0) + (chart?.height ?? 0)).toBeLessThanOrEqual(height);
  await page.close();
});

test('the wall is entered and left by a button, and has an address of its own', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 30_000);

  await page.locator('#wall').click();
  await page.waitForFunction(() => location.search === '?wall=1');
  expect(await page.locator('#feed').isVisible()).toBe(false);
  await page.locator('#wall').click();
  await page.waitForFunction(() => location.search === '');

  expect(await page.locator('#feed').isVisible()).toBe(true);
  await page.close();
});

test('nothing moves when the first numbers come, nor with any of the next', async () => {
  store.state = 'away';
  const { page } = await openPage(browser, served.url);
  await page.evaluate(() => {
    const shifts = [] as number[];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  // The notice that there is no answer may come and go; then the numbers have to find their places.
  await page.waitForTimeout(1_500);
  store.state = 'answers';
  await waitForState(page, 'live', 30_000);
  await page.evaluate(() => {
    window.shifts.length = 0;
  });
  let scale = 3;
  store.make = (site, window, nowMs) => {
    scale *= 12;
    return buildSnapshot({ site, window, nowMs, scale, seed: scale });
  };
  await page.waitForTimeout(5_000);

  const shifts = await page.evaluate(() => window.shifts);
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
  await page.close();
});

test.each(['Asia/Tehran', 'Europe/Berlin', 'America/St_Johns'])(
  'in %s every bar is named by the time that it begins there, as the feed is',
  async (zone) => {
    const context = await browser.newContext({ timezoneId: zone });
    const page = await context.newPage();
    await page.goto(`${served.url}?window=24h`);
    await waitForState(page, 'live', 30_000);
    const api = await page.evaluate(async () => await (await fetch('api/v1/snapshot?window=24h')).json());
    const clock = zoneClock(zone);

    const names = await page.locator('#chart-rows th').allTextContents();
    expect(names).toEqual(
      api.series.map(({ at, until }: { at: string; until: string }) => {
        return `${clock.dayAndMinute(Date.parse(at))} to ${clock.minute(Date.parse(until))}`;
      }),
    );
    await page.locator('#feed-hold').click();
    const times = await page
      .locator('#feed time')
      .evaluateAll((all) =>
        all.map((each) => [each.textContent, (each as HTMLTimeElement).dateTime] as const),
      );
    for (const [text, at] of times) expect(text).toBe(clock.second(Date.parse(at)));
    await context.close();
  },
);

test('another zone is a choice that is kept in the address; days are asked for as it cuts them', async () => {
  const { page } = await openPage(browser, `${served.url}?window=30d`);
  await waitForState(page, 'live', 30_000);

  const asked = page.waitForRequest((request) => request.url().includes('zone=Asia%2FTehran'));
  await page.locator('#zone').selectOption('Asia/Tehran');
  expect((await asked).url()).toContain('api/v1/snapshot?window=30d&zone=Asia%2FTehran');
  await page.locator('#chart-title', { hasText: 'Asia/Tehran' }).waitFor({ timeout: 5_000 });
  const names = await page.locator('#chart-rows th').allTextContents();
  // Hours are counted by UTC, so that a day in Tehran begins with the first one after midnight.
  expect(names.slice(1, -1).every((name) => /, 00:30 to .*, 00:30$/.test(name))).toBe(true);
  await page.reload();
  await page.locator('#chart-title', { hasText: 'By day, Asia/Tehran' }).waitFor({ timeout: 5_000 });
  await page.close();
});

test('the window is compared with the same time before, in numbers and in the chart', async () => {
  const { page } = await openPage(browser, `${served.url}?window=24h`);
  await waitForState(page, 'live', 30_000);

  await page.locator('#change-views', { hasText: 'vs yesterday' }).waitFor({ timeout: 5_000 });
  expect(await page.locator('#change-views').textContent()).toMatch(/^[+−±][\d,.]+ % vs yesterday$/);
  const exactly = await page.locator('#change-views').getAttribute('title');
  expect(exactly).toMatch(/: [\d,]+; yesterday: [\d,]+$/);
  await page.locator('#chart').focus();
  await page.keyboard.press('Home');
  expect(await page.locator('#chart-reading').textContent()).toMatch(/yesterday [\d,]+ views$/);

  const means = page.locator('#list-column-engagement');
  expect(await means.getAttribute('data-way')).toMatch(/^(up|down)$/);
  expect(await means.getAttribute('title')).toMatch(/ a view; yesterday: .*\d+ s/);

  await page.locator('#compare').selectOption('week');
  await page.locator('#change-views', { hasText: 'vs last week' }).waitFor({ timeout: 5_000 });
  await page.locator('#compare').selectOption('none');
  await page.locator('#earlier-key').waitFor({ state: 'hidden', timeout: 5_000 });
  expect(await page.locator('#change-views').textContent()).toBe('');
  await page.close();
});

test('the feed can be held and narrowed down, and goes on', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 30_000);

  await page.locator('#feed-hold').click();
  const held = await page.locator('#feed').textContent();
  await page.waitForTimeout(2_500);
  expect(await page.locator('#feed').textContent()).toBe(held);
  await page.locator('#feed-hold').click();
  await page.waitForFunction((before) => document.querySelector('#feed')?.textContent !== before, held);

  await page.locator('#feed-text').fill('ADD_to');
  const names = await page.locator('#feed .name').allTextContents();
  expect(new Set(names)).toEqual(new Set(['add_to_cart']));
  await page.locator('#feed-text').fill('<script>nothing</script>');
  await page.locator('#feed-none', { hasText: 'None of the events' }).waitFor({ timeout: 2_000 });
  await page.close();
});

test('what a browser loads for the page is under 45 KB, and 20 more to sign in, as docs/dashboard.md says', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clickstream-weight-'));
  bundleWeb(directory);
  const weighed = readdirSync(directory).map((file) => ({
    isLogin: file.startsWith('login.'),
    bytes: gzipSync(readFileSync(join(directory, file))).length,
  }));
  rmSync(directory, { recursive: true });
  const sum = (ofLogin: boolean) =>
    weighed.reduce((total, { isLogin, bytes }) => (isLogin === ofLogin ? total + bytes : total), 0);

  expect(sum(false)).toBeLessThan(45_000);
  expect(sum(true)).toBeGreaterThan(0);
  expect(sum(true)).toBeLessThan(20_000);
});
