/** What is asked of Redis, and how often: seen by MONITOR, so that it does not matter how the readers are built. */
import { MINUTE_MS } from '../../pipeline/core/limits';
import { dimensionsKey, pagesKey, shardTag, stateKey, topologyKey } from '../../pipeline/store/keys';
import { pagesReadWholeEveryMs, pagesReadWholeMax } from '../../pipeline/store/read-dimensions';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic, testRedisUrl } from '../support/test-redis';
import { type RedisWatch, watchRedis } from '../support/watch-redis';
import { NOW_MS, numbered, SITE, type WrittenShard, writeShards } from './read-fixture';

const MINUTE = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;
/** Closed for good at NOW_MS by log time. */
const CLOSED = MINUTE - 20 * MINUTE_MS;

let redis: RedisClient;
let watch: RedisWatch;
let seen: (readonly string[])[] = [];
let topic: string;
let store: RedisSnapshotStore;
let shard: WrittenShard;

beforeAll(async () => {
  redis = connectTestRedis();
  watch = await watchRedis(testRedisUrl(), ({ command }) => seen.push(command));
});
afterAll(async () => {
  watch.close();
  await redis.quit();
});
beforeEach(async () => {
  topic = ownTopic();
  store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
  [shard] = (await writeShards(redis, topic, 1)) as [WrittenShard];
});

/** Waits until all that was sent before has been seen: MONITOR tells of commands after they have been answered. */
async function caughtUp(): Promise<void> {
  const mark = ownTopic();
  await redis.exists(mark);
  while (!seen.some((command) => command.includes(mark))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Commands of this test's topic that `act` leads to. */
async function commandsOf(act: () => Promise<unknown>): Promise<(readonly string[])[]> {
  await caughtUp();
  seen = [];
  await act();
  await caughtUp();
  return seen.filter((command) => command.some((word) => word.includes(topic)));
}

function touching(commands: readonly (readonly string[])[], key: string): string[] {
  return commands.filter((command) => command[1] === key).map(([name = '']) => name.toUpperCase());
}

const read = (atMs = NOW_MS) => store.readSnapshot(SITE, '30m', atMs);

test('a bucket that is closed for good is read once', async () => {
  const key = await shard.bucket('minute', CLOSED, {
    views: 3,
    visitors: ['1'],
    dimensions: { pages: { '/a': 3 } },
  });

  const first = await commandsOf(read);
  const second = await commandsOf(() => read(NOW_MS + 1_000));

  expect(touching(first, key)).toContain('HMGET');
  expect(touching(first, dimensionsKey(key))).toEqual(['HGETALL']);
  expect(second.filter((command) => command.join(' ').includes(key))).toEqual([]);
  expect((await read(NOW_MS + 2_000)).top.pages).toEqual([{ value: '/a', count: 3 }]);
});

test('a generation that is being filled costs nothing where there is none, and one small read where there is', async () => {
  await read();
  const healthy = await commandsOf(() => read(NOW_MS + 1_000));
  await redis.hset(topologyKey(topic), 'building:0', 2);
  await read(NOW_MS + 6_000);
  const building = await commandsOf(() => read(NOW_MS + 7_000));

  const tag = shardTag({ topic, generation: 2, partition: 0 });
  expect(building.filter((command) => command[1]?.startsWith(tag))).toHaveLength(1);
  expect(touching(building, stateKey(tag))).toEqual(['HMGET']);
  expect(building).toHaveLength(healthy.length + 1);
});

test('of an open bucket that has not changed only the counts are read again', async () => {
  const key = await shard.bucket('minute', MINUTE, {
    views: 3,
    visitors: ['1'],
    dimensions: { pages: { '/a': 3 } },
  });
  await read();

  const again = await commandsOf(read);

  expect(touching(again, key)).toEqual(['HMGET']);
  expect(again.filter((command) => command.join(' ').includes(`${key}:`))).toEqual([]);
});

test('an open bucket that has changed is read again, and the others are not', async () => {
  const changed = await shard.bucket('minute', MINUTE, { views: 3, dimensions: { pages: { '/a': 3 } } });
  const same = await shard.bucket('minute', MINUTE - MINUTE_MS, {
    views: 4,
    dimensions: { pages: { '/b': 4 } },
  });
  await read();
  await shard.bucket('minute', MINUTE, { views: 5, dimensions: { pages: { '/a': 5 } } });

  let pages: unknown;
  const again = await commandsOf(async () => {
    pages = (await read()).top.pages;
  });

  expect(touching(again, dimensionsKey(changed))).toEqual(['HGETALL']);
  expect(touching(again, dimensionsKey(same))).toEqual([]);
  expect(pages).toEqual([
    { value: '/a', count: 5 },
    { value: '/b', count: 4 },
  ]);
});

test('a bucket closes by log time, not by the clock', async () => {
  const key = await shard.bucket('minute', CLOSED, { views: 3 });
  await shard.state({ logTime: CLOSED + 5 * MINUTE_MS });
  await read();

  expect(touching(await commandsOf(read), key)).toEqual(['HMGET']);
});

test('a shard that has been set back, or made anew, is read anew', async () => {
  await shard.bucket('minute', CLOSED, { views: 3, dimensions: { pages: { '/a': 3 } } });
  expect((await read()).inWindow.views).toBe(3);

  await shard.bucket('minute', CLOSED, { views: 2, dimensions: { pages: { '/a': 2 } } });
  expect((await read()).inWindow.views).toBe(3);
  await shard.state({ next: 99 });
  const setBack = await read();
  await shard.bucket('minute', CLOSED, { views: 1, dimensions: { pages: { '/a': 1 } } });
  await shard.state({ next: 99, startedAt: NOW_MS });
  const madeAnew = await read();

  expect([setBack.inWindow.views, setBack.top.pages[0]?.count]).toEqual([2, 2]);
  expect([madeAnew.inWindow.views, madeAnew.top.pages[0]?.count]).toEqual([1, 1]);
});

test('a site that nobody counts costs one command a shard', async () => {
  await read();

  const commands = await commandsOf(() => store.readSnapshot('nobody', '30m', NOW_MS).catch(() => undefined));

  expect(commands.map(([name = '']) => name.toUpperCase())).toEqual(['SMEMBERS']);
});

test('of very many all-time pages the shown ones are read each time, and all of them now and then', async () => {
  const pages = Object.fromEntries(numbered(0, pagesReadWholeMax + 500).map((n) => [`/p${n}`, 1]));
  const views = pagesReadWholeMax + 500;
  await shard.allTime({ views: views + 9, dimensions: { pages: { ...pages, '/p0': 10 } } });
  const key = pagesKey(shard.tag, SITE);
  await read();
  await shard.allTime({ views: views + 39, dimensions: { pages: { '/p0': 20, '/risen': 20 } } });

  const soon = await commandsOf(() => read(NOW_MS + 1_000));
  const { totals: early } = await read(NOW_MS + 1_000);
  const { totals: late } = await read(NOW_MS + pagesReadWholeEveryMs);

  expect(touching(soon, key)).toEqual(['HMGET']);
  expect(early.pages[0]).toEqual({ value: '/p0', count: 20 });
  expect(early.pages[1]?.count).toBe(1);
  expect(late.pages.slice(0, 2)).toEqual([
    { value: '/p0', count: 20 },
    { value: '/risen', count: 20 },
  ]);
  for (const { pages: shown } of [early, late]) {
    expect(shown.reduce((sum, { count }) => sum + count, 0)).toBe(views + 39);
  }
});
