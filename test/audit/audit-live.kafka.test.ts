/** The audit while events flow: it must neither stop anybody nor take what is under way for a difference. */
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { consume, DEMO_ONLY, readAll } from './count-topic';

jest.setTimeout(90_000);

const partitionCount = 2;
let kafka: Kafka;
let producer: Producer;
let redis: RedisClient;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'audit-live-test', () => undefined);
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  redis = connectTestRedis();
  await producer.connect();
});

afterAll(async () => {
  for (const key of await redis.keys('{test-audit-live-*')) await redis.del(key);
  await producer.disconnect();
  redis.disconnect();
});

async function write(topic: string, round: number): Promise<void> {
  const messages = Array.from({ length: 60 }, (_, i) => ({
    key: `demo:visitor-${i}`,
    value: JSON.stringify({
      v: 1,
      type: 'page',
      siteId: 'demo',
      messageId: `m-${round}-${i}`,
      anonymousId: `visitor-${i}`,
      timestamp: new Date().toISOString(),
      // So large that one fetch does not bring two rounds.
      properties: { path: `/page-${i % 7}`, title: 'x'.repeat(20_000) },
    }),
  }));
  await producer.send({ topic, messages });
}

/** Writes a round and counts what is not counted yet. */
class Flow {
  private readonly store = new RedisCommitStore(redis);
  private readonly next = new Map<number, number>();
  private round = 0;

  constructor(private readonly topic: string) {}

  async step(): Promise<void> {
    await write(this.topic, this.round++);
    for (let partition = 0; partition < partitionCount; partition++) {
      const records = await readAll(kafka, this.topic, partition, this.next.get(partition) ?? 0);
      if (records.length === 0) continue;
      await consume(this.store, this.topic, partition, records, partitionCount);
      this.next.set(partition, (records.at(-1)?.offset ?? 0) + 1);
    }
  }
}

async function makeFlow(): Promise<{ topic: string; flow: Flow }> {
  const topic = uniqueTopic('audit-live');
  await ensureTopic(kafka, { topic, partitions: partitionCount });
  const flow = new Flow(topic);
  await flow.step();
  return { topic, flow };
}

test('an audit in the midst of traffic shows no difference', async () => {
  const { topic, flow } = await makeFlow();
  let isOver = false;
  const flowing = (async () => {
    while (!isOver) await flow.step();
  })();

  const counted: number[] = [];
  const found: string[] = [];
  for (let i = 0; i < 5; i++) {
    const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });
    counted.push(report.records);
    found.push(...differencesOf(report).map(({ cell }) => cell));
  }
  isOver = true;
  await flowing;

  expect(found).toEqual([]);
  expect(counted.at(-1)).toBeGreaterThan(counted[0] as number);
});

test('what is counted while the audit begins is audited, too', async () => {
  const { topic, flow } = await makeFlow();
  // Counts more just before the first shard is read: the worst moment.
  const late = Object.create(redis) as RedisClient;
  let isFirst = true;
  late.hget = async (key: string, field: string) => {
    if (isFirst) {
      isFirst = false;
      await flow.step();
    }
    return redis.hget(key, field);
  };

  const report = await audit({ kafka, redis: late, topic, sites: DEMO_ONLY });

  expect(report.records).toBe(120);
  expect(differencesOf(report)).toEqual([]);
});

test('a commit between finding the keys of a shard and reading them is waited for', async () => {
  const { topic, flow } = await makeFlow();
  const late = Object.create(redis) as RedisClient;
  let steps = 0;
  late.multi = (() => {
    const multi = redis.multi();
    const exec = multi.exec.bind(multi);
    multi.exec = async () => {
      if (steps++ < 2) await flow.step();
      return exec();
    };
    return multi;
  }) as unknown as RedisClient['multi'];

  const report = await audit({ kafka, redis: late, topic, sites: DEMO_ONLY });

  expect(steps).toBeGreaterThan(partitionCount);
  expect(differencesOf(report)).toEqual([]);
});

test('a Redis that fails over meanwhile is waited for, and its shard is read once more', async () => {
  const { topic } = await makeFlow();
  const failing = Object.create(redis) as RedisClient;
  const failures = ['Connection is closed.', 'CLUSTERDOWN The cluster is down'];
  failing.hget = async (key: string, field: string) => {
    const failure = failures.pop();
    if (failure !== undefined) throw new Error(failure);
    return redis.hget(key, field);
  };

  const report = await audit({ kafka, redis: failing, topic, sites: DEMO_ONLY });

  expect(failures).toEqual([]);
  expect(report.records).toBe(60);
  expect(differencesOf(report)).toEqual([]);
});

test('what Redis refuses is no fail-over', async () => {
  const { topic } = await makeFlow();
  const refusing = Object.create(redis) as RedisClient;
  refusing.hget = () => Promise.reject(new Error('NOPERM this user has no permissions'));

  await expect(audit({ kafka, redis: refusing, topic, sites: DEMO_ONLY })).rejects.toThrow('NOPERM');
});
