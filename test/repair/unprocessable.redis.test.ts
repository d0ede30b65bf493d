/** A record that kills counting: the partition goes on without it, and every other record is counted. */
import { type Consumer, consumeEvent, PartitionsFailedError } from '../../lambdas/consumer/consume-event';
import { RepairCalls } from '../../lambdas/consumer/repair-calls';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { JudgedRecord, LogRecord } from '../../pipeline/core/event';
import * as fold from '../../pipeline/core/fold';
import { unprocessableMax } from '../../pipeline/core/limits';
import type { RollUp, SiteRollUp } from '../../pipeline/core/roll-up';
import { judgeRecords } from '../../pipeline/core/validation';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { RollUpRefusedError } from '../../pipeline/store/commit-outcome';
import { rejectsKey, shardTag, stateKey, unprocessableKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { LogSource } from '../../pipeline/stream/log-source';
import { DEMO_SITE, pageView, recordOf, TEST_NONCE } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { connectTestRedis, ownTopic } from '../support/test-redis';

jest.mock('../../pipeline/core/fold', () => {
  const actual = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  return { ...actual, foldRun: jest.fn(actual.foldRun) };
});

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());
afterEach(() => {
  jest
    .mocked(fold.foldRun)
    .mockImplementation(jest.requireActual<typeof fold>('../../pipeline/core/fold').foldRun);
});

/** Folding throws for events, as they are judged, at these offsets; rejected records it takes. */
function poison(offsets: ReadonlySet<number>, error: () => Error = () => new TypeError('poison')): void {
  const { foldRun } = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  jest.mocked(fold.foldRun).mockImplementation((records: readonly JudgedRecord[], context) => {
    const isPoison = ({ offset, verdict }: JudgedRecord): boolean =>
      offsets.has(offset) && verdict.kind === 'event';
    if (records.some(isPoison)) throw error();
    return foldRun(records, context);
  });
}

function logOf(count: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) =>
    recordOf(pageView({ messageId: `m${i}`, anonymousId: `v${i % 9}` }), i),
  );
}

/** A log in memory: one partition, whole, and no group. */
function logSource(records: readonly LogRecord[]): LogSource {
  const bounds = { logStart: 0, logEnd: records.length };
  return {
    open: async () => ({
      bounds: async () => bounds,
      fetch: async (offset) => ({
        ...bounds,
        records: records.slice(offset, offset + 500),
        provenTo: Math.min(offset + 500, records.length),
        readableTo: records.length,
      }),
      close: async () => undefined,
    }),
    offsets: async () => [{ partition: 0, ...bounds, groupOffset: undefined }],
  };
}

class Pipeline {
  readonly topic = ownTopic();
  readonly tag = shardTag({ topic: this.topic, generation: 1, partition: 0 });
  readonly store = new RedisCommitStore(redis);
  readonly calls: number[] = [];
  readonly consumer: Consumer = {
    store: this.store,
    shards: new ShardDirectory(this.store),
    rules: { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE },
    log: () => undefined,
    repairCalls: new RepairCalls(
      async (partition) => {
        this.calls.push(partition);
      },
      () => undefined,
    ),
  };

  consume(records: readonly LogRecord[]): Promise<void> {
    return consumeEvent(this.consumer, mskEvent(this.topic, { 0: records }));
  }

  async repair(records: readonly LogRecord[]): Promise<RepairOutcome | undefined> {
    const [outcome] = await repairTopic({
      logs: logSource(records),
      store: this.store,
      rules: { sites: DEMO_SITE, nonce: TEST_NONCE },
      topic: this.topic,
      consumerGroup: 'none',
      waitingFrom: waitingBatches(redis),
    });
    return outcome;
  }

  state(): Promise<Record<string, string>> {
    return redis.hgetall(stateKey(this.tag));
  }
}

test('repair, which the consumer calls at once, rejects the records that kill folding, and counts all others', async () => {
  const pipeline = new Pipeline();
  const log = logOf(1_200);
  const poisonous = new Set([0, 17, 18, 999, 1_000, 1_199]);
  poison(poisonous);

  await expect(pipeline.consume(log)).rejects.toThrow(PartitionsFailedError);
  expect(pipeline.calls).toEqual([0]);
  expect(await pipeline.repair(log)).toMatchObject({
    kind: 'repaired',
    from: 0,
    to: 1_200,
    unprocessable: 6,
  });
  await pipeline.consume(log);

  expect(await pipeline.state()).toMatchObject({
    next: '1200',
    counted: String(1_200 - poisonous.size),
    'rejected:unprocessable': String(poisonous.size),
  });
  const offsets = await redis.smembers(unprocessableKey(pipeline.tag));
  expect(offsets.map(Number).sort((a, b) => a - b)).toEqual([...poisonous]);
  expect(await redis.lrange(rejectsKey(pipeline.tag), 0, -1)).toEqual(
    [...poisonous].reverse().map((offset) => `${offset}|unprocessable|`),
  );
});

