import type { Health } from '../../pipeline/core/snapshot';
import { contractPaths, findViolations } from '../support/api-contract';
import { askDashboard, buildDashboard } from '../support/build-dashboard';
import { buildSnapshot } from '../support/build-snapshot';
import { FakeSnapshotStore } from '../support/fake-snapshot-store';

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const files = {
  page: () => ({ contentType: 'text/html', body: '', tag: 'W/"p"', isImmutable: false }),
  file: () => undefined,
};

function prepare(options: { areSitesClosed?: boolean; timeMsMax?: number } = {}) {
  const store = new FakeSnapshotStore();
  const dashboard = buildDashboard({ store, files, ...options });
  return { store, dashboard };
}

test.each([
  ['/api/v1/snapshot', ''],
  ['/api/v1/snapshot', '?window=5m'],
  ['/api/v1/snapshot', '?window=24h&site=demo'],
  ['/api/v1/snapshot', '?window=7d'],
  ['/api/v1/snapshot', '?window=30d'],
  ['/api/v1/snapshot', '?window=30d&zone=Asia/Tehran'],
  ['/api/v1/comparison', ''],
  ['/api/v1/comparison', '?window=30d&against=month&zone=America/New_York'],
  ['/api/v1/timeseries', '?metric=views'],
  [
    '/api/v1/timeseries',
    '?metric=visitors&step=day&from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00%2B01:00',
  ],
  ['/api/v1/health', ''],
])('%s%s is answered as the contract says', async (path, query) => {
  const { dashboard } = prepare();

  const answer = await askDashboard(dashboard, path + query, { nowMs });

  expect(answer.statusCode).toBe(200);
  expect(findViolations(path, answer)).toEqual([]);
});

test('an empty pipeline is answered as the contract says', async () => {
  const { store, dashboard } = prepare();
  store.make = (site, window, at) => buildSnapshot({ site, window, nowMs: at, scale: 0 });

  const answer = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });

  expect(findViolations('/api/v1/snapshot', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ lag: null, newestEventAt: null, freshness: 'empty' });
  expect(answer.headers).not.toHaveProperty('X-Lag-Ms');
});

const rebuilding: Health['rebuilding'] = (['past', 'torn', 'wrong_log', 'asked', 'switch'] as const).map(
  (cause, partition) => ({ partition, cause, counted: 43, total: 100, percent: 43, isAtWork: true }),
);

test('a snapshot with partitions under way is answered as the contract says', async () => {
  const { store, dashboard } = prepare();
  const [countingSince, partlySince] = ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z'];
  store.make = (site, window, at) => ({
    ...buildSnapshot({ site, window, nowMs: at }),
    rebuilding,
    countingSince,
    partlySince,
  });

  const answer = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });

  expect(findViolations('/api/v1/snapshot', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ rebuilding, countingSince, partlySince });
});

test('the health names the partitions that have stopped and those under way, and still answers 200', async () => {
  const { store, dashboard } = prepare();
  store.rebuilding = rebuilding;
  store.stopped = [
    { partition: 0, state: 'behind', next: 7, waitingFrom: 17 },
    { partition: 3, state: 'behind', next: 7, repair: { counted: 1, total: 9, percent: 11 } },
    { partition: 1, state: 'torn', next: 0 },
    { partition: 2, state: 'wrong_log', next: 9 },
  ];

  const answer = await askDashboard(dashboard, '/api/v1/health', { nowMs });

  expect(answer.statusCode).toBe(200);
  expect(findViolations('/api/v1/health', answer)).toEqual([]);
  expect(JSON.parse(answer.body)).toMatchObject({ status: 'ok', stopped: store.stopped, rebuilding });
});

test('every path of the contract is tried, and is the only kind that the tests know', () => {
  expect(contractPaths).toEqual([
    '/api/v1/snapshot',
    '/api/v1/comparison',
    '/api/v1/timeseries',
    '/api/v1/health',
  ]);
});

