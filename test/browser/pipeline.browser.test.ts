/** From Kafka to the screen, through the programs as they are run: how soon, how exactly, and what is said when one is gone. */
import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';
import type { Browser, Page } from 'playwright-core';
import { SNAPSHOT_WINDOWS, type SnapshotWindow } from '../../pipeline/core/snapshot';
import { until } from '../local/event-source-harness';
import { pageView } from '../support/build-event';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { messageOf, RunningPipeline } from '../support/running-pipeline';
import { untilNumbersEqual } from '../support/shown-numbers';

jest.setTimeout(120_000);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What was sent before the page was opened: how many views, how long ago, and the windows that hold them. */
const history: readonly {
  readonly views: number;
  readonly agoMs: number;
  readonly in: readonly SnapshotWindow[];
}[] = [
  { views: 7, agoMs: 20 * dayMs, in: ['30d'] },
  { views: 6, agoMs: 3 * dayMs, in: ['30d', '7d'] },
  { views: 5, agoMs: 5 * hourMs, in: ['30d', '7d', '24h'] },
  { views: 4, agoMs: 12 * minuteMs, in: ['30d', '7d', '24h', '30m'] },
  { views: 3, agoMs: 30_000, in: ['30d', '7d', '24h', '30m', '5m'] },
];

/** 5 s, the mark's own period, and what a loaded machine takes for a request and to draw. */
const saidMsMax = 8_000;
/** A killed event source is a member of its group until its session has ended, and a new one starts a Node process. */
const recoveredMsMax = 40_000;

let pipeline: RunningPipeline;
let browser: Browser;
let page: Page;

function viewAt(path: string, atMs: number): Message {
  const time = new Date(atMs).toISOString();
  return messageOf(
    pageView({
      messageId: randomUUID(),
      anonymousId: `visitor of ${path}`,
      timestamp: time,
      receivedAt: time,
      properties: { url: `https://demo.example${path}`, path, referrer: 'https://search.example/' },
    }),
    atMs,
  );
}

beforeAll(async () => {
  pipeline = await RunningPipeline.prepare('demo,shop');
  const nowMs = Date.now();
  for (const { views, agoMs } of history) {
    const paths = Array.from({ length: views }, (_, index) => `/${agoMs / 1_000}-seconds-ago/${index}`);
    await pipeline.send(paths.map((path) => viewAt(path, nowMs - agoMs)));
  }
  await pipeline.startAll();
  const sent = history.reduce((sum, { views }) => sum + views, 0);
  await until(async () => (await pipeline.tryRead())?.totals.views === sent);
  browser = await launchChromium();
  ({ page } = await openPage(browser, pipeline.url));
  await waitForState(page, 'live', 20_000);
});

afterAll(async () => {
  await browser?.close();
  await pipeline?.close();
});

test.each(SNAPSHOT_WINDOWS)('in the window of %s every number on the page is the API’s', async (window) => {
  await page.locator(`input[name=window][value="${window}"]`).check({ force: true });

  const query = `?window=${window}&zone=UTC`;
  const snapshot = await untilNumbersEqual(page, () => pipeline.read(query));

  const held = history.filter((part) => part.in.includes(window));
  const views = held.reduce((sum, part) => sum + part.views, 0);
  expect(snapshot.window).toBe(window);
  expect(snapshot.inWindow).toMatchObject({ views, visitors: { count: views } });
  expect(snapshot.totals.views).toBe(25);
  expect(await page.locator('#window-views').textContent()).toBe(String(views));
});

