/** A real log through the replay, a real Kafka, the consumer and a real Redis, against numbers that were counted apart. */
import type { Kafka } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import type { DashboardSnapshot, SnapshotWindow } from '../../pipeline/core/snapshot';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { type ReplayEnd, replayFile } from '../../producer/replay/replay';
import { countTopic, DEMO_ONLY } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { ACCESS_LOG, countAccessLog } from './count-access-log';

jest.setTimeout(120_000);

const partitions = 3;
const expected = countAccessLog();
const visitorKey = Buffer.from('a key of this test');
const topics: string[] = [];
let kafka: Kafka;
let redis: RedisClient;

beforeAll(() => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'replay-test', () => undefined);
  redis = connectTestRedis();
});

afterAll(async () => {
  for (const topic of topics) {
    for (const key of await redis.keys(`{${topic}*`)) await redis.del(key);
  }
  redis.disconnect();
});

function newTopic(): string {
  const topic = uniqueTopic('replay');
  topics.push(topic);
  return topic;
}

function replay(topic: string, isShifted: boolean): Promise<ReplayEnd> {
  const request = {
    file: ACCESS_LOG,
    siteId: undefined,
    sites: DEMO_ONLY,
    host: 'semicomplete.com',
    speed: 'max' as const,
    isShifted,
    visitorKey,
  };
  const watcher = { say: () => undefined, onProgress: () => undefined };
  return replayFile(request, kafka, { topic, partitions }, new AbortController().signal, watcher);
}

async function snapshot(topic: string, window: SnapshotWindow): Promise<DashboardSnapshot> {
  await countTopic(kafka, new RedisCommitStore(redis), topic, partitions);
  return new RedisSnapshotStore(redis, { topic, sites: ['demo'] }).readSnapshot('demo', window, Date.now());
}

function visitorsOf(views: typeof expected.views): number {
  return new Set(views.map(({ visitor }) => visitor)).size;
}

function rejectedOf({ ledger }: DashboardSnapshot): number {
  return Object.values(ledger.rejected).reduce((sum, count) => sum + count, 0);
}

test('the count apart adds up to the file, and is not empty anywhere', () => {
  const skipped = Object.values(expected.skipped).reduce((sum, count) => sum + count, 0);

  expect(expected.views.length + expected.bots + skipped).toBe(10_000);
  expect(Object.keys(expected.skipped).sort()).toEqual(['feed', 'file', 'malformed', 'method', 'status']);
  expect(expected.viewsOf.size).toBeGreaterThan(150);
});

test('at its own time the log counts for all time: views per page, visitors, bots; and the lines add up', async () => {
  const topic = newTopic();

  const { tally, linesOfFile, unsent } = await replay(topic, false);
  const { totals, ledger, ...rest } = await snapshot(topic, '30d');

  // Every line is accounted for, by the reason that the count apart found.
  expect(unsent).toBeUndefined();
  expect(linesOfFile).toBe(expected.lines);
  expect(tally.sent).toEqual({
    views: expected.views.length,
    events: 0,
    engagements: 0,
    bots: expected.bots,
  });
  expect(Object.fromEntries(tally.skipped)).toEqual(expected.skipped);
  // What is in the store is what was sent.
  expect(totals.views).toBe(expected.views.length);
  expect(totals.bots).toBe(expected.bots);
  expect(totals.visitors).toEqual({ count: visitorsOf(expected.views), exact: true });
  const shown = totals.pages.filter(({ other }) => other === undefined);
  expect(shown).toHaveLength(100);
  expect(shown.filter(({ value, count }) => expected.viewsOf.get(value) !== count)).toEqual([]);
  const largest = [...expected.viewsOf.values()].sort((a, b) => b - a).slice(0, 100);
  expect(shown.map(({ count }) => count)).toEqual(largest);
  expect(totals.pages.reduce((sum, { count }) => sum + count, 0)).toBe(expected.views.length);
  // Years old: late, and in no window.
  expect(ledger).toMatchObject({
    consumed: expected.views.length + expected.bots,
    counted: expected.views.length,
    bots: expected.bots,
    duplicates: 0,
    late: expected.views.length,
  });
  expect(rest.inWindow.views).toBe(0);
  const rejected = rejectedOf({ totals, ledger, ...rest });
  const skipped = Object.values(expected.skipped).reduce((sum, count) => sum + count, 0);
  expect(ledger.counted + ledger.bots + skipped + rejected).toBe(10_000);
});

test('replayed again with the same key it changes nothing but the duplicates', async () => {
  const topic = newTopic();
  await replay(topic, false);
  const before = await snapshot(topic, '30d');

  await replay(topic, false);
  const after = await snapshot(topic, '30d');

  expect(after.totals).toEqual(before.totals);
  expect(after.ledger.counted).toBe(before.ledger.counted);
  expect(after.ledger.duplicates).toBe(expected.views.length + expected.bots);
  expect(differencesOf(await audit({ kafka, redis, topic, sites: DEMO_ONLY }))).toEqual([]);
});

test('with --shift now the last line is now: hours and days that are still open fill', async () => {
  const topic = newTopic();
  const startMs = Date.now();

  await replay(topic, true);
  const days = await snapshot(topic, '30d');
  const hours = await snapshot(topic, '7d');
  const day = await snapshot(topic, '24h');

  // Log time goes on while the file is sent, so a view at the edge may be just too old.
  const tookMs = Date.now() - startMs;
  const within = (ageMs: number) => expected.views.filter((view) => view.ageMs <= ageMs).length;
  const expectEdge = (count: number, ageMs: number) => {
    expect(count).toBeGreaterThanOrEqual(within(ageMs - tookMs));
    expect(count).toBeLessThanOrEqual(within(ageMs));
  };
  expectEdge(days.inWindow.views, 49 * HOUR_MS);
  // What came too late for its hour stands at its day's noon: the curve of hours adds up to the days.
  expect(hours.series.reduce((sum, { views }) => sum + views, 0)).toBe(hours.inWindow.views);
  // The present hour, as far as it had come when the file was sent, and the 23 before it.
  const inHours = day.series.reduce((sum, { views }) => sum + views, 0);
  const hoursMs = 23 * HOUR_MS + (startMs % HOUR_MS);
  expect(inHours).toBeGreaterThanOrEqual(within(hoursMs));
  expect(inHours).toBeLessThanOrEqual(within(hoursMs + tookMs));
  expectEdge(days.ledger.counted - days.ledger.late, 10 * MINUTE_MS);
  expect(within(23 * HOUR_MS)).toBeGreaterThan(300);
  expect(days.ledger.skewed).toBe(0);
  expect(days.totals.views).toBe(expected.views.length);
  // The site's own referrers are none.
  expect(days.top.referrers.map(({ value }) => value)).not.toContain('semicomplete.com');
  expect(days.top.referrers.map(({ value }) => value)).toContain('google.com');
});