test('what the commit script refuses is found in the same way', async () => {
  const pipeline = new Pipeline();
  const log = logOf(40);
  const { foldRun } = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  jest.mocked(fold.foldRun).mockImplementation((records, context) => {
    const rollUp = foldRun(records, context);
    const isOdd = records.some(({ offset, verdict }) => offset === 21 && verdict.kind === 'event');
    if (isOdd) rollUp.ledger.counted += 0.5;
    return rollUp;
  });

  await expect(pipeline.consume(log)).rejects.toThrow(/refused at offset 0/);
  await pipeline.repair(log);

  expect(await pipeline.state()).toMatchObject({ next: '40', counted: '39', 'rejected:unprocessable': '1' });
  expect(await redis.smembers(unprocessableKey(pipeline.tag))).toEqual(['21']);
});

test('a record that fails once and then not is counted', async () => {
  const pipeline = new Pipeline();
  const log = logOf(10);
  let failures = 0;
  const { foldRun } = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  jest.mocked(fold.foldRun).mockImplementation((records, context) => {
    if (records.some(({ offset }) => offset === 4) && failures++ < 5) throw new RangeError('out of memory');
    return foldRun(records, context);
  });

  await expect(pipeline.consume(log)).rejects.toThrow(/refused/);
  await pipeline.repair(log);

  expect(await pipeline.state()).toMatchObject({ next: '10', counted: '10' });
});

test('a program that can count nothing stops at the bound, and does not reject the whole log', async () => {
  const pipeline = new Pipeline();
  const log = logOf(20);
  const roomFor = 7;
  const before = Array.from({ length: unprocessableMax - roomFor }, (_, i) => `-${i + 1}`);
  await redis.sadd(unprocessableKey(pipeline.tag), ...before);
  poison(new Set(log.map(({ offset }) => offset)));

  await expect(pipeline.consume(log)).rejects.toThrow(/refused/);
  const outcome = await pipeline.repair(log);

  expect(outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining(`${unprocessableMax} records of this shard are unprocessable already`),
  });
  expect(await pipeline.state()).toMatchObject({ next: '7', 'rejected:unprocessable': String(roomFor) });
});

/** A roll-up of one page view, for spoiling. */
function rollUpOf(): RollUp {
  const { foldRun } = jest.requireActual<typeof fold>('../../pipeline/core/fold');
  const judged = judgeRecords(logOf(1), DEMO_SITE, TEST_NONCE);
  return foldRun(judged, {
    partition: 0,
    partitionCount: 1,
    logTimeMs: 0,
    markSlices: [undefined],
    firstPlaces: [0],
  });
}

function siteOf(rollUp: RollUp): SiteRollUp {
  return rollUp.sites.get('demo') as SiteRollUp;
}

const spoilers: readonly [string, (rollUp: RollUp) => unknown][] = [
  ['a term of the ledger', (rollUp) => Object.assign(rollUp.ledger, { bots: 0.5 })],
  ['the log time', (rollUp) => Object.assign(rollUp, { logTimeMs: 1.5 })],
  ['a count of all time', (rollUp) => Object.assign(siteOf(rollUp).allTime.counts, { views: 'x' })],
  ['a path of all time', (rollUp) => siteOf(rollUp).allTime.pages.set('/home', 0.5)],
  [
    'a last-seen time',
    (rollUp) => Object.assign(siteOf(rollUp).visitors[0] as object, { lastSeenMs: Number.NaN }),
  ],
  ['a time of the feed', (rollUp) => Object.assign(siteOf(rollUp).feed[0] as object, { atMs: 0.25 })],
  ['views of a second', (rollUp) => siteOf(rollUp).seconds.set(0, new Map([[1.5, 1]]))],
];

test.each(spoilers)('%s that is no whole number is refused before the first write', async (_, spoil) => {
  const { store, topic, tag } = new Pipeline();
  const rollUp = rollUpOf();
  spoil(rollUp);

  await expect(
    store.commit(
      { topic, generation: 1, partition: 0 },
      rollUp,
      { due: [], digests: Buffer.alloc(16), asked: [0] },
      1,
    ),
  ).rejects.toThrow(RollUpRefusedError);

  expect(await redis.exists(stateKey(tag))).toBe(0);
});
