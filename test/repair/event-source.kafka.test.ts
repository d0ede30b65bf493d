/** Event source, consumer and repair together, as the processor wires them, on a real Kafka and a real Redis. */
import { type Kafka, Partitioners } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import { createConsumerHandler } from '../../lambdas/consumer/consumer-handler';
import { createRepairHandler } from '../../lambdas/repair/repair-handler';
import { RepairTimer } from '../../local/repair-timer';
import type { JudgedRecord } from '../../pipeline/core/event';
import * as fold from '../../pipeline/core/fold';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { KeptLogSource } from '../../pipeline/stream/log-source';
import { DEMO_ONLY } from '../audit/count-topic';
import { EventSourceHarness, until } from '../local/event-source-harness';
import { untilLogEnd } from '../stream/test-kafka';
import { pageView } from '../support/build-event';
import { connectTestRedis } from '../support/test-redis';

jest.setTimeout(240_000);

jest.mock('../../pipeline/core/fold', () => {
  const actual = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  return { ...actual, foldRun: jest.fn(actual.foldRun) };
});

/** The handlers' connections are the test's own, which it can close. */
jest.mock('../../lambdas/redis-connection', () => ({
  redisFromEnvironment: async () => mockConnection.redis,
}));

const mockConnection: { redis?: RedisClient } = {};
let harness: EventSourceHarness;
let logs: KeptLogSource;
let timer: RepairTimer;
let lastRepair: Promise<unknown> | undefined;
let redis: RedisClient;

beforeEach(() => {
  harness = new EventSourceHarness();
  redis = connectTestRedis();
  mockConnection.redis = redis;
});

afterEach(async () => {
  timer.stop();
  await harness.close();
  await lastRepair;
  await logs.close();
  await redis.quit();
});

function startProcessor(partitions: number): void {
  const env = {
    TOPIC: harness.topic,
    TOPIC_PARTITIONS: String(partitions),
    SITES: 'demo',
    CONSUMER_GROUP: harness.groupId,
  };
  logs = new KeptLogSource(harness.kafka);
  const repair = createRepairHandler(env, logs, () => undefined);
  timer = new RepairTimer({
    repair: (event) => {
      const run = repair(event);
      lastRepair = run.catch(() => undefined);
      return run;
    },
    everyMs: 2_000,
    say: () => undefined,
  });
  timer.start();
  const handler = createConsumerHandler(env, timer.call, () => undefined);
  harness.start((event) => handler(event), { functionTimeoutMs: 60_000 });
}

function views(name: string, count: number): { value: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    value: JSON.stringify(pageView({ messageId: `${name}-${i}`, anonymousId: `v${i % 20}` })),
  }));
}

function stateOf(partition: number): Promise<Record<string, string>> {
  return redis.hgetall(`{${harness.topic}.1:${partition}}:state`);
}

async function differences(kafka: Kafka): Promise<readonly unknown[]> {
  return differencesOf(await audit({ kafka, redis, topic: harness.topic, sites: DEMO_ONLY }));
}

test('a record that kills counting is rejected, and its partition goes on', async () => {
  const { foldRun } = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  jest.mocked(fold.foldRun).mockImplementation((records: readonly JudgedRecord[], context) => {
    const isPoison = ({ verdict }: JudgedRecord) =>
      verdict.kind === 'event' && verdict.event.messageId === 'poison-0';
    if (records.some(isPoison)) throw new TypeError('poison');
    return foldRun(records, context);
  });
  await harness.makeTopic(2);
  await harness.write(0, [...views('before', 150), ...views('poison', 1), ...views('after', 150)]);
  await harness.write(1, views('other', 100));

  startProcessor(2);
  await until(async () => (await harness.committed(0)) === 301 && (await harness.committed(1)) === 100);

  expect(await stateOf(0)).toMatchObject({ next: '301', counted: '300', 'rejected:unprocessable': '1' });
  expect(await stateOf(1)).toMatchObject({ next: '100', counted: '100' });
  expect(await redis.smembers(`{${harness.topic}.1:0}:unprocessable`)).toEqual(['150']);
  expect(await differences(harness.kafka)).toEqual([]);
});

test('a producer with transactions: markers stop the partition for a while, and everything is counted', async () => {
  const transactions = 20;
  const viewsEach = 50;
  await harness.makeTopic(1);
  const producer = harness.kafka.producer({
    transactionalId: harness.topic,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();

  startProcessor(1);
  for (let i = 0; i < transactions; i += 1) {
    const transaction = await producer.transaction();
    await transaction.send({ topic: harness.topic, messages: views(`t${i}`, viewsEach) });
    await transaction.commit();
  }
  await producer.disconnect();
  await untilLogEnd(harness.kafka, harness.topic, 0, transactions * (viewsEach + 1));
  const lastRecord = transactions * (viewsEach + 1) - 1;
  await until(async () => Number((await stateOf(0)).next) >= lastRecord);

  const state = await stateOf(0);
  expect(state).toMatchObject({ counted: String(transactions * viewsEach) });
  // The marker behind the last record may be passed over with it, or when a record follows.
  expect(Number(state.empty)).toBeGreaterThanOrEqual(transactions - 1);
  expect(await differences(harness.kafka)).toEqual([]);
});
