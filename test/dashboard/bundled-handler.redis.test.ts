/** The shipped dashboard over a real Redis: what the consumer counted is what the API says, in the contract's words. */
import { consumeEvent } from '../../lambdas/consumer/consume-event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { findViolations } from '../support/api-contract';
import { customEvent, DEMO_SITE, pageView, recordOf, TEST_NONCE } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { BundledDashboard, bundleDashboard, removeBundle } from '../support/bundled-dashboard';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';

let redis: RedisClient;
let directory: string;

beforeAll(() => {
  redis = connectTestRedis();
  directory = bundleDashboard();
});

afterAll(async () => {
  await redis.quit();
  removeBundle(directory);
});

/** Three views of two visitors, one custom event, one record that is no JSON: all of a minute ago. */
async function count(topic: string): Promise<void> {
  const atMs = Date.now() - 60_000;
  const timestamp = new Date(atMs).toISOString();
  const times = { timestamp, receivedAt: timestamp };
  const values = [
    pageView({ ...times, messageId: 'a', anonymousId: 'ada', properties: { path: '/' } }),
    pageView({ ...times, messageId: 'b', anonymousId: 'ada', properties: { path: '/pricing' } }),
    pageView({ ...times, messageId: 'c', anonymousId: 'bob', properties: { path: '/' } }),
    customEvent('signup', { ...times, messageId: 'd', anonymousId: 'bob' }),
  ];
  const records = values.map((value, offset) => recordOf(value, offset, atMs));
  const broken = { offset: 4, timestampMs: atMs, value: Buffer.from('{') };
  const store = new RedisCommitStore(redis);
  const rules = { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE };
  const consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
  await consumeEvent(consumer, mskEvent(topic, { 0: [...records, broken] }));
}

async function withDashboard(
  env: Readonly<Record<string, string>>,
  work: (dashboard: BundledDashboard) => Promise<void>,
): Promise<void> {
  const dashboard = await BundledDashboard.start(directory, env);
  try {
    await work(dashboard);
  } finally {
    await dashboard.stop();
  }
}

test('what was counted is answered, as the contract says', async () => {
  const topic = ownTopic();
  await count(topic);

  await withDashboard({ REDIS_URL: testRedisUrl(), TOPIC: topic }, async (dashboard) => {
    for (const window of ['5m', '30m', '24h', '7d', '30d']) {
      const answer = await dashboard.ask(`/api/v1/snapshot?window=${window}`);
      expect(findViolations('/api/v1/snapshot', answer)).toEqual([]);
      expect(JSON.parse(answer.body)).toMatchObject({
        site: 'demo',
        window,
        inWindow: { views: 3, events: 1, visitors: { count: 2, exact: true } },
        totals: {
          views: 3,
          pages: [
            { value: '/', count: 2 },
            { value: '/pricing', count: 1 },
          ],
        },
        ledger: { consumed: 5, counted: 4, rejected: { malformed_json: 1 } },
        lagFrom: 'record',
      });
    }
    const series = await dashboard.ask('/api/v1/timeseries?metric=views');
    expect(findViolations('/api/v1/timeseries', series)).toEqual([]);
    const points = JSON.parse(series.body).points as { value: number }[];
    expect(points.reduce((sum, { value }) => sum + value, 0)).toBe(3);
    const health = await dashboard.ask('/api/v1/health');
    expect(findViolations('/api/v1/health', health)).toEqual([]);
  });
});

test('before the first record it answers that there is no data, and has the page beside it', async () => {
  await withDashboard({ REDIS_URL: testRedisUrl(), TOPIC: ownTopic() }, async (dashboard) => {
    const snapshot = await dashboard.ask('/api/v1/snapshot');
    const page = await dashboard.ask('/');

    expect(findViolations('/api/v1/snapshot', snapshot)).toEqual([]);
    expect(JSON.parse(snapshot.body)).toMatchObject({ freshness: 'empty', lag: null });
    expect(page.body).toContain('<title>clickstream</title>');
    expect((await dashboard.ask('/api/v1/snapshot?site=other')).statusCode).toBe(404);
  });
});

test('while Redis is away the page is served and the API says 503', async () => {
  await withDashboard({ REDIS_URL: 'redis://127.0.0.1:1', TOPIC: ownTopic() }, async (dashboard) => {
    expect((await dashboard.ask('/')).statusCode).toBe(200);
    const answer = await dashboard.ask('/api/v1/snapshot');

    expect(answer.statusCode).toBe(503);
    expect(findViolations('/api/v1/snapshot', answer)).toEqual([]);
  });
});

test.each([
  [{}, 'REDIS_URL: not set'],
  [{ REDIS_URL: 'http://redis' }, 'REDIS_URL: "http://redis"; allowed'],
  [{ REDIS_URL: 'redis://127.0.0.1:1', SITES: 'a b' }, 'SITES: "a b"; allowed'],
])('it does not start with %j', async (env, message) => {
  await expect(BundledDashboard.start(directory, env)).rejects.toThrow(message);
});