test('an event is on the screen within 2 s of being sent', async () => {
  await page.locator('input[name=window][value="30m"]').check({ force: true });
  // Paths in the feed with the time at which each was first seen there, by the clock that the test sends by.
  await page.evaluate(() => {
    const seen = new Map<string, number>();
    Object.assign(globalThis, { seen });
    const look = () => {
      for (const name of document.querySelectorAll('#feed .name')) {
        const path = name.textContent ?? '';
        if (!seen.has(path)) seen.set(path, Date.now());
      }
    };
    const feed = document.getElementById('feed') as HTMLElement;
    new MutationObserver(look).observe(feed, { childList: true, subtree: true, characterData: true });
  });

  const sentAtMs = new Map<string, number>();
  for (let probe = 0; probe < 24; probe += 1) {
    const path = `/probe-${probe}`;
    sentAtMs.set(path, Date.now());
    await pipeline.send([viewAt(path, Date.now())]);
    // At another moment of the page's second each time.
    await page.waitForTimeout(130 + ((probe * 37) % 200));
  }
  await page.locator('#feed .name', { hasText: '/probe-23' }).waitFor({ timeout: 20_000 });
  const seen = await page.evaluate(() => [...window.seen.entries()]);
  const tookMs = seen
    .filter(([path]) => sentAtMs.has(path))
    .map(([path, atMs]) => atMs - (sentAtMs.get(path) ?? 0))
    .sort((a, b) => a - b);

  // Every one came. Half of them within 2 s, which a machine that is not busy keeps for all (bench/); none ever late by more
  // than a machine that runs other tests meanwhile explains.
  expect(tookMs).toHaveLength(24);
  expect(tookMs[11]).toBeLessThan(2_000);
  expect(tookMs[23]).toBeLessThan(8_000);
});

/** Sends one more view, and waits until it is counted, everything is equal, and the page says live. */
async function untilRecovered(path: string): Promise<void> {
  const before = (await pipeline.tryRead())?.totals.views ?? -1;
  await pipeline.send([viewAt(path, Date.now())]);
  await waitForState(page, 'live', recoveredMsMax);
  const counts = (): Promise<boolean> =>
    pipeline.read().then(({ feed }) => feed.some((entry) => entry.path === path));
  await until(counts);
  const snapshot = await untilNumbersEqual(page, () => pipeline.read('?window=30m'));
  expect(snapshot.feed[0]?.path).toBe(path);
  expect(snapshot.totals.views).toBeGreaterThan(before);
}

test('an event source that is killed is said within 5 s; the next one makes all equal again', async () => {
  await pipeline.kill('processor');
  await waitForState(page, 'delayed', saidMsMax);
  // What comes meanwhile is not lost.
  await pipeline.send([viewAt('/while-nobody-counts', Date.now())]);
  pipeline.start('processor');

  await untilRecovered('/after-the-processor');
  expect((await pipeline.read()).feed.map(({ path }) => path)).toContain('/while-nobody-counts');
});

test('a producer that is killed, and its heartbeats with it, is said within 5 s', async () => {
  await pipeline.kill('producer');
  await waitForState(page, 'delayed', saidMsMax);
  pipeline.start('producer');

  await untilRecovered('/after-the-producer');
});

const noRedis = /the store does not answer/;

test('a Redis that hangs is said within 5 s with its reason, and its return makes all equal again', async () => {
  pipeline.redis.pause();
  await waitForState(page, 'silent', saidMsMax);
  expect(await page.locator('#mark-detail').textContent()).toMatch(noRedis);
  pipeline.redis.resume();

  await untilRecovered('/after-redis-hung');
});

test('a Redis that is killed is said within 5 s with its reason, and its restart makes all equal again', async () => {
  await pipeline.redis.kill();
  await waitForState(page, 'silent', saidMsMax);
  expect(await page.locator('#mark-detail').textContent()).toMatch(noRedis);
  await pipeline.redis.restart();

  await untilRecovered('/after-redis-died');
});

test('a dashboard that is killed is said within 5 s, and the next one makes all equal again', async () => {
  await pipeline.kill('dashboard');
  await waitForState(page, 'silent', saidMsMax);
  pipeline.start('dashboard');
  await until(async () => (await pipeline.tryRead()) !== undefined);

  await untilRecovered('/after-the-dashboard');
});
