/** What the tracker counts, in a real browser, at a collector that records. How it gets there: tracker-delivery. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../local/event-source-harness';
import { launchVisitor } from '../support/open-page';
import type { RecordedEvent } from '../support/recording-collector';
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
});

afterEach(async () => {
  await context.close();
  site.collector.forget();
  expect(errors).toEqual([]);
});

async function open(path: string, page?: Page): Promise<Page> {
  const opened = page ?? (await context.newPage());
  opened.on('pageerror', (error) => errors.push(error.message));
  await opened.goto(site.url(path));
  return opened;
}

const named = ({ type, event, properties }: RecordedEvent): string =>
  `${event ?? type} ${new URL(properties.url).pathname}${new URL(properties.url).hash}`;
const isNoEngagement = ({ type }: RecordedEvent): boolean => type !== 'engagement';
/** `page /a`, `sign_up /a`: without engagement. */
const counted = (): string[] => site.collector.events.filter(isNoEngagement).map(named);

/** Waits until the last of them is there, then a little for what should not come. */
async function expectCounted(page: Page, ...wanted: readonly string[]): Promise<void> {
  await until(async () => counted().length >= wanted.length);
  await page.waitForTimeout(60);
  expect(counted()).toEqual(wanted);
}

test('a page view: once, with address and referrer, in one simple request without a cookie, and nothing is kept', async () => {
  const page = await context.newPage();
  await context.addCookies([{ name: 'session', value: 'secret', url: site.collector.origin }]);
  await page.goto(site.url('/from'));
  await until(async () => counted().length === 1);
  await page.evaluate((to) => location.assign(to), site.url('/to?utm_source=news#token=secret'));

  await expectCounted(page, 'page /from', 'page /to');
  const [first, last] = site.collector.requests.filter(({ events }) => events.some(isNoEngagement));
  expect(first).toMatchObject({ method: 'POST', writeKey, sentAt: expect.stringMatching(/Z$/) });
  expect(first?.headers).toMatchObject({ 'content-type': 'text/plain;charset=UTF-8' });
  expect(first?.headers.cookie).toBeUndefined();
  expect(last?.events.find(isNoEngagement)).toEqual({
    type: 'page',
    messageId: expect.stringMatching(/^[\w-]{8,64}$/),
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    properties: { url: site.url('/to?utm_source=news'), referrer: site.url('/from') },
  });
  expect(site.collector.requests.every(({ method }) => method === 'POST')).toBe(true);
  expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
    0,
    0,
    '',
  ]);
});

test('pages of a script: pushState and back are views, replaceState, the same path and another query are none', async () => {
  const page = await open('/spa');

  await page.evaluate(() => {
    history.replaceState({}, '', '/spa-replaced');
    history.pushState({}, '', '/one');
    history.pushState({}, '', '/one');
    history.pushState({}, '', '/one?sort=price#top');
    history.pushState({}, '', '/two');
    try {
      history.pushState({}, '', 'https://elsewhere.example/');
    } catch {
      document.title = 'refused, as without a tracker';
    }
    history.back();
  });

  await expectCounted(page, 'page /spa', 'page /one', 'page /two', 'page /one');
  expect(site.collector.events.filter(isNoEngagement)[2]?.properties.referrer).toBe(site.url('/one'));
  expect(await page.title()).toBe('refused, as without a tracker');
});

test('hash mode: each hash is a page, once; without it none is', async () => {
  site.setPage('/hash', { attributes: 'data-on="hash"' });
  const page = await open('/hash#/start');
  for (const hash of ['/cart', '/cart', '/pay'])
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
  await expectCounted(page, 'page /hash#/start', 'page /hash#/cart', 'page /hash#/pay');

  const other = await open('/no-hash#/start');
  await other.evaluate(() => {
    location.hash = '/cart';
  });
  await expectCounted(page, 'page /hash#/start', 'page /hash#/cart', 'page /hash#/pay', 'page /no-hash');
});

