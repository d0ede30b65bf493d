/** The audit that goes along with the traffic, against a real Kafka and a real Redis, and what it leaves for the page. */
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { differencesOf } from '../../audit/print-report';
import { RollingAudit } from '../../audit/rolling-audit';
import { auditClosedMinutes } from '../../lambdas/audit/audit-closed-minutes';
import type { LogFields } from '../../lambdas/structured-log';
import { readAuditMark } from '../../pipeline/store/audit-mark';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { connectTestRedis } from '../support/test-redis';
import { consume, DEMO_ONLY, readAll } from './count-topic';

jest.setTimeout(180_000);

const partitionCount = 2;
const minute = 60_000;
/** A whole minute, well in the past. */
const startMs = Math.floor(Date.now() / minute) * minute - 600 * minute;
const never = Number.POSITIVE_INFINITY;

let kafka: Kafka;
let producer: Producer;
let redis: RedisClient;

beforeAll(async () => {
  kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'rolling-audit-test', () => undefined);
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  redis = connectTestRedis();
  await producer.connect();
});

afterAll(async () => {
  for (const key of await redis.keys('{test-rolling-*')) await redis.del(key);
  await producer.disconnect();
  redis.disconnect();
});

/** An event each four seconds: some late, some dated ahead, some repeated ten minutes later. */
function eventAt(second: number): object {
  const logMs = startMs + second * 1_000;
  const repeats = second % 40 === 0 && second >= 600 ? second - 600 : second;
  const aheadMs = [0, -30_000, 4 * minute, -9 * minute, 0][(second / 4) % 5] as number;
  return {
    v: 1,
    type: 'page',
    siteId: 'demo',
    messageId: `m-${repeats}`,
    anonymousId: `visitor-${repeats % 37}`,
    timestamp: new Date(logMs + aheadMs).toISOString(),
    properties: { path: `/page-${second % 7}` },
  };
}

class Traffic {
  readonly topic = uniqueTopic('rolling');
  written = 0;
  private readonly next = new Map<number, number>();

  async make(): Promise<this> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [
      { name: 'message.timestamp.type', value: 'CreateTime' },
      { name: 'retention.ms', value: '-1' },
    ];
    const topics = [{ topic: this.topic, numPartitions: partitionCount, configEntries }];
    await admin.createTopics({ waitForLeaders: true, topics });
    await admin.disconnect();
    return this;
  }

  /** Writes minutes [from, to) of log time with a heartbeat at the end of each, and counts them. */
  async flow(from: number, to: number): Promise<void> {
    const messages: { key: string; value: string; timestamp: string; partition?: number }[] = [];
    for (let second = from * 60; second < to * 60; second += 4) {
      const event = eventAt(second) as { anonymousId: string };
      const timestamp = String(startMs + second * 1_000);
      messages.push({ key: `demo:${event.anonymousId}`, value: JSON.stringify(event), timestamp });
      if (second % 60 !== 56) continue;
      for (let partition = 0; partition < partitionCount; partition += 1) {
        messages.push({ key: 'h', value: '{"v":1,"type":"heartbeat"}', timestamp, partition });
      }
    }
    this.written = messages.length;
    await producer.send({ topic: this.topic, messages: messages as { key: string; value: string }[] });
    const store = new RedisCommitStore(redis);
    for (let partition = 0; partition < partitionCount; partition += 1) {
      const records = await readAll(kafka, this.topic, partition, this.next.get(partition) ?? 0);
      await consume(store, this.topic, partition, records, partitionCount);
      this.next.set(partition, (records.at(-1)?.offset ?? -1) + 1);
    }
  }

  minuteKey(at: number): string {
    return `{${this.topic}.1:0}:m:demo:${(startMs + at * minute) / 1_000}`;
  }
}

test('each minute is compared once, when log time has closed it, and each record is read once', async () => {
  const traffic = await new Traffic().make();
  await traffic.flow(0, 60);
  const all = traffic.written;
  const rolling = new RollingAudit({ kafka, redis, topic: traffic.topic, sites: DEMO_ONLY });

  const first = await rolling.run(undefined, never);
  const idle = await rolling.run(undefined, never);
  await traffic.flow(60, 65);
  const second = await rolling.run(undefined, never);
  await rolling.close();

  // The newest record is of 59:56: minute 48 is the last that is ten minutes past.
  expect(first).toMatchObject({ fromMs: startMs + 34 * minute, toMs: startMs + 49 * minute });
  expect(first?.records).toBeLessThan(all);
  expect(idle).toBeUndefined();
  expect(second).toMatchObject({
    fromMs: startMs + 49 * minute,
    toMs: startMs + 54 * minute,
    records: traffic.written,
  });
  for (const report of [first, second]) {
    expect(differencesOf(report ?? { comparisons: [] })).toEqual([]);
    expect(report?.comparisons[0]?.cells.get('counts')).toBeGreaterThan(20);
  }
});

test('a first run goes on where others have stopped; out of time, the next goes on', async () => {
  const traffic = await new Traffic().make();
  await traffic.flow(0, 60);
  const rolling = new RollingAudit({ kafka, redis, topic: traffic.topic, sites: DEMO_ONLY, recordsMax: 50 });

  const tooShort = await rolling.run(startMs + 45 * minute, 0);
  const report = await rolling.run(startMs + 45 * minute, never);
  await rolling.close();

  expect(tooShort).toBeUndefined();
  expect(report).toMatchObject({ fromMs: startMs + 45 * minute, toMs: startMs + 49 * minute });
  expect(differencesOf(report ?? { comparisons: [] })).toEqual([]);
});

test('where there is more to catch up with than a fresh start has to read, it begins anew', async () => {
  const traffic = await new Traffic().make();
  await traffic.flow(0, 60);
  const rolling = new RollingAudit({ kafka, redis, topic: traffic.topic, sites: DEMO_ONLY });

  await rolling.run(undefined, 0);
  await traffic.flow(60, 130);
  const report = await rolling.run(undefined, never);
  await rolling.close();

  expect(report).toMatchObject({ fromMs: startMs + 104 * minute, toMs: startMs + 119 * minute });
  expect(differencesOf(report ?? { comparisons: [] })).toEqual([]);
});

test('the mark grows from run to run; a changed cell is named and stays on the page', async () => {
  const traffic = await new Traffic().make();
  const { topic } = traffic;
  const rolling = new RollingAudit({ kafka, redis, topic, sites: DEMO_ONLY });
  const lines: [string, LogFields | undefined][] = [];
  const options = {
    rolling,
    redis,
    topic,
    untilMs: never,
    log: (_: string, message: string, fields?: LogFields) => lines.push([message, fields]),
  };
  const at = (minutes: number): string => new Date(startMs + minutes * minute).toISOString();

  await traffic.flow(0, 40);
  await auditClosedMinutes(options);
  await traffic.flow(40, 45);
  await auditClosedMinutes(options);
  const clean = await readAuditMark(redis, topic);
  await traffic.flow(45, 50);
  await redis.hincrby(traffic.minuteKey(36), 'views', 1);
  await auditClosedMinutes(options);
  await traffic.flow(50, 55);
  await auditClosedMinutes(options);
  await rolling.close();

  expect(clean).toMatchObject({ from: at(14), to: at(34), differences: 0 });
  expect(await readAuditMark(redis, topic)).toMatchObject({ from: at(14), to: at(44), differences: 1 });
  expect(lines.map(([message]) => message)).toEqual(['numbers differ from the log', 'cell differs']);
  expect(lines[1]?.[1]).toEqual({ partition: 0, cell: `minute ${at(36).slice(0, 16)}Z demo views` });
});
