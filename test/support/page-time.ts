/** A page whose wall clock can be set, whose process can be stopped, and that can be looked away from; and what it showed meanwhile. */
import type { Browser, Page } from 'playwright-core';

interface TestedPage {
  /** Milliseconds that the page's wall clock is ahead of the machine's. */
  wallAheadMs: number;
  isHidden: boolean;
  samples: MarkSample[];
}

declare global {
  var tested: TestedPage;
}

/** Before the page's own script: its wall clock is ahead by `wallAheadMs`. Its monotonic clock and its timers stay as they are. */
export async function setWallClock(page: Page, wallAheadMs: number): Promise<void> {
  await page.addInitScript((aheadMs) => {
    globalThis.tested = { wallAheadMs: aheadMs, isHidden: false, samples: [] };
    const Machine = Date;
    const now = () => Machine.now() + globalThis.tested.wallAheadMs;
    globalThis.Date = new Proxy(Machine, {
      construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
      get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    });
  }, wallAheadMs);
}

/** As a person who sets the clock does, or a laptop's suspension, of which the page's monotonic clock learns nothing. */
export async function moveWallClock(page: Page, byMs: number): Promise<void> {
  await page.evaluate((ms) => {
    globalThis.tested.wallAheadMs += ms;
  }, byMs);
}

/** Looked at or not, as the page is told by the browser. Chromium without a screen takes every page for one that is seen. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    globalThis.tested.isHidden = hidden;
    for (const [name, read] of [
      ['hidden', () => globalThis.tested.isHidden],
      ['visibilityState', () => (globalThis.tested.isHidden ? 'hidden' : 'visible')],
    ] as const) {
      Object.defineProperty(document, name, { configurable: true, get: read });
    }
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

/** Stops the browser's pages as a suspended machine is: nothing of them runs, and what the network brings waits. */
export async function freezePages(browser: Browser, freezeMs: number): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  for (const pid of renderers) process.kill(pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, freezeMs));
  for (const pid of renderers) process.kill(pid, 'SIGCONT');
  await session.detach();
}

export interface MarkSample {
  /** By the page's wall clock. */
  readonly atMs: number;
  readonly state: string;
  /** Number that stands at `#total-views`. */
  readonly views: number;
  /** Name of the chart's newest bar. */
  readonly newestBar: string;
}

const samplePeriodMs = 50;

/** From now on the page's mark is looked at each twentieth of a second. Needs `setWallClock`. */
export async function recordMarks(page: Page): Promise<void> {
  await page.evaluate((periodMs) => {
    const textOf = (selector: string) => document.querySelector(selector)?.textContent ?? '';
    const look = () =>
      globalThis.tested.samples.push({
        atMs: Date.now(),
        state: document.getElementById('mark')?.dataset.state ?? '',
        views: Number(textOf('#total-views').replaceAll(',', '')),
        newestBar: textOf('#chart-rows tr:last-child th'),
      });
    look();
    setInterval(look, periodMs);
  }, samplePeriodMs);
}

export async function readMarks(page: Page): Promise<readonly MarkSample[]> {
  return await page.evaluate(() => globalThis.tested.samples);
}
