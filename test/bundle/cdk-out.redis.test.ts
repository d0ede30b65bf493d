/** The handlers out of cdk.out, as a deploy would upload them, on the Node of their runtime: an MSK event in, an HTTP answer out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE, shardTag, stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { buildProxyEvent } from '../support/build-dashboard';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';
import { CdkOut } from './cdk-out';
import { type BundledHandler, deployed } from './run-bundle';

const recorded = readFileSync(join(__dirname, '../fixtures/msk/two-partitions.json'), 'utf8');
const recordedMs = Array.from(recorded.matchAll(/"timestamp": ?(\d{13})/g), ([, ms]) => Number(ms));
const user = { username: 'default', password: '' };
/** The password's place is taken by the test server's own address, which may hold one. */
const secretsManager = `
  exports.GetSecretValueCommand = class { constructor(input) { this.input = input; } };
  exports.SecretsManagerClient = class {
    async send() { return { SecretString: ${JSON.stringify(JSON.stringify(user))} }; }
  };
`;

let cdkOut: CdkOut;
let redis: RedisClient;
let consumer: BundledHandler;
let dashboard: BundledHandler;

beforeAll(() => {
  cdkOut = new CdkOut({ dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24'] } });
  redis = connectTestRedis();
  consumer = deployed(cdkOut.function('consumer'));
  dashboard = deployed(cdkOut.function('dashboard'));
});

afterAll(async () => {
  consumer.remove();
  dashboard.remove();
  cdkOut.remove();
  await redis.quit();
});

function environmentOf(topic: string) {
  return { REDIS_URL: testRedisUrl(), TOPIC: topic, TOPIC_PARTITIONS: '4', SITES: 'demo' };
}

/** The numbers of a past day are shown as they were then. */
function setClock({ folder }: BundledHandler, nowMs: number): void {
  const source = `const started = Date.now, behind = ${nowMs} - started(); Date.now = () => started() + behind;`;
  writeFileSync(join(folder, 'clock.cjs'), source);
}

test('templates name the file and the export, and give each function the variables that its handler reads', () => {
  for (const name of ['consumer', 'dashboard']) {
    const { handler, variables } = cdkOut.function(name);

    expect(handler).toBe('index.handler');
    expect(variables).toEqual(
      expect.arrayContaining([...Object.keys(environmentOf('')), 'REDIS_SECRET_ARN']),
    );
  }
});

test('a recorded MSK event goes in through the consumer, and its numbers come out through the dashboard', async () => {
  const topic = ownTopic();
  const event: unknown = JSON.parse(recorded.replaceAll('"clicks', `"${topic}`));

  expect(consumer.call(event, environmentOf(topic))).toEqual({ answer: null });

  const state = await redis.hgetall(stateKey(shardTag({ topic, generation: 1, partition: 0 })));
  expect(state).toMatchObject({ [STATE.next]: '9', [STATE.counted]: '3', [STATE.duplicates]: '1' });
  setClock(dashboard, Math.max(...recordedMs) + 1000);
  const asked = dashboard.call(buildProxyEvent('/api/v1/snapshot'), {
    ...environmentOf(topic),
    NODE_OPTIONS: '--require ./clock.cjs',
  }) as { readonly answer: { readonly statusCode: number; readonly body: string } };
  expect(asked.answer.statusCode).toBe(200);
  expect(JSON.parse(asked.answer.body)).toMatchObject({
    freshness: 'live',
    ledger: { consumed: 11, counted: 5, bots: 1, heartbeats: 1, duplicates: 1, lost: 0, behind: 0 },
    totals: { views: 4, events: 1, visitors: { count: 3, exact: true } },
    top: { referrers: [{ value: 'search.example', count: 3 }] },
  });
});

test('the page lies beside the bundle', () => {
  const page = dashboard.call(buildProxyEvent('/'), environmentOf(ownTopic()));

  expect(page).toMatchObject({
    answer: { statusCode: 200, headers: { 'Content-Type': expect.stringMatching(/html/) } },
  });
});

test('without its secret the consumer fails the invocation: nothing is taken for counted', () => {
  const environment = { ...environmentOf(ownTopic()), REDIS_SECRET_ARN: 'arn:secret' };
  const refused = { 'client-secrets-manager': secretsManager.replace('async send()', 'async denied()') };

  expect(consumer.call(JSON.parse(recorded), environment, refused)).toMatchObject({
    error: expect.any(String),
  });
});
