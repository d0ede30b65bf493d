/** What the page may do is written in its headers, and the browser holds it to that: it talks to its own server alone. */
import type { Browser } from 'playwright-core';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { FaultyFront } from '../support/faulty-front';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type ServedDashboard, serveDashboard } from '../support/serve-dashboard';

let served: ServedDashboard;
let browser: Browser;
/** Somebody else's server: it takes note of whoever asks it for what looks like a snapshot. */
let foreign: FaultyFront;

beforeAll(async () => {
  served = await serveDashboard(new FakeSnapshotStore());
  foreign = new FaultyFront('http://127.0.0.1:1/');
  await foreign.open();
  foreign.fault = { kind: 'answers', status: 200, body: '', headers: { 'Access-Control-Allow-Origin': '*' } };
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await foreign?.close();
  await served?.close();
});

test('the policy allows script, style and requests of the page’s own server, and nothing else', async () => {
  for (const path of ['', 'icon.svg', 'api/v1/snapshot', 'nothing/here']) {
    const { headers } = await fetch(`${served.url}${path}`);
    const directives = (headers.get('content-security-policy') ?? '').split('; ').sort();
    expect(directives).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('the page lives by it: every control is used without a breach or a request to anybody else', async () => {
  const { page, errors, foreignRequests } = await openPage(browser, served.url);
  await waitForState(page, 'live', 20_000);
  for (const window of ['5m', '24h', '7d', '30d']) {
    await page.locator(`input[name=window][value="${window}"]`).check({ force: true });
    await page.waitForTimeout(300);
  }
  await page.locator('#chart').hover();
  for (const id of ['scheme', 'wall', 'wall', 'pause', 'pause', 'feed-hold']) {
    await page.locator(`#${id}`).click();
  }
  await page.locator('#feed-text').fill('<b>x');
  await page.waitForTimeout(1_500);

  expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
  await page.close();
});

test('a script that came into the page all the same would not run, and could send nothing anywhere', async () => {
  const { page } = await openPage(browser, served.url);
  await waitForState(page, 'live', 20_000);

  const outcome = await page.evaluate(async (elsewhere) => {
    const breaches = new Set<string>();
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      breaches.add(effectiveDirective);
    });
    const add = (tag: string, properties: Record<string, string>) =>
      document.body.append(Object.assign(document.createElement(tag), properties));
    add('script', { textContent: 'globalThis.ran = true' });
    add('script', { src: elsewhere });
    add('img', { src: elsewhere });
    add('iframe', { src: elsewhere });
    add('style', { textContent: `body { background: url(${elsewhere}) }` });
    add('link', { rel: 'stylesheet', href: elsewhere });
    document.body.insertAdjacentHTML('beforeend', '<b onclick="globalThis.ran = true">x</b>');
    (document.body.lastElementChild as HTMLElement).click();
    const sent = await fetch(elsewhere).then(
      () => 'answered',
      () => 'refused',
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { sent, ran: 'ran' in globalThis, breaches: [...breaches].sort() };
  }, `${foreign.url}api/v1/snapshot`);

  expect(outcome).toMatchObject({ sent: 'refused', ran: false });
  expect(outcome.breaches).toEqual([
    'connect-src',
    'frame-src',
    'img-src',
    'script-src-attr',
    'script-src-elem',
    'style-src-elem',
  ]);
  expect(foreign.asked).toEqual([]);
  await page.close();
});
