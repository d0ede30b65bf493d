/** One bad partition never holds up the others, and what it owes is told so that Lambda can deliver it again. */
import {
  type Consumer,
  consumeEvent,
  countEvent,
  PartitionsFailedError,
} from '../../lambdas/consumer/consume-event';
import { batchResponse } from '../../lambdas/partial-batch/partial-batch';
import { readBatchResponse } from '../../local/event-source/batch-response';
import { afterInvocation, DEFAULT_READINGS, planBatch } from '../../local/event-source/delivery-plan';
import type { LogRecord } from '../../pipeline/core/event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { shardTag, stateKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { DEMO_SITE, pageView, recordOf, TEST_NONCE } from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

function newConsumer(): Consumer {
  const store = new RedisCommitStore(redis);
  const rules = { sites: DEMO_SITE, partitionCount: 4, nonce: TEST_NONCE };
  return { store, shards: new ShardDirectory(store), rules, log: () => undefined };
}

const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from }, (_, i) => recordOf(pageView({ messageId: `m${from + i}` }), from + i));

async function nextOf(topic: string, partition: number): Promise<string | null> {
  return redis.hget(stateKey(shardTag({ topic, generation: 1, partition })), 'next');
}

test('partitions that are behind, torn or fail in the store are reported from there, and the others are counted', async () => {
  const topic = ownTopic();
  const consumer = newConsumer();
  await countEvent(consumer, mskEvent(topic, { 1: records(0, 2), 2: records(0, 2) }));
  await redis.hset(stateKey(shardTag({ topic, generation: 1, partition: 1 })), 'torn', 1);
  await redis.del(stateKey(shardTag({ topic, generation: 1, partition: 2 })));
  await redis.set(stateKey(shardTag({ topic, generation: 1, partition: 2 })), 'no hash');

  const failures = await countEvent(
    consumer,
    mskEvent(topic, { 0: records(5, 7), 1: records(2, 4), 2: records(2, 3), 3: records(0, 3) }),
  );

  expect(failures).toMatchObject([
    { partition: `${topic}-0`, offsets: [5, 6], isStopped: true },
    { partition: `${topic}-1`, offsets: [2, 3], isStopped: true },
    { partition: `${topic}-2`, offsets: [2], isStopped: false },
  ]);
  expect(await nextOf(topic, 3)).toBe('3');
});

test('a partition that stops in the middle is reported from its first run that is not counted', async () => {
  const topic = ownTopic();
  const failures = await countEvent(
    newConsumer(),
    mskEvent(topic, { 0: [...records(0, 3), ...records(8, 10)] }),
  );

  expect(failures).toMatchObject([{ partition: `${topic}-0`, offset: 8, offsets: [8, 9] }]);
  expect(await nextOf(topic, 0)).toBe('3');
});

// The guide leaves open which of them come again (docs/event-source.md).
test.each(['from_first', 'named_only'] as const)(
  'counted to the end once it is repaired, if failures come again %s',
  async (redelivery) => {
    const topic = ownTopic();
    const consumer = newConsumer();
    const log = { 0: records(0, 6), 1: records(0, 4) };
    const delivered = [
      ...log[0].slice(2).map(({ offset }) => ({ partition: 0, offset, timestampMs: 0 })),
      ...log[1].map(({ offset }) => ({ partition: 1, offset, timestampMs: 0 })),
    ];
    const rules = {
      retriesMax: Number.POSITIVE_INFINITY,
      recordAgeMsMax: Number.POSITIVE_INFINITY,
      bisects: false,
      readings: { ...DEFAULT_READINGS, redelivery },
    };

    let plans = [planBatch(delivered)];
    for (let invocations = 0; plans.length > 0; invocations += 1) {
      const part = (plans[0] as (typeof plans)[number]).parts[0] as (typeof plans)[number]['parts'][number];
      const batches: Record<number, LogRecord[]> = {};
      for (const { partition, offset } of part.records) {
        batches[partition] = [...(batches[partition] ?? []), log[partition as 0 | 1][offset] as LogRecord];
      }
      const response = batchResponse(await countEvent(consumer, mskEvent(topic, batches)));
      const verdict = readBatchResponse(JSON.stringify(response), topic, part.records);
      if (verdict.kind === 'malformed') throw new Error(verdict.reason);
      plans = [
        ...afterInvocation(plans[0] as (typeof plans)[number], verdict, rules).plans,
        ...plans.slice(1),
      ];
      // As repair does, after the batch has been found behind.
      if (invocations === 1) await countEvent(consumer, mskEvent(topic, { 0: log[0].slice(0, 2) }));
      expect(invocations).toBeLessThan(10);
    }

    expect([await nextOf(topic, 0), await nextOf(topic, 1)]).toEqual(['6', '4']);
  },
);

test('without time nothing is begun, and everything is reported', async () => {
  const topic = ownTopic();
  const failures = await countEvent(
    newConsumer(),
    mskEvent(topic, { 0: records(0, 2), 1: records(0, 1) }),
    () => 0,
  );

  expect(failures).toMatchObject([
    { offsets: [0, 1], isStopped: false },
    { offsets: [0], isStopped: false },
  ]);
  expect(await nextOf(topic, 0)).toBeNull();
});

test('where nobody reads a report, the invocation fails after the good partitions are counted', async () => {
  const topic = ownTopic();
  const event = mskEvent(topic, { 0: records(5, 6), 1: records(0, 2) });

  await expect(consumeEvent(newConsumer(), event)).rejects.toThrow(PartitionsFailedError);
  expect(await nextOf(topic, 1)).toBe('2');
});
