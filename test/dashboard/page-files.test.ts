import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWeb } from '../../bundle';
import { answerRequest } from '../../lambdas/dashboard/answer-request';
import { readDashboardConfiguration } from '../../lambdas/dashboard/configuration';
import { loadPageFiles, type PageFiles } from '../../lambdas/dashboard/page-files';
import { readRequest } from '../../lambdas/dashboard/request';
import { askDashboard, buildDashboard, buildProxyEvent } from '../support/build-dashboard';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const directory = mkdtempSync(join(tmpdir(), 'clickstream-web-'));
let files: PageFiles;

beforeAll(() => {
  bundleWeb(directory);
  files = loadPageFiles(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

function prepare() {
  return buildDashboard({ store: new FakeSnapshotStore(), files });
}

/** Names of files in the page, as a browser would ask for them. */
function namesIn(page: string): string[] {
  return [...page.matchAll(/ (?:href|src)="([^"#]+)"/g)].map((match) => match[1] ?? '');
}

test('the page names its script, style and icon relative to itself, and all of them are there', async () => {
  const dashboard = prepare();
  const page = await askDashboard(dashboard, '/');

  const names = namesIn(page.body);

  expect(names).toHaveLength(3);
  for (const name of names) {
    const file = await askDashboard(dashboard, `/${name}`);
    expect(file.statusCode).toBe(200);
    expect(file.body.length).toBeGreaterThan(100);
  }
});

test('what carries a digest in its name is kept for ever, the page is asked for again', async () => {
  const dashboard = prepare();
  const page = await askDashboard(dashboard, '/');
  const script = namesIn(page.body).find((name) => name.endsWith('.js'));

  const file = await askDashboard(dashboard, `/${script}`);
  const again = await askDashboard(dashboard, '/', {
    headers: { 'If-None-Match': String(page.headers?.ETag) },
  });

  expect(file.headers?.['Cache-Control']).toBe('public, max-age=31536000, immutable');
  expect(page.headers?.['Cache-Control']).toBe('no-cache');
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test.each([
  '/',
  '/style',
  '/api/v1/snapshot',
  '/api/v1/snapshot?window=x',
  '/nothing',
  '/index.html',
  '/..%2f..%2fpackage.json',
  '/../package.json',
  '/__proto__',
])('the headers of %s are strict', async (target) => {
  const { statusCode, headers } = await askDashboard(prepare(), target);

  expect(headers).toMatchObject({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  expect([200, 400, 404]).toContain(statusCode);
  expect(headers?.['Content-Type']).toBeDefined();
});

test.each([
  '/nothing',
  '/index.html',
  '/..%2fpackage.json',
  '/../package.json',
  '/api/v1',
  '/api/v1/snapshot/',
  '/main.js',
  '/__proto__',
])('there is nothing at %s', async (target) => {
  const answer = await askDashboard(prepare(), target);

  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body).error).toBe('not_found');
});

test.each([
  ['/prod', '/prod/'],
  ['/prod/', '/prod/'],
  ['/stats/live', '/stats/live/'],
])('under %s the page names its files from %s, with or without the last slash', async (path, base) => {
  const event = buildProxyEvent('/');
  const staged = { ...event, requestContext: { ...event.requestContext, path } };

  const page = await answerRequest(prepare(), readRequest(staged), 0);

  expect(namesIn(page.body).every((name) => name.startsWith(base))).toBe(true);
});

test.each(['//evil.example/', '/"><script>', '/a b'])(
  'a base that is no plain path is not written into the page: %s',
  async (path) => {
    const event = buildProxyEvent('/');
    const staged = { ...event, requestContext: { ...event.requestContext, path } };

    const page = await answerRequest(prepare(), readRequest(staged), 0);

    expect(page.body).toBe((await askDashboard(prepare(), '/')).body);
  },
);

test('behind a custom domain the path within the API decides, not the base path', async () => {
  const event = buildProxyEvent('/api/v1/health');
  const mapped = { ...event, path: '/stats/api/v1/health' };

  expect((await answerRequest(prepare(), readRequest(mapped), 0)).statusCode).toBe(200);
});

test('a directory without a page stops the program', () => {
  expect(() => loadPageFiles(join(directory, '..', 'nowhere'))).toThrow('ENOENT');
});

test.each([
  ['https://clicks.example/in', '<meta name="collector" content="https://clicks.example/in">'],
  [':5001', '<meta name="collector" content=":5001">'],
  ['', undefined],
])('the page says where the collector is: COLLECTOR_URL=%p', (url, told) => {
  const env = { REDIS_URL: 'redis://127.0.0.1:1', COLLECTOR_URL: url };
  const { body, tag } = loadPageFiles(directory, readDashboardConfiguration(env, directory)).page('/live/');

  expect(/<meta name="collector".*>/.exec(body)?.[0]).toBe(told);
  expect(tag === files.page('/live/').tag).toBe(told === undefined);
});

test.each(['clicks.example', 'javascript:alert(1)', 'https://a.example/"><script>', ':x'])(
  'COLLECTOR_URL=%p stops the program',
  (url) => {
    const env = { REDIS_URL: 'redis://127.0.0.1:1', COLLECTOR_URL: url };
    expect(() => readDashboardConfiguration(env, directory)).toThrow('COLLECTOR_URL: ');
  },
);
