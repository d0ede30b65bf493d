/**
 * Consumer, repair and late twins at the same time on one shard of a real Redis, over a real Kafka's log. A late twin is an invocation
 * that was held up between its look-up and its commit: what it knew of the shard is old when it goes on.
 */
import { type Kafka, Partitioners } from 'kafkajs';
import { audit } from '../../audit/audit';
import { differencesOf } from '../../audit/print-report';
import { type Consumer, consumeEvent } from '../../lambdas/consumer/consume-event';
import { RepairCalls } from '../../lambdas/consumer/repair-calls';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { repairLease, waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { LogRecord } from '../../pipeline/core/event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { CommitOutcome } from '../../pipeline/store/commit-outcome';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { CommitStore } from '../../pipeline/store/store-port';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { ensureTopic } from '../../pipeline/stream/topics';
import { DEMO_ONLY, readAll } from '../audit/count-topic';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';
import { arrayLogSource } from '../support/array-log-source';
import { pageView } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { connectTestRedis } from '../support/test-redis';

jest.setTimeout(240_000);

const rounds = 40;
const roundRecords = 30;
const recordCount = rounds * roundRecords;
const nonce = 'nonce0123456789nonce';

const kafka: Kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'race-test', () => undefined);
const topic = uniqueTopic('race');
let redis: RedisClient;
let store: RedisCommitStore;
let log: readonly LogRecord[];
/** How far the log goes by now: it grows by a round's records. */
let logEnd = 0;
let calledMs = 0;
const repaired: RepairOutcome[] = [];
const twinOutcomes: CommitOutcome['kind'][] = [];

beforeAll(async () => {
  redis = connectTestRedis();
  store = new RedisCommitStore(redis);
  await ensureTopic(kafka, { topic, partitions: 1 });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: recordCount }, (_, i) => ({
    // Every fifth one is sent again, in another round than the first time.
    value: JSON.stringify(
      pageView({ messageId: `m${i % 5 === 0 ? Math.floor(i / 2) : i}`, anonymousId: `v${i % 40}` }),
    ),
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  log = await readAll(kafka, topic, 0);
});

afterAll(() => redis.quit());

async function repair(isLeased: boolean): Promise<void> {
  const outcomes = await repairTopic({
    logs: arrayLogSource([log], () => logEnd),
    store,
    rules: { sites: DEMO_ONLY, nonce },
    topic,
    consumerGroup: 'none',
    waitingFrom: waitingBatches(redis),
    lease: isLeased ? repairLease(redis) : undefined,
  });
  repaired.push(...outcomes);
}

function consumer(of: CommitStore): Consumer {
  return {
    store: of,
    shards: new ShardDirectory(of),
    rules: { sites: DEMO_ONLY, partitionCount: 1, nonce },
    log: () => undefined,
    // Each call at a time of its own, so that none is held back: the more repairs at once, the better.
    repairCalls: new RepairCalls(
      () => repair(false),
      () => undefined,
      () => (calledMs += 60_000),
    ),
  };
}

async function consume(of: CommitStore, from: number, to: number): Promise<void> {
  await consumeEvent(consumer(of), mskEvent(topic, { 0: log.slice(from, to) })).catch(() => undefined);
}

class LateTwin {
  private letGo: () => void = () => undefined;
  private readonly gate = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });
  private running: Promise<void> | undefined;

  /** Resolves when the twin has looked the shard up, and is about to commit. */
  async begin(from: number, to: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const held: CommitStore = Object.create(store, {
        commit: {
          value: async (...asked: Parameters<CommitStore['commit']>): Promise<CommitOutcome> => {
            resolve();
            await this.gate;
            const outcome = await store.commit(...asked);
            twinOutcomes.push(outcome.kind);
            return outcome;
          },
        },
      });
      this.running = consume(held, from, to).finally(resolve);
    });
  }

  async release(): Promise<void> {
    this.letGo();
    await this.running;
  }
}

async function nextOffset(): Promise<number> {
  return Number((await redis.hget(`{${topic}.1:0}:state`, 'next')) ?? 0);
}

/** One round; answers the twins that are still held up at its end. */
async function play(round: number): Promise<LateTwin[]> {
  const from = logEnd;
  logEnd += roundRecords;
  const cut = from + 1 + ((round * 7) % (roundRecords - 1));
  const twins = [new LateTwin(), new LateTwin(), new LateTwin()] as const;
  await Promise.all([twins[0].begin(from, logEnd), twins[1].begin(from, cut), twins[2].begin(from, logEnd)]);
  const [atOnce, afterwards, muchLater] = twins;
  // By turns: a batch above a gap alone, so that repair must fill it; the same with its beginning; and with its whole.
  await Promise.all([
    consume(store, cut, logEnd),
    repair(true),
    round % 3 === 0 ? undefined : atOnce.release(),
    round % 3 === 1 ? consume(store, from, cut) : undefined,
    round % 3 === 2 ? consume(store, from, logEnd) : undefined,
  ]);
  await Promise.all([atOnce.release(), afterwards.release(), repair(false)]);
  // The event source delivers until a batch succeeds.
  while ((await nextOffset()) < logEnd) await consume(store, cut, logEnd);
  return [muchLater];
}

test('consumer, repair and late twins at the same time: every event counts once', async () => {
  let held: LateTwin[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const late = held;
    const [, more] = await Promise.all([Promise.all(late.map((twin) => twin.release())), play(round)]);
    held = more;
  }
  await Promise.all(held.map((twin) => twin.release()));

  const report = await audit({ kafka, redis, topic, sites: DEMO_ONLY });
  expect(differencesOf(report)).toEqual([]);
  expect(await redis.hgetall(`{${topic}.1:0}:state`)).toMatchObject({ next: String(recordCount) });
  // The race was one: repair has counted, and twins came too late as well as in time.
  expect(repaired.some((outcome) => outcome.kind === 'repaired' && outcome.records > 0)).toBe(true);
  expect(twinOutcomes).toContain('duplicate');
  expect(repaired.filter(({ kind }) => kind === 'failed')).toEqual([]);
});
