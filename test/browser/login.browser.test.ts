/** Signing in as a person does: a real browser, a real OpenID Connect issuer, the bundled page, the authorizer of the API. */
import type { Browser, Page } from 'playwright-core';
import type { LoginSettings } from '../../lambdas/login-settings';
import { findFreePort } from '../../local/services/ports';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';
import { type LocalIssuer, startIssuer } from '../support/local-issuer';
import { launchChromium, openPage, waitForState } from '../support/open-page';
import { type GuardedDashboard, serveGuardedDashboard } from '../support/serve-guarded-dashboard';

const clientId = 'the-page"&<its>-id';
/** The page renews what ends within a minute: here two seconds after it came. */
const tokenSeconds = 62;

let issuer: LocalIssuer;
let dashboard: GuardedDashboard;
let browser: Browser;

beforeAll(async () => {
  const port = await findFreePort();
  const home = `http://127.0.0.1:${port}/`;
  issuer = await startIssuer({ clientId, home, tokenSeconds });
  const login: LoginSettings = {
    issuer: issuer.issuer,
    clientId,
    scopes: 'openid email',
    origins: [issuer.issuer],
    required: undefined,
  };
  dashboard = await serveGuardedDashboard(new FakeSnapshotStore(), login, port);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
  await issuer?.stop();
});

async function signIn(page: Page, name: string): Promise<void> {
  await page.waitForURL(`${issuer.issuer}/interaction/**`, { timeout: 20_000 });
  await page.fill('input[name=login]', name);
  await page.fill('input[name=password]', 'any');
  await page.click('button[type=submit]');
  await page.waitForSelector('input[name=prompt][value=consent]', { state: 'attached' });
  await page.click('button[type=submit]');
}

async function openSignedIn(path = ''): Promise<Awaited<ReturnType<typeof openPage>>> {
  const opened = await openPage(browser, `${dashboard.url}${path}`);
  await signIn(opened.page, 'ada');
  await waitForState(opened.page, 'live', 20_000);
  return opened;
}

test('a stranger gets the page and not a number', async () => {
  const page = await fetch(dashboard.url);
  expect(page.status).toBe(200);

  for (const path of ['snapshot', 'comparison', 'timeseries?metric=views', 'health']) {
    const { status } = await fetch(`${dashboard.url}api/v1/${path}`);
    expect(status).toBe(401);
  }
});

test('the policy of the page lets it ask the issuer, and nobody else', async () => {
  const { headers } = await fetch(dashboard.url);

  expect(headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${issuer.issuer}; ` +
      "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test('a person signs in at the issuer, comes back to what was asked for, and sees live numbers', async () => {
  const { page, errors } = await openSignedIn('?window=24h&compare=none');

  expect(new URL(page.url()).search).toBe('?window=24h&compare=none');
  expect(await page.locator('input[name=window][value="24h"]').isChecked()).toBe(true);
  expect(await page.locator('#sign-out').isVisible()).toBe(true);
  expect(errors).toEqual([]);

  await page.reload();
  await waitForState(page, 'live', 20_000);
  await page.context().close();
});

test('tokens are renewed before they end, and one that is refused is renewed at once', async () => {
  const { page, errors } = await openSignedIn();
  const first = dashboard.admitted.length;

  await page.waitForFunction(() => document.querySelector('#mark')?.getAttribute('data-state') === 'live');
  const renewed = Date.now() + 20_000;
  while (dashboard.admitted.length === first && Date.now() < renewed) await page.waitForTimeout(200);
  expect(dashboard.admitted.length).toBeGreaterThan(first);

  dashboard.refuse(dashboard.admitted);
  await page.waitForTimeout(1_500);
  await waitForState(page, 'live', 10_000);
  expect(await page.locator('#signed-out').isHidden()).toBe(true);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('who signs out is signed out at the issuer too, and gets no further number', async () => {
  const { page } = await openSignedIn();

  await page.click('#sign-out');
  await page.waitForURL(`${issuer.issuer}/session/end**`, { timeout: 20_000 });
  await page.click('button[name=logout]');

  await page.waitForURL(`${issuer.issuer}/interaction/**`, { timeout: 20_000 });
  expect(await page.locator('input[name=login]').isVisible()).toBe(true);
  await page.context().close();
});

test('an issuer that says no is not asked again by itself; the reason is shown as text', async () => {
  const reason = '<img src=x onerror=alert(1)> denied';
  const { page, errors } = await openPage(browser, dashboard.url, {
    before: async (opened) => {
      await opened.route(`${issuer.issuer}/auth?**`, async (route) => {
        const asked = new URL(route.request().url()).searchParams;
        const answer = new URLSearchParams({
          error: 'access_denied',
          error_description: reason,
          state: asked.get('state') ?? '',
        });
        await route.fulfill({ status: 302, headers: { Location: `${asked.get('redirect_uri')}?${answer}` } });
      });
    },
  });

  await page.locator('#signed-out', { hasText: reason }).waitFor({ timeout: 20_000 });
  expect(new URL(page.url()).search).toBe('');
  await page.unroute(`${issuer.issuer}/auth?**`);
  await page.click('#sign-in');
  await signIn(page, 'ada');
  await waitForState(page, 'live', 20_000);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('an issuer that cannot be reached is named', async () => {
  const { page } = await openPage(browser, dashboard.url, {
    before: async (opened) => {
      await opened.route(`${issuer.issuer}/**`, (route) => route.abort());
    },
  });

  await page.locator('#signed-out', { hasText: 'cannot be reached' }).waitFor({ timeout: 20_000 });
  await page.context().close();
});
