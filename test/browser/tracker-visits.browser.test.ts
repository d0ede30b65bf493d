/** Whom the tracker counts, for how long, and that a page works as if it were not there. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../local/event-source-harness';
import { launchVisitor } from '../support/open-page';
import { TrackedSite, writeKey } from '../support/tracked-site';

let site: TrackedSite;
let browser: Browser;
let context: BrowserContext;
let errors: string[];

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
  errors = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
      errors.push(message.text());
  });
});

afterEach(async () => {
  await context.close();
  site.collector.forget();
  expect(errors).toEqual([]);
});

const paths = (type = 'page'): string[] =>
  site.collector.events
    .filter((event) => event.type === type)
    .map(({ properties }) => new URL(properties.url).pathname);

async function untilViews(page: Page, ...wanted: readonly string[]): Promise<void> {
  await until(async () => paths().length >= wanted.length);
  await page.waitForTimeout(60);
  expect(paths()).toEqual(wanted);
}

const sum = (path: string, field: 'engagedMs' | 'scrolled'): number =>
  site.collector.events
    .filter(({ type, properties }) => type === 'engagement' && new URL(properties.url).pathname === path)
    .reduce((total, { properties }) => total + Number(properties[field]), 0);

/** What a browser does when another tab or window comes to the front; Chromium without a screen has no front. */
async function setVisible(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate((visible) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: !visible });
    Object.defineProperty(document, 'hasFocus', { configurable: true, value: () => visible });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, isVisible);
}

test('engagement: what is new of time in front and of depth, at intervals, when hidden and when left', async () => {
  site.setPage('/long', { body: '<div style="height:10000px">long</div>' });
  const page = await context.newPage();
  await page.clock.install({ time: new Date('2026-01-01T12:00:00Z') });
  await page.goto(site.url('/long'));
  await until(async () => paths().length === 1);
  await page.clock.pauseAt(new Date('2026-01-01T13:00:00Z'));
  await page.evaluate(() => history.pushState({}, '', '/read'));

  await page.clock.runFor(70_000);
  await until(async () => sum('/read', 'engagedMs') >= 30_000);
  const first = sum('/read', 'scrolled');
  await page.evaluate(() => scrollTo(0, 5_000 - innerHeight));
  await page.evaluate(() => scrollTo(0, 0));
  await setVisible(page, false);
  await page.clock.runFor(600_000);
  await setVisible(page, true);
  await page.clock.runFor(1_000);
  await page.evaluate(() => history.pushState({}, '', '/next'));
  await page.clock.runFor(2_000);
  await page.goto('about:blank');
  await until(async () => sum('/next', 'engagedMs') > 0);

  // 70 s before it was hidden, one after: the ten minutes between are not its.
  expect(sum('/read', 'engagedMs')).toBe(71_000);
  expect(sum('/next', 'engagedMs')).toBe(2_000);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(20);
  expect(sum('/read', 'scrolled')).toBe(50);
  expect(sum('/next', 'scrolled')).toBe(first);
});

test('a machine that slept was not read on', async () => {
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(site.url('/sleep'));
  await until(async () => paths().length === 1);
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.evaluate(() => history.pushState({}, '', '/slept'));

  await page.clock.fastForward(8 * 3_600_000);
  await page.goto('about:blank');

  await until(async () => sum('/slept', 'engagedMs') > 0);
  expect(sum('/slept', 'engagedMs')).toBeLessThanOrEqual(60_000);
});

test('a page that is come back to, whole out of the browser’s memory, is another view', async () => {
  const page = await context.newPage();
  await page.goto(site.url('/first'));
  await untilViews(page, '/first');
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      document.title = persisted ? 'kept' : 'new';
    });
  });
  await page.goto(site.url('/second'));
  await untilViews(page, '/first', '/second');
  // Not goBack(), which waits for a load that does not happen.
  await page.evaluate(() => history.back());

  await untilViews(page, '/first', '/second', '/first');
  expect(await page.title()).toBe('kept');
  expect(site.collector.events.filter(({ type }) => type === 'page')[2]?.properties.referrer).toBe(
    site.url('/first'),
  );
});

test('several tabs count each for itself', async () => {
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  await Promise.all(tabs.map((tab, i) => tab.goto(site.url(`/tab-${i}`))));
  await until(async () => paths().length === 3);

  expect(paths().sort()).toEqual(['/tab-0', '/tab-1', '/tab-2']);
});

type Given = { readonly name: string; readonly word: string; readonly script: string };