test('custom events: called before the script is there, with props and revenue, by attributes, and 404', async () => {
  site.setPage('/events', {
    head: `<script>window.clickstream=window.clickstream||function(){(clickstream.q=clickstream.q||[]).push(arguments)};
      clickstream('track','early',{n:1})</script>${site.script()}`,
    body: `<form data-clickstream-event="ask"><button id="plain" type="button">a</button>
      <button id="named" type="button" data-clickstream-event="sign_up" data-clickstream-plan="team">
        <b>now</b></button></form>`,
  });
  const page = await open('/events');
  await page.evaluate(() => {
    const { clickstream } = window;
    clickstream(
      'track',
      'order',
      { plan: 'team', seats: 3, paid: true },
      { revenue: { amount: '19.99', currency: 'EUR' } },
    );
    clickstream('notFound');
    clickstream('page', { url: '/virtual?x=1', props: { author: 'ada' } });
    clickstream('unheard of');
    clickstream();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    clickstream('track', 'circular', circular);
    clickstream('track', 'huge', { text: 'x'.repeat(100_000) });
  });
  await page.click('#named b');
  await page.click('#plain');
  await page.evaluate(() => document.forms[0]?.requestSubmit());

  const sent = ['early', 'order', '404'].map((name) => `${name} /events`);
  await until(async () => counted().length >= 7);
  expect(counted()).toEqual(
    ['page /events', ...sent, 'page /virtual', 'sign_up /events', 'ask /events', 'page /events'].slice(
      0,
      counted().length,
    ),
  );
  const byName = new Map(site.collector.events.map((event) => [event.event, event.properties]));
  expect(byName.get('early')).toMatchObject({ props: { n: 1 } });
  expect(byName.get('order')).toMatchObject({
    props: { plan: 'team', seats: 3, paid: true },
    revenue: { amount: '19.99', currency: 'EUR' },
  });
  expect(byName.get('404')).toMatchObject({ props: { path: '/events' } });
  expect(byName.get('sign_up')).toMatchObject({ props: { plan: 'team' } });
});

const linksPage = `
  <a id="out" href="https://elsewhere.example/a?token=secret#x">out</a><a id="in" href="/inside">in</a>
  <a id="file" href="/price-list.PDF?v=2">file</a><a id="far-file" href="https://cdn.example/a.zip">file</a>
  <a id="saved" href="/export" download>file</a><a id="mail" href="mailto:a@b.example">mail</a>
  <svg><a id="drawn" href="https://drawn.example/"><text y="9">svg</text></a></svg>
  <form id="form"><input name="action"><input name="type"><button id="send">send</button></form>
  <script>addEventListener('click', (e) => e.preventDefault()); addEventListener('auxclick', (e) => e.preventDefault());
    document.addEventListener('submit', (e) => e.preventDefault());
    document.getElementById('send').addEventListener('click', (e) => e.target.form.requestSubmit())</script>`;

const clicked = ['#out', '#in', '#file', '#far-file', '#saved', '#mail', '#send'];

test('links that lead away, files and forms, without query and hash; links within the site are none', async () => {
  site.setPage('/links', { body: linksPage });
  const page = await open('/links');

  for (const id of clicked) await page.click(id);
  await page.click('#out', { button: 'middle' });
  await page.click('#out', { button: 'right' });

  const [out, file] = ['Outbound Link: Click', 'File Download'];
  await until(async () => counted().length >= 7);
  await page.waitForTimeout(60);
  const withProps = site.collector.events
    .filter(({ type }) => type === 'track')
    .map(({ event, properties: { props } }) => [event, props]);
  expect(withProps).toEqual([
    [out, { url: 'https://elsewhere.example/a' }],
    [file, { url: site.url('/price-list.PDF') }],
    [file, { url: 'https://cdn.example/a.zip' }],
    [file, { url: site.url('/export') }],
    ['Form: Submission', { path: '/links' }],
    [out, { url: 'https://elsewhere.example/a' }],
  ]);
});

test('what is switched off is not counted', async () => {
  site.setPage('/off', {
    attributes: 'data-off="pages engagement outbound downloads forms"',
    body: linksPage,
  });
  const page = await open('/off');
  for (const id of clicked) await page.click(id);
  await page.evaluate(() => history.pushState({}, '', '/off/further'));
  await page.evaluate(() => window.clickstream('page'));
  await page.goto('about:blank');

  await until(async () => site.collector.events.length > 0);
  expect(site.collector.events.map(named)).toEqual(['page /off/further']);
});
