/** `npm run replay` as a user types it: killed without warning, started again; and told to stop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin, Kafka } from 'kafkajs';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { countTopic } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { ACCESS_LOG, countAccessLog } from './count-access-log';

jest.setTimeout(120_000);

const partitions = 3;
/** The log lasts three and a half days: at this speed half a minute. */
const slowly = ['--speed', '10000'];
const home = mkdtempSync(join(tmpdir(), 'replay-'));
const topics = [uniqueTopic('killed'), uniqueTopic('stopped')];
const started: ChildProcess[] = [];
let kafka: Kafka;
let admin: Admin;
let redis: RedisClient;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'replay-test', () => undefined);
  redis = connectTestRedis();
  admin = kafka.admin();
  await admin.connect();
  for (const topic of topics) await ensureTopic(kafka, { topic, partitions });
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await admin.disconnect();
  for (const key of await redis.keys('{test-killed*')) await redis.del(key);
  redis.disconnect();
  rmSync(home, { recursive: true });
});

function start(topic: string, args: readonly string[]) {
  const child = spawn(process.execPath, ['run.mjs', 'local/replay.ts', ACCESS_LOG, ...args], {
    env: {
      ...process.env,
      CLICKSTREAM_HOME: home,
      KAFKA_BROKERS: testBrokers().join(','),
      TOPIC: topic,
      TOPIC_PARTITIONS: String(partitions),
      SITES: 'demo',
    },
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exited, output: () => output };
}

async function recordsOn(topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

async function untilRecords(topic: string, count: number): Promise<void> {
  while ((await recordsOn(topic)) < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a replay that was killed half way and is started again counts every line once', async () => {
  const [topic = ''] = topics;
  const expected = countAccessLog();
  const killed = start(topic, slowly);
  await untilRecords(topic, 200);
  killed.child.kill('SIGKILL');
  await killed.exited;
  const before = await recordsOn(topic);

  const again = start(topic, []);
  const code = await again.exited;
  await countTopic(kafka, new RedisCommitStore(redis), topic, partitions);
  const store = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const { totals, ledger } = await store.readSnapshot('demo', '30d', Date.now());

  const all = expected.views.length + expected.bots;
  expect(before).toBeLessThan(all);
  expect(code).toBe(0);
  expect(again.output()).toMatch(/^ {2}10,000 {2}lines$/m);
  expect(ledger).toMatchObject({ consumed: before + all, duplicates: before, bots: expected.bots });
  expect(totals.views).toBe(expected.views.length);
  expect(totals.visitors.count).toBe(new Set(expected.views.map(({ visitor }) => visitor)).size);
});

test('told to stop, it ends in order and says how many lines were not reached', async () => {
  const [, topic = ''] = topics;
  const stopped = start(topic, slowly);
  await untilRecords(topic, 50);
  stopped.child.kill('SIGINT');
  const code = await stopped.exited;

  const rows = [...stopped.output().matchAll(/^ +([\d,]+) {2}(.*)$/gm)];
  const counts = rows.map(([, count = '']) => Number(count.replaceAll(',', '')));
  const names = rows.map(([, , name]) => name);
  expect(code).toBe(1);
  expect(names.slice(-2)).toEqual(['not reached', 'lines']);
  expect(counts.slice(0, -1).reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(await recordsOn(topic)).toBe((counts[0] ?? 0) + (counts[1] ?? 0) + (counts[2] ?? 0));
});
