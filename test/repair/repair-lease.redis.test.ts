import { repairLease } from '../../lambdas/repair/waiting-batch';
import { BEHIND, behindKey, shardTag } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

const range = { from: 5, to: 25 };

function prepare() {
  const clock = { ms: 1_000_000_000 };
  const shard = { topic: ownTopic(), generation: 1, partition: 0 };
  const lease = () => repairLease(redis, () => clock.ms);
  return { clock, shard, first: lease(), second: lease() };
}

test('a shard that is under repair is left alone until it is released', async () => {
  const { shard, first, second } = prepare();

  expect(await first.take(shard, range)).toBe(true);
  expect(await second.take(shard, range)).toBe(false);
  expect(await second.take({ ...shard, partition: 1 }, range)).toBe(true);
  await first.release(shard);

  expect(await second.take(shard, range)).toBe(true);
});

test('whoever was killed keeps the others away for ten seconds after its last chunk, and no longer', async () => {
  const { clock, shard, first, second } = prepare();
  await first.take(shard, range);
  clock.ms += 9_000;
  await first.renew(shard);

  clock.ms += 9_999;
  expect(await second.take(shard, range)).toBe(false);
  clock.ms += 1;

  expect(await second.take(shard, range)).toBe(true);
});

test('a lease from a clock that ran ahead holds nobody up', async () => {
  const { clock, shard, first, second } = prepare();
  clock.ms += 86_400_000;
  await first.take(shard, range);
  clock.ms -= 86_400_000;

  expect(await second.take(shard, range)).toBe(true);
});

test('the page sees what is being repaired, and nothing of it afterwards', async () => {
  const { shard, first } = prepare();
  const fields = (): Promise<Record<string, string>> => redis.hgetall(behindKey(shardTag(shard)));

  await first.take(shard, range);
  expect(await fields()).toMatchObject({ [BEHIND.repairFrom]: '5', [BEHIND.repairTo]: '25' });
  await first.release(shard);

  expect(await fields()).toEqual({});
});
