import { matchesTag } from '../../lambdas/dashboard/response';
import { findViolations } from '../support/api-contract';
import { askDashboard, buildDashboard } from '../support/build-dashboard';
import { buildSnapshot } from '../support/build-snapshot';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const path = '/api/v1/snapshot';
const files = {
  page: () => ({ contentType: 'text/html', body: '', tag: 'W/"p"', isImmutable: false }),
  file: () => undefined,
};

/** A store whose numbers stand still while its clock goes on. */
function prepare() {
  const store = new FakeSnapshotStore();
  store.heartbeatAtMs = nowMs - 500;
  store.make = (site, window, at) => ({
    ...buildSnapshot({ site, window, nowMs }),
    asOf: new Date(at).toISOString(),
    newestEventAt: new Date(at - 100).toISOString(),
  });
  return { store, dashboard: buildDashboard({ store, files }) };
}

test('the tag holds while only the time goes on, and 304 says how fresh the numbers are', async () => {
  const { dashboard } = prepare();
  const first = await askDashboard(dashboard, path, { nowMs });
  const tag = String(first.headers?.ETag);

  const second = await askDashboard(dashboard, path, {
    nowMs: nowMs + 7_000,
    headers: { 'if-none-match': tag },
  });

  expect(second.statusCode).toBe(304);
  expect(findViolations(path, second)).toEqual([]);
  expect(second.headers).toMatchObject({
    ETag: tag,
    'X-As-Of': '2026-01-31T12:00:37.000Z',
    'X-Newest-Event-At': '2026-01-31T12:00:36.900Z',
    'X-Lag-Ms': '7500',
    'X-Freshness': 'delayed',
  });
});

test('the headers say on 200 what the body says', async () => {
  const { dashboard } = prepare();

  const { headers, body } = await askDashboard(dashboard, path, { nowMs });

  const { asOf, newestEventAt, lag, freshness } = JSON.parse(body);
  expect(headers).toMatchObject({
    'X-As-Of': asOf,
    'X-Newest-Event-At': newestEventAt,
    'X-Lag-Ms': String(lag),
    'X-Freshness': freshness,
  });
});

test.each([
  'ledger',
  'stopped',
  'rebuilding',
  'series',
  'feed',
  'visitors',
  'top',
  'totals',
  'audit',
] as const)('the tag changes with %s', async (part) => {
  const { store, dashboard } = prepare();
  const before = await askDashboard(dashboard, path, { nowMs });
  const { make } = store;
  const changed = {
    ledger: { ledger: { ...buildSnapshot().ledger, behind: 1 } },
    stopped: { stopped: [{ partition: 3, state: 'torn', next: 5 }] },
    rebuilding: {
      rebuilding: [{ partition: 3, cause: 'past', counted: 1, total: 2, percent: 50, isAtWork: true }],
    },
    series: { series: [] },
    feed: { feed: [] },
    visitors: { visitors: { last5m: { count: 1, exact: true }, last30m: { count: 1, exact: false } } },
    top: { top: { ...buildSnapshot().top, pages: [] } },
    audit: { audit: null },
    totals: { totals: { ...buildSnapshot().totals, views: 1 } },
  } as const;
  store.make = (...question) => ({ ...make(...question), ...changed[part] });

  const after = await askDashboard(dashboard, path, {
    nowMs: nowMs + 1_000,
    headers: { 'If-None-Match': String(before.headers?.ETag) },
  });

  expect(after.statusCode).toBe(200);
});

test('a comparison that has not changed is 304', async () => {
  const { dashboard } = prepare();
  const comparison = '/api/v1/comparison?window=24h&against=day';
  const first = await askDashboard(dashboard, comparison, { nowMs });

  const second = await askDashboard(dashboard, comparison, {
    nowMs: nowMs + 20_000,
    headers: { 'if-none-match': String(first.headers?.ETag) },
  });

  expect([first.statusCode, second.statusCode, second.body]).toEqual([200, 304, '']);
  expect(findViolations('/api/v1/comparison', second)).toEqual([]);
});

test.each([
  ['W/"a"', true],
  ['"a"', true],
  ['"b", W/"a"', true],
  ['*', true],
  ['"b"', false],
  ['', false],
])('If-None-Match %s matches W/"a": %s', (text, matches) => {
  expect(matchesTag(text, 'W/"a"')).toBe(matches);
});
