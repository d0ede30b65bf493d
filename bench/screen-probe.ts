/** The page in headless Chromium, and when an event is to be seen on it: the all-time count of a site that only probes write to. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { BenchError } from './benchmark';
import type { ProbeWriter } from './probe-writer';

const shownWithinMs = 20_000;

export class ScreenProbe {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** `executable`: path of a Chromium. */
  static async open(executable: string, url: string): Promise<ScreenProbe> {
    const browser = await chromium.launch({
      executablePath: executable,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
    });
    const page = await browser.newPage();
    await page.goto(url);
    return new ScreenProbe(browser, page);
  }

  /** Milliseconds from just before the event is sent until the page says so, by the one clock of this machine. */
  async probe(writer: Pick<ProbeWriter, 'write'>): Promise<number> {
    const fromMs = Date.now();
    const views = await writer.write();
    const shownAtMs = await this.page.evaluate(waitForViews, { views, withinMs: shownWithinMs });
    if (shownAtMs === null) throw new BenchError(`latency: view ${views} was not on the page`);
    return shownAtMs - fromMs;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Runs in the page: resolves with the time at which the count is there, null where it does not come. */
function waitForViews({ views, withinMs }: { views: number; withinMs: number }): Promise<number | null> {
  const shown = (): number => {
    const text = document.getElementById('total-views')?.textContent ?? '';
    return Number(text.replace(/\D/g, '') || -1);
  };
  return new Promise((resolve) => {
    const end = (answer: number | null): void => {
      observer.disconnect();
      clearTimeout(timeout);
      resolve(answer);
    };
    const look = (): void => {
      if (shown() >= views) end(Date.now());
    };
    const observer = new MutationObserver(look);
    const timeout = setTimeout(() => end(null), withinMs);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
}
