/**
 * How events get from a page to a collector that fails in every way that one can: each is counted once, and what is sent again is sent
 * with the messageId that it had.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../local/event-source-harness';
import { launchVisitor } from '../support/open-page';
import type { Behaviour, RecordedEvent } from '../support/recording-collector';
import { TrackedSite } from '../support/tracked-site';

let site: TrackedSite;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  site = await TrackedSite.start();
  browser = await launchVisitor();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  // A server that is silent for fifteen seconds: the test has it for half a one.
  await page.addInitScript(() => {
    const { timeout } = AbortSignal;
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 30);
  });
});

afterEach(async () => {
  await context.close();
  site.collector.forget();
});

const named = ({ type, event, properties }: RecordedEvent): string =>
  `${event ?? type} ${new URL(properties.url).pathname}`;
const counted = (): string[] => site.collector.events.filter(({ type }) => type !== 'engagement').map(named);

async function untilCounted(...wanted: readonly string[]): Promise<void> {
  await until(async () => counted().length >= wanted.length);
  await page.waitForTimeout(60);
  expect(counted().sort()).toEqual([...wanted].sort());
}

async function track(name: string): Promise<void> {
  await page.evaluate((event) => {
    window.clickstream('track', event);
  }, name);
}

/** Of this path: what a test before it has left behind may still come. */
const requestsOf = (path: string) =>
  site.collector.requests.filter(({ events }) =>
    events.some(({ properties }) => properties.url.endsWith(path)),
  );

const failing: readonly (readonly [string, readonly Behaviour[]])[] = [
  ['answers 500 twice', [{ status: 500 }, { status: 500 }]],
  ['answers 429 and 408', [{ status: 429 }, { status: 408 }]],
  ['resets the connection', ['reset', 'reset', 'reset']],
  ['takes the events and then resets the connection', ['taken, then reset', 'taken, then reset']],
  ['does not answer', ['silent']],
];

test.each(failing)('a collector that %s: each event once, sent again as it was', async (_, behaviours) => {
  await page.goto(site.url('/warm'));
  await untilCounted('page /warm');
  site.collector.tell(...behaviours);
  await page.goto(site.url('/a'));
  await track('one');
  await page.evaluate(() => history.pushState({}, '', '/b'));
  await track('two');

  await untilCounted('page /warm', 'page /a', 'one /a', 'page /b', 'two /b');
  expect(site.collector.requests.length).toBeGreaterThanOrEqual(behaviours.length + 2);
  await until(async () => page.evaluate(() => sessionStorage.length === 0));
});

test('Retry-After is kept to, and what comes meanwhile goes along', async () => {
  site.collector.tell({ status: 503, retryAfter: '2' });
  await page.goto(site.url('/later'));
  await until(async () => requestsOf('/later').length === 1);
  await track('meanwhile');

  await untilCounted('page /later', 'meanwhile /later');
  const [first, second] = requestsOf('/later');
  expect(second?.events.length).toBe(2);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1_900);
});

test('a refusal for good is not sent again', async () => {
  site.collector.tell({ status: 400 });
  await page.goto(site.url('/refused'));
  await until(async () => requestsOf('/refused').length === 1);
  await page.waitForTimeout(50);
  await track('next');

  await untilCounted('next /refused');
  expect(requestsOf('/refused')).toHaveLength(2);
});

test('nobody listens while a visitor goes from page to page: all is counted when somebody does, and then forgotten', async () => {
  await page.goto(site.url('/up'));
  await untilCounted('page /up');
  await site.collector.close();
  // The script comes out of the browser's own store.
  await page.route(`${site.collector.origin}/tracker.js`, (route) =>
    route.fulfill({ body: site.collector.files['/tracker.js'] as string, contentType: 'text/javascript' }),
  );
  for (const path of ['/down-1', '/down-2', '/down-3']) {
    await page.goto(site.url(path));
    await track('tried');
    await until(async () => page.evaluate(() => sessionStorage.length === 1));
  }
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toMatch(
    /visitor|anonymous|userId/i,
  );
  await site.collector.listen();

  const down = ['/down-1', '/down-2', '/down-3'].flatMap((path) => [`page ${path}`, `tried ${path}`]);
  await untilCounted('page /up', ...down);
  await until(async () => page.evaluate(() => sessionStorage.length === 0));
});

test('a moment without a network: what was tracked in it arrives when it is over, at once', async () => {
  await page.goto(site.url('/train'));
  await untilCounted('page /train');
  await context.setOffline(true);
  for (const name of ['one', 'two', 'three']) await track(name);
  await page.waitForTimeout(300);
  expect(counted()).toEqual(['page /train']);
  await context.setOffline(false);

  await untilCounted('page /train', 'one /train', 'two /train', 'three /train');
});

test('what waits is bounded: of 150 events that came while nobody listened the newest hundred are sent', async () => {
  await page.goto(site.url('/many'));
  await untilCounted('page /many');
  site.collector.tell({ status: 503, retryAfter: '1' });
  await page.evaluate(() => {
    const { clickstream } = window;
    clickstream('track', 'first');
    for (let i = 0; i < 150; i += 1) clickstream('track', `event-${i}`);
  });

  await until(async () => counted().includes('event-149 /many'));
  const names = counted().filter((name) => name.startsWith('event-'));
  expect(names).toHaveLength(100);
  expect(names[0]).toBe('event-50 /many');
  expect(Math.max(...site.collector.requests.map(({ events }) => events.length))).toBeLessThanOrEqual(15);
  // Nothing of it is left for a page that comes when its messageIds are forgotten.
  await until(async () => page.evaluate(() => sessionStorage.length === 0));
});

test('a collector that answers gets nothing twice, however a visitor goes from page to page', async () => {
  for (const path of ['/one', '/two', '/three']) {
    await page.goto(site.url(path));
    await until(async () => counted().includes(`page ${path}`));
    await page.waitForTimeout(50);
  }
  await page.goto('about:blank');
  await until(async () => site.collector.events.filter(({ type }) => type === 'engagement').length === 3);

  const ids = site.collector.requests.flatMap(({ events }) => events.map(({ messageId }) => messageId));
  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
});

test('a page that is closed sends what it has: engagement, and what was tracked as it was closed', async () => {
  await page.goto(site.url('/closed'));
  await untilCounted('page /closed');
  await page.evaluate(() => {
    addEventListener('pagehide', () => window.clickstream('track', 'bye'));
  });
  await page.waitForTimeout(100);
  await page.close({ runBeforeUnload: true });

  await until(async () => counted().length === 2);
  expect(counted()).toEqual(['page /closed', 'bye /closed']);
  await until(async () => site.collector.events.some(({ type }) => type === 'engagement'));
});

test('a visitor who clicks faster than the collector answers loses nothing', async () => {
  await page.goto(site.url('/quick-0'));
  await untilCounted('page /quick-0');
  site.collector.tell({ status: 500 }, 'reset', { status: 500 });
  for (const i of [1, 2, 3, 4]) {
    await page.goto(site.url(`/quick-${i}`), { waitUntil: 'commit' });
    await page.waitForFunction('window.clickstream');
  }

  await untilCounted(...[0, 1, 2, 3, 4].map((i) => `page /quick-${i}`));
});
