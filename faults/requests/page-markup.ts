/** Looks at the page in headless Chromium: is all that visitors have sent text there, and nothing else? */
import { type Browser, chromium, type Page } from 'playwright-core';
import { commandPath } from '../../local/services/command-path';
import { commandRunner } from '../../local/services/command-runner';
import { canUseApt, ensureTools } from '../../local/services/install-tools';

const shownWithinMs = 60_000;
/** A script that came with a text would have run by then. */
const restMs = 2_000;
/** What could do something, or could be made to. */
const able = 'script, style, link, img, iframe, object, embed, base, meta, form, a, svg, video, audio';

interface Inventory {
  /** Elements that could do something. */
  readonly able: number;
  /** Attributes with a script in them. */
  readonly handlers: number;
  /** Names that a text has added to all objects. */
  readonly polluted: number;
  /** Of the page, as a reader sees it. */
  readonly text: string;
}

function takeInventory(page: Page): Promise<Inventory> {
  return page.evaluate((selector) => {
    const names = [...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames());
    return {
      able: document.querySelectorAll(selector).length,
      handlers: names.filter((name) => name.startsWith('on')).length,
      polluted: Object.keys(Object.prototype).length,
      text: document.body.textContent ?? '',
    };
  }, able);
}

/** Of the page as it is shipped. */
async function inventoryWithoutAnswers(browser: Browser, url: string): Promise<Inventory> {
  const page = await browser.newPage();
  await page.route('**/api/**', (route) => route.abort());
  await page.goto(url);
  const inventory = await takeInventory(page);
  await page.close();
  return inventory;
}

async function launch(say: (line: string) => void): Promise<Browser> {
  const machine = { runner: commandRunner, mayUseApt: canUseApt(), say };
  const executablePath = commandPath((await ensureTools(machine, ['chromium'])).get('chromium') as string);
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-dev-shm-usage',
  ];
  return chromium.launch({ executablePath, args });
}

/** Dialogs, errors of scripts, breaches of the page's policy, and requests to elsewhere: none is right. */
function watch(page: Page, url: string, violations: string[]): void {
  const { origin } = new URL(url);
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) violations.push(`the page asked for ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    violations.push(`the page showed a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', ({ message }) => violations.push(`the page's script failed: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') violations.push(`the page's console: ${message.text()}`);
  });
}

/** `url`: of the page with its site; `shown`: texts with markup that must be read there. Answers what is wrong. */
export async function markupViolations(
  url: string,
  shown: readonly string[],
  say: (line: string) => void,
): Promise<string[]> {
  const browser = await launch(say);
  try {
    const violations: string[] = [];
    const bare = await inventoryWithoutAnswers(browser, url);
    const page = await browser.newPage();
    watch(page, url, violations);
    await page.goto(url);
    await page.waitForSelector('#mark[data-state="live"]', { timeout: shownWithinMs });
    await page.waitForTimeout(restMs);
    const full = await takeInventory(page);
    for (const kind of ['able', 'handlers', 'polluted'] as const)
      if (full[kind] !== bare[kind])
        violations.push(`the page has ${full[kind]} instead of ${bare[kind]} (${kind}) with what was sent`);
    const missing = shown.filter((text) => !full.text.includes(text));
    if (missing.length > 0) violations.push(`the page does not show as text: ${missing.join(' ')}`);
    say(`the page: ${full.text.length} characters, ${full.able} elements that could do something, as before`);
    return violations;
  } finally {
    await browser.close();
  }
}
