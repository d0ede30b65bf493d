/** A shard's state is a function of its log: however the log is cut, every key ends the same. */
import fc from 'fast-check';
import type { LogRecord } from '../../pipeline/core/event';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { anyCuts, anyLog, cutAt } from '../support/build-event';
import { commitAll } from '../support/build-roll-up';
import { printShard } from '../support/print-shard';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.disconnect());

/** All keys of the shard but the latency histogram, which is filled in by the wall clock. */
async function dumpAfter(batches: readonly (readonly LogRecord[])[]): Promise<string> {
  const shard = { topic: ownTopic(), generation: 1, partition: 0 };
  const store = new RedisCommitStore(redis);
  for (const batch of batches) expect((await commitAll(store, shard, batch)).kind).toBe('applied');
  const text = await printShard(redis, shard);
  return text.replaceAll(shard.topic, 'TOPIC').replace(/^\S*:latency\n( {2}.*\n)*/gm, '');
}

test('a log that is cut anywhere leaves the store as the whole log in one piece does', async () => {
  await fc.assert(
    fc.asyncProperty(anyLog, anyCuts, async (log, cuts) => {
      expect(await dumpAfter(cutAt(log, cuts))).toBe(await dumpAfter([log]));
    }),
    { numRuns: 60 },
  );
});
