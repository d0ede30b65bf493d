/** A visitor of the demo site in headless Chromium, who goes from page to page: each click is one page view. */
import { type Browser, chromium, type Page } from 'playwright-core';

const links = ['Prices', 'About', 'Lanterns'] as const;
/** Without a screen Chromium says so, and is counted as a bot. Of the browser, not of a context, which what is sent as a page is left has not. */
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export class DemoVisitor {
  private clicks = 0;

  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** `executable`: path of a Chromium; `origin`: of the collector. */
  static async enter(executable: string, origin: string): Promise<DemoVisitor> {
    const browser = await chromium.launch({
      executablePath: executable,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
        `--user-agent=${userAgent}`,
      ],
    });
    const page = await browser.newPage();
    await page.goto(`${origin}/demo/`);
    return new DemoVisitor(browser, page);
  }

  /** Clicks, and returns how many views there are to be now. The first page is one, too. */
  async write(): Promise<number> {
    const link = links[this.clicks % links.length] as string;
    this.clicks += 1;
    await this.page.locator('nav a', { hasText: link }).click({ noWaitAfter: true });
    return this.clicks + 1;
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }
}
