/** An API that is away, broken, slow or not itself: said within 5 s with the reason, never shown as numbers, mended by itself. */
import type { Browser, Page } from 'playwright-core';
import { buildSnapshot } from '../support/build-snapshot';
import type { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { type Fault, FaultyFront } from '../support/faulty-front';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { readMarks, recordMarks, setWallClock } from '../support/page-time';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';
import { untilNumbersEqual } from '../support/shown-numbers';
import { falselyLive, TimedStore } from '../support/timed-store';

jest.setTimeout(90_000);

/** 5 s, the mark's own period, and what a loaded machine takes for a request and to draw in several pages at once. */
const saidMsMax = 9_000;

let store: FakeSnapshotStore;
let served: ServedDashboard;
let browser: Browser;
/** Of the test that runs; closed after it, whatever became of it. */
const pages: Page[] = [];
const fronts: FaultyFront[] = [];
/** Somebody else's server. */
let foreign: FaultyFront;

beforeAll(async () => {
  foreign = new FaultyFront('http://127.0.0.1:1/');
  await foreign.open();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await foreign?.close();
});

beforeEach(async () => {
  store = new TimedStore();
  served = await serveDashboard(store);
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  for (const front of fronts.splice(0)) await front.close();
  await served.close();
});

async function openBehind(front: FaultyFront): Promise<Page> {
  fronts.push(front);
  await front.open();
  const { page } = await openPage(browser, front.url, { before: (opened) => setWallClock(opened, 0) });
  pages.push(page);
  await waitForState(page, 'live', 20_000);
  await recordMarks(page);
  return page;
}

interface Outage {
  readonly name: string;
  readonly fault: () => Fault | 'closed';
  readonly reason: RegExp;
}

function answers(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault {
  return { kind: 'answers', status, body, headers };
}

const login = '<!doctype html><title>Sign in</title><script>alert(1)</script><h1>Sign in</h1>';
const html = { 'Content-Type': 'text/html' };
const unreadable = /: it cannot be reached or understood$/;
const tooSlow = /: it takes longer than 3 s$/;

const outages: readonly (readonly Outage[])[] = [
  [
    { name: 'closed', fault: () => 'closed', reason: unreadable },
    { name: 'breaks off', fault: () => ({ kind: 'breaks off' }), reason: unreadable },
    { name: 'hangs', fault: () => ({ kind: 'hangs' }), reason: tooSlow },
    { name: 'hangs within', fault: () => ({ kind: 'hangs within the body' }), reason: tooSlow },
    { name: 'slow', fault: () => ({ kind: 'is slow', delayMs: () => 3_500 }), reason: tooSlow },
  ],
  [
    { name: '500', fault: () => answers(500, '{"message":"it failed"}'), reason: /: it failed$/ },
    { name: '503', fault: () => answers(503, '{"message":"ask again"}'), reason: /: ask again$/ },
    { name: '502, a proxy’s', fault: () => answers(502, login, html), reason: /: status 502$/ },
    { name: '200, a login page', fault: () => answers(200, login, html), reason: unreadable },
    {
      name: '404, a message that is none',
      fault: () => answers(404, '{"message":7}'),
      reason: /: status 404$/,
    },
  ],
  [
    { name: 'nothing', fault: () => answers(200, ''), reason: unreadable },
    { name: 'rubbish', fault: () => answers(200, '\u0000\uFFFD{[}'), reason: unreadable },
    { name: 'other JSON', fault: () => answers(200, '{"message":"ok","totals":{}}'), reason: unreadable },
    { name: 'sent to the login page', fault: () => answers(302, '', { Location: '/' }), reason: unreadable },
    {
      name: 'sent elsewhere',
      fault: () => answers(307, '', { Location: `${foreign.url}api/v1/snapshot` }),
      reason: unreadable,
    },
  ],
];

async function suffer({ name, fault, reason }: Outage): Promise<void> {
  const front = new FaultyFront(served.url);
  const page = await openBehind(front);
  const made = fault();
  if (made === 'closed') await front.close();
  else front.fault = made;

  await waitForState(page, 'silent', saidMsMax);
  const shown = await page.locator('#total-views').textContent();
  await page.waitForTimeout(1_200);
  // What it last knew stands there, and the reason beside the mark.
  expect([name, await page.locator('#total-views').textContent()]).toEqual([name, shown]);
  const detail = (await page.locator('#mark-detail').textContent()) ?? '';
  expect([name, detail]).toEqual([name, expect.stringMatching(reason)]);
  if (made === 'closed') await front.open();
  else front.fault = { kind: 'none' };

  await waitForState(page, 'live', 20_000);
  expect([name, falselyLive(await readMarks(page))]).toEqual([name, []]);
}

test.each([
  ['away or too slow', outages[0]],
  ['answers that it cannot', outages[1]],
  ['answers what is no answer', outages[2]],
])('an API that is %s is said with the reason, and its return by itself', async (_, some = []) => {
  await Promise.all(some.map(suffer));
  expect(foreign.asked).toEqual([]);
});

test('with answers that take 2.5 s each the page goes on, and never calls old numbers live', async () => {
  const front = new FaultyFront(served.url);
  const page = await openBehind(front);
  front.fault = { kind: 'is slow', delayMs: () => 2_500 };
  await page.waitForTimeout(9_000);

  const samples = await readMarks(page);
  expect(new Set(samples.map(({ views }) => views)).size).toBeGreaterThanOrEqual(3);
  expect(samples.map(({ state }) => state)).not.toContain('silent');
  expect(falselyLive(samples)).toEqual([]);
});

test('the window that was chosen last is shown, in whatever order answers come', async () => {
  const front = new FaultyFront(served.url);
  const page = await openBehind(front);
  store.make = (site, window, nowMs) => buildSnapshot({ site, window, nowMs });
  const delaysMs: Readonly<Record<string, number>> = { '30d': 2_000, '7d': 1_500, '24h': 1_000, '5m': 500 };
  const windowOf = (address: string) => new URLSearchParams(address.split('?')[1]).get('window') ?? '';
  front.fault = { kind: 'is slow', delayMs: (address) => delaysMs[windowOf(address)] ?? 0 };
  for (const window of Object.keys(delaysMs)) {
    await page.locator(`input[name=window][value="${window}"]`).check({ force: true });
    await page.waitForTimeout(40);
  }
  await page.locator('#window-title', { hasText: 'Last 5 minutes' }).waitFor({ timeout: 10_000 });
  const titles = await page.evaluate(async () => {
    const seen = new Set<string | null>();
    const title = document.getElementById('window-title');
    for (const endMs = Date.now() + 2_500; Date.now() < endMs; ) {
      seen.add(title?.textContent ?? null);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return [...seen];
  });

  expect(titles).toEqual(['Last 5 minutes']);
  const readApi = async () => await (await fetch(`${served.url}api/v1/snapshot?window=5m`)).json();
  expect((await untilNumbersEqual(page, readApi)).window).toBe('5m');
});

test('the site that was chosen last is shown, while the answer for another one is on its way', async () => {
  store.sites = ['demo', 'shop'];
  store.make = (site, window, nowMs) =>
    buildSnapshot({ site, window, nowMs, scale: site === 'shop' ? 777 : 2_000 });
  const front = new FaultyFront(served.url);
  const page = await openBehind(front);
  front.fault = { kind: 'is slow', delayMs: (address) => (address.includes('site=shop') ? 300 : 1_500) };
  const asked = front.asked.length;
  while (front.asked.length === asked) await page.waitForTimeout(20);
  await page.locator('#site').selectOption('shop');

  const readApi = async () => await (await fetch(`${served.url}api/v1/snapshot?site=shop`)).json();
  expect((await untilNumbersEqual(page, readApi)).site).toBe('shop');
  await page.waitForTimeout(1_600);
  expect((await untilNumbersEqual(page, readApi, 0)).site).toBe('shop');
  expect(await page.locator('#site').inputValue()).toBe('shop');
});
