import { Redis } from 'ioredis';
import { StoreError } from '../../pipeline/store/commit-outcome';
import { connectRedis } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { commitAll, views } from '../support/build-roll-up';
import { printShard } from '../support/print-shard';
import { type RedisServer, startStandalone } from '../support/redis-servers';

const shard = { topic: 'clicks', generation: 1, partition: 0 };
let server: RedisServer;
let redis: Redis;
let store: RedisCommitStore;

beforeEach(async () => {
  server = await startStandalone();
  const client = connectRedis(server.url);
  if (!(client instanceof Redis)) throw new Error('expected a standalone client');
  redis = client;
  store = new RedisCommitStore(redis);
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

test('a server out of memory refuses the commit whole, says so, and takes it when there is room', async () => {
  await commitAll(store, shard, views(0, 3));
  const before = await printShard(redis, shard);
  await redis.config('SET', 'maxmemory', '1');

  const error = await commitAll(store, shard, views(3, 3)).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(StoreError);
  expect((error as Error).message).toMatch(/OOM/);
  await redis.config('SET', 'maxmemory', '0');
  expect(await printShard(redis, shard)).toBe(before);
  expect(await commitAll(store, shard, views(3, 3))).toEqual({ kind: 'applied', next: 6 });
});

/** Scripts that the client called: commands inside a script are no round trips. */
async function scriptCalls(): Promise<number> {
  const stats = await redis.info('commandstats');
  return Array.from(stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)).reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

async function callsOf(act: () => Promise<unknown>): Promise<number> {
  const before = await scriptCalls();
  await act();
  return (await scriptCalls()) - before;
}

test('a batch takes one look-up and one commit, however many events it holds', async () => {
  await commitAll(store, shard, views(0, 1));
  expect(await callsOf(() => commitAll(store, shard, views(1, 5)))).toBe(2);
  expect(await callsOf(() => commitAll(store, shard, views(6, 1_000)))).toBe(2);
});
