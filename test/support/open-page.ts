/** Chromium for the tests of the page: CHROMIUM, or where Debian puts it. It asks nobody but the page's own server. */
import { type Browser, chromium, type Page } from 'playwright-core';

const chromiumOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
};

export async function launchChromium(): Promise<Browser> {
  return await chromium.launch(chromiumOptions);
}

/** Without a screen Chromium says so, and is a bot. A context's own user agent would not do: what is sent as a page is left has the browser's. */
const visitorAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/**
 * A Chromium as visitors have it: every name under `.example` is this machine, no sign that a program drives it, and pages that are left
 * are kept for coming back.
 */
export async function launchVisitor(): Promise<Browser> {
  return await chromium.launch({
    ...chromiumOptions,
    args: [
      ...chromiumOptions.args,
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      '--disable-blink-features=AutomationControlled',
      `--user-agent=${visitorAgent}`,
    ],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** Everything that the page asked for, other than under `url`. */
  readonly foreignRequests: readonly string[];
  /** Errors of scripts and breaches of the content security policy; what a failed request leaves in the console is none. */
  readonly errors: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: {
    readonly width?: number;
    readonly height?: number;
    /** Run in the page before its own script; see page-time.ts. */
    readonly before?: (page: Page) => Promise<void>;
  } = {},
): Promise<OpenedPage> {
  const { width = 1_280, height = 900, before } = options;
  const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'UTC' });
  const foreignRequests: string[] = [];
  const errors: string[] = [];
  const origin = new URL(url).origin;
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) foreignRequests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const isRequest = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRequest) errors.push(message.text());
  });
  await before?.(page);
  await page.goto(url);
  return { page, foreignRequests, errors };
}

/** Resolves once the freshness mark says `state`; rejects after `timeMsMax`. */
export async function waitForState(page: Page, state: string, timeMsMax: number): Promise<void> {
  await page.waitForSelector(`#mark[data-state="${state}"]`, { timeout: timeMsMax });
}