const leftAlone: readonly Given[] = [
  {
    name: 'a driven browser',
    word: 'bots',
    script: 'Object.defineProperty(navigator,"webdriver",{value:true})',
  },
  {
    name: 'GPC',
    word: 'gpc',
    script: 'Object.defineProperty(navigator,"globalPrivacyControl",{value:true})',
  },
  { name: 'DNT', word: 'dnt', script: 'Object.defineProperty(navigator,"doNotTrack",{value:"1"})' },
];

test.each(leftAlone)('$name is left alone, unless the site says otherwise', async ({ word, script }) => {
  site.setPage('/default', {});
  site.setPage('/told', { attributes: `data-on="${word}"` });
  const page = await context.newPage();
  await page.addInitScript(script);

  await page.goto(site.url('/default'));
  await page.goto(site.url('/told'));

  await untilViews(page, '/told');
});

test('this machine is left alone, unless the site says otherwise', async () => {
  site.setPage('/told', { attributes: 'data-on="local"' });
  const page = await context.newPage();
  for (const host of ['localhost', '127.0.0.1', 'shop.localhost']) {
    await page.goto(`http://${host}:${site.port}/default`);
    await page.goto(`http://${host}:${site.port}/told`);
  }

  await untilViews(page, '/told', '/told', '/told');
  // With a secure context ids are UUIDs.
  expect(site.collector.events[0]?.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
});

test('who opts out is left alone from that moment on', async () => {
  const page = await context.newPage();
  await page.goto(site.url('/before'));
  await untilViews(page, '/before');
  await page.evaluate(() => localStorage.setItem('clickstream_ignore', 'true'));
  await page.evaluate(() => history.pushState({}, '', '/after'));
  await page.goto(site.url('/later'));

  await untilViews(page, '/before');
});

test('a page that is made ready in advance is counted when it is shown', async () => {
  const page = await context.newPage();
  await page.addInitScript('Object.defineProperty(document,"prerendering",{value:true,configurable:true})');
  await page.goto(site.url('/ready'));
  await page.waitForTimeout(200);
  expect(site.collector.requests).toEqual([]);

  await page.evaluate(() => document.dispatchEvent(new Event('prerenderingchange')));

  await untilViews(page, '/ready');
});

test('the script twice, and the module beside it, count once; options may be given to the module', async () => {
  const module = `<script type="module">import { init, track } from '/module.js';
    const options = { writeKey: '${writeKey}', api: '${site.collector.origin}/api/v1/events' };
    init(options); init(options); track('from-module', { n: 2 }, { url: '/elsewhere' });</script>`;
  site.setPage('/twice', { head: site.script() + site.script() + module });
  site.setPage('/module', { head: module });
  const page = await context.newPage();
  await page.goto(site.url('/twice'));
  await untilViews(page, '/twice');
  await page.goto(site.url('/module'));

  await untilViews(page, '/twice', '/module');
  await until(async () => paths('track').length === 1);
  expect(paths('track')).toEqual(['/elsewhere']);
});

test('a strict content policy needs the collector in script-src and connect-src, and nothing else', async () => {
  const { origin } = site.collector;
  const policy = `default-src 'none'; script-src ${origin}; connect-src ${origin}; require-trusted-types-for 'script'`;
  site.setPage('/strict', { headers: { 'Content-Security-Policy': policy } });
  const page = await context.newPage();
  await page.goto(site.url('/strict'));

  await untilViews(page, '/strict');
});

test('pages that forbid storage, break what scripts use, or hide it by names, run on', async () => {
  const broken = `<script>
    Array.prototype.toJSON = function () { return 'broken'; };
    window.fetch = () => { throw new Error('no fetch'); };
    navigator.sendBeacon = () => { throw new Error('no beacon'); };
    Object.defineProperty(window, 'crypto', { value: undefined });
  </script>`;
  site.setPage('/broken', {
    head: broken + site.script(),
    body: '<form><input name="closest"><button>send</button></form>',
  });
  site.setPage('/hidden-names', { body: '<img name="currentScript"><a name="clickstream"></a>' });
  site.setPage('/sandboxed', { headers: { 'Content-Security-Policy': 'sandbox allow-scripts' } });
  const page = await context.newPage();

  await page.goto(site.url('/broken'));
  await page.click('button');
  await page.evaluate(() => history.pushState({}, '', '/broken/further'));
  await page.goto(site.url('/hidden-names'));
  await page.goto(site.url('/sandboxed'));

  await untilViews(page, '/hidden-names', '/sandboxed');
});