test.each([
  ['/api/v1/snapshot', '?window=1h', 400, 'window: "1h"; allowed: 5m | 30m | 24h | 7d | 30d'],
  ['/api/v1/snapshot', '?window=', 400, 'window: ""; allowed'],
  ['/api/v1/snapshot', '?window=5m&window=7d', 400, 'window: "5m,7d"; allowed: given once'],
  ['/api/v1/snapshot', '?site=a%20b', 400, 'site: "a b"; allowed: 1 to 64'],
  ['/api/v1/snapshot', '?site=', 400, 'site: ""; allowed'],
  ['/api/v1/snapshot', '?site=other', 404, 'site: "other" is not counted'],
  [
    '/api/v1/snapshot',
    '?window=30d&zone=Mars/Olympus',
    400,
    'zone: "Mars/Olympus"; allowed: an IANA time zone',
  ],
  ['/api/v1/snapshot', '?zone=%2B03:30', 400, 'zone: "+03:30"; allowed: an IANA time zone'],
  ['/api/v1/snapshot', '?zone=UTC&zone=UTC', 400, 'zone: "UTC,UTC"; allowed: given once'],
  ['/api/v1/comparison', '?against=year', 400, 'against: "year"; allowed: day | week | month'],
  ['/api/v1/comparison', '?window=1h', 400, 'window: "1h"; allowed'],
  ['/api/v1/comparison', '?zone=', 400, 'zone: ""; allowed'],
  ['/api/v1/comparison', '?site=other', 404, 'site: "other" is not counted'],
  ['/api/v1/timeseries', '', 400, 'metric: not given; allowed: views | events | bots | visitors'],
  ['/api/v1/timeseries', '?metric=money', 400, 'metric: "money"; allowed'],
  ['/api/v1/timeseries', '?metric=views&step=week', 400, 'step: "week"; allowed: minute | hour | day'],
  ['/api/v1/timeseries', '?metric=views&from=yesterday', 400, 'from: "yesterday"; allowed: an ISO-8601 time'],
  ['/api/v1/timeseries', '?metric=views&to=2026-02-30T99:00:00Z', 400, 'to: "2026-02-30T99:00:00Z"; allowed'],
  ['/api/v1/timeseries', '?metric=views&from=2026-01-31T13:00:00Z', 400, 'allowed: a time before `to`'],
  ['/api/v1/timeseries', '?metric=views&from=2020-01-01T00:00:00Z', 400, 'allowed: at most 1500 steps'],
  ['/api/v1/timeseries', '?metric=views&site=other2', 404, 'site: "other2" is not counted'],
] as const)('%s%s is refused: %i %s', async (path, query, status, message) => {
  const { dashboard } = prepare({ areSitesClosed: true });

  const answer = await askDashboard(dashboard, path + query, { nowMs });

  expect(answer.statusCode).toBe(status);
  expect(JSON.parse(answer.body).message).toContain(message);
  expect(findViolations(path, answer)).toEqual([]);
});

test('a site that the store does not know is not found; its name is never asked of a closed list', async () => {
  const open = prepare();
  const closed = prepare({ areSitesClosed: true });

  expect((await askDashboard(open.dashboard, '/api/v1/snapshot?site=x')).statusCode).toBe(404);
  expect((await askDashboard(closed.dashboard, '/api/v1/snapshot?site=x')).statusCode).toBe(404);

  expect(open.store.reads).toBe(1);
  expect(closed.store.reads).toBe(0);
});

test.each(['away', 'hangs'] as const)(
  'a store that is %s is 503 with Retry-After, and one line each way',
  async (state) => {
    const { store, dashboard } = prepare({ timeMsMax: 50 });
    store.state = state;

    for (const path of contractPaths) {
      const answer = await askDashboard(dashboard, `${path}?metric=views`, { nowMs });
      expect(answer.statusCode).toBe(503);
      expect(findViolations(path, answer)).toEqual([]);
      expect(answer.body).not.toContain('ECONNREFUSED');
    }
    store.state = 'answers';
    const after = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs: nowMs + 5_000 });

    expect(after.statusCode).toBe(200);
    expect(dashboard.lines).toHaveLength(2);
    expect(dashboard.lines[0]).toContain('the store does not answer');
    expect(dashboard.lines[1]).toContain('"awayMs":5000');
  },
);

test('a fault of the handler itself is 500, without its words', async () => {
  const { store, dashboard } = prepare();
  store.make = () => {
    throw new TypeError('secret.cluster.local is undefined');
  };

  const answer = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });

  expect(answer.statusCode).toBe(500);
  expect(findViolations('/api/v1/snapshot', answer)).toEqual([]);
  expect(answer.body).not.toContain('secret');
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
  '%s is refused with what is allowed',
  async (method) => {
    const { dashboard } = prepare();

    const answer = await askDashboard(dashboard, '/api/v1/health', { method });

    expect(answer.statusCode).toBe(405);
    expect(findViolations('/api/v1/health', answer)).toEqual([]);
  },
);

test('HEAD is GET without the body', async () => {
  const { dashboard } = prepare();

  const get = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });
  const head = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs, method: 'HEAD' });

  expect(head).toEqual({ ...get, body: '' });
});

test('log lines hold neither queries nor sites', async () => {
  const { store, dashboard } = prepare();
  store.state = 'away';

  await askDashboard(dashboard, '/api/v1/snapshot?site=curious&token=hush', { nowMs });

  expect(dashboard.lines.join()).not.toMatch(/curious|hush/);
});

test('the contract finds a field too many, one too few, a wrong type and a missing header', async () => {
  const { dashboard } = prepare();
  const answer = await askDashboard(dashboard, '/api/v1/snapshot', { nowMs });
  const snapshot = JSON.parse(answer.body);
  const { ETag: _, ...headers } = answer.headers ?? {};
  const find = (body: unknown) =>
    findViolations('/api/v1/snapshot', { ...answer, body: JSON.stringify(body) });

  expect(find({ ...snapshot, more: 1 })).toHaveLength(1);
  expect(find({ ...snapshot, feed: undefined })).toHaveLength(1);
  expect(find({ ...snapshot, lag: '1' })).toHaveLength(1);
  expect(find({ ...snapshot, asOf: '2026-01-31T12:00:00+01:00' })).toHaveLength(1);
  expect(findViolations('/api/v1/snapshot', { ...answer, headers })).toHaveLength(1);
});
