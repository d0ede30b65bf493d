/** Logs that change in ways that a broker's faults and operators bring about: what is another log, and what is not. */
import { type Consumer, consumeEvent } from '../../lambdas/consumer/consume-event';
import { RepairCalls, sameGapPauseMs } from '../../lambdas/consumer/repair-calls';
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { LogRecord } from '../../pipeline/core/event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { arrayLogSource } from '../support/array-log-source';
import { DEMO_SITE, NOON_MS, pageView, recordOf, TEST_NONCE } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

class Pipeline {
  readonly topic = ownTopic();
  readonly store = new RedisCommitStore(redis);
  readonly partitions: LogRecord[][] = [[]];
  readonly calls: number[] = [];
  nowMs = 0;
  private readonly consumer: Consumer = {
    store: this.store,
    shards: new ShardDirectory(this.store),
    rules: { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE },
    log: () => undefined,
    repairCalls: new RepairCalls(
      async () => {
        this.calls.push(this.nowMs);
      },
      () => undefined,
      () => this.nowMs,
    ),
  };

  /** `at`: log times, ms. */
  write(partition: number, name: string, count: number, at = (i: number) => NOON_MS + i): void {
    const log = this.partitions[partition] as LogRecord[];
    for (let i = 0; i < count; i += 1) {
      log.push(recordOf(pageView({ messageId: `${name}-${i}` }), log.length, at(i)));
    }
  }

  consume(partition: number, from = 0): Promise<void> {
    const records = this.partitions[partition]?.slice(from) ?? [];
    return consumeEvent(this.consumer, mskEvent(this.topic, { [partition]: records }));
  }

  repair(): Promise<readonly RepairOutcome[]> {
    return repairTopic({
      logs: arrayLogSource(this.partitions),
      store: this.store,
      rules: { sites: DEMO_SITE, nonce: TEST_NONCE },
      topic: this.topic,
      consumerGroup: 'none',
      waitingFrom: waitingBatches(redis),
    });
  }

  state(partition: number): Promise<Record<string, string>> {
    return redis.hgetall(`{${this.topic}.1:${partition}}:state`);
  }
}

test.each([
  ['before anything new is written', 0],
  ['when it is shorter than what was counted', 3],
  ['when it is just as long', 5],
  ['when it is longer', 40],
])('a broker that lost the end of its log: the shard is closed %s', async (_, written) => {
  const pipeline = new Pipeline();
  pipeline.write(0, 'kept', 15);
  pipeline.write(0, 'lost', 5);
  await pipeline.consume(0);
  const counted = await pipeline.state(0);
  pipeline.partitions[0]?.splice(15);
  pipeline.write(0, 'other', written);

  expect(await pipeline.repair()).toMatchObject([{ kind: 'failed', from: 20, records: 0 }]);
  pipeline.write(0, 'more', 10);

  await expect(pipeline.consume(0, 15)).rejects.toThrow(/wrong_log at offset 20/);
  await pipeline.repair();
  expect(await pipeline.state(0)).toEqual({ ...counted, wrongLog: expect.any(String) });
});

test('records that come in place of counted ones are met by the consumer, which calls repair at once', async () => {
  const pipeline = new Pipeline();
  pipeline.write(0, 'lost', 20);
  await pipeline.consume(0);
  pipeline.partitions[0]?.splice(10);
  pipeline.write(0, 'other', 10, (i) => NOON_MS + 60_000 + i);

  await pipeline.consume(0, 10);

  expect(pipeline.calls).toHaveLength(1);
  expect(await pipeline.repair()).toMatchObject([{ kind: 'failed' }]);
});

test('partitions that are added raise no alarm and are counted from their first record', async () => {
  const pipeline = new Pipeline();
  pipeline.write(0, 'first', 20);
  await pipeline.consume(0);
  pipeline.partitions.push([], []);

  expect((await pipeline.repair()).map(({ kind }) => kind)).toEqual(['normal', 'normal', 'normal']);
  pipeline.write(1, 'second', 5);
  await pipeline.consume(1);

  expect((await pipeline.repair()).map(({ kind }) => kind)).toEqual(['normal', 'normal', 'normal']);
  expect(await pipeline.state(1)).toMatchObject({ next: '5', counted: '5' });
  expect(pipeline.calls).toEqual([]);
});

test('timestamps of producers, which go back and far ahead, raise no alarm, also where batches come again', async () => {
  const pipeline = new Pipeline();
  const clocks = [0, -3_600_000, 5_000, -86_400_000, 7_200_000, 1, 90_000_000, -1];
  pipeline.write(0, 'any', 80, (i) => NOON_MS + (clocks[i % clocks.length] as number));
  const whole = pipeline.partitions[0] as LogRecord[];

  for (let end = 10; end <= 80; end += 10) {
    pipeline.partitions[0] = whole.slice(0, end);
    // Late twins: everything so far, and the half of it.
    for (const from of [end - 10, 0, end / 2]) await pipeline.consume(0, from);
    expect(await pipeline.repair()).toEqual([{ kind: 'normal', partition: 0 }]);
  }

  expect(await pipeline.state(0)).toMatchObject({ next: '80', counted: '80' });
  expect(await pipeline.state(0)).not.toHaveProperty('wrongLog');
  // None would do; a false suspicion may cost one call each ten seconds, and no more.
  expect(pipeline.calls.length).toBeLessThanOrEqual(1 + Math.floor(pipeline.nowMs / sameGapPauseMs));
});
