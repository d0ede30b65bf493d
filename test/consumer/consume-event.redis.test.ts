import fc from 'fast-check';
import { type Consumer, consumeEvent, PartitionsFailedError } from '../../lambdas/consumer/consume-event';
import type { LogRecord } from '../../pipeline/core/event';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import { topologyKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import {
  anyCuts,
  anyLog,
  cutAt,
  DEMO_SITE,
  NOON_MS,
  pageView,
  recordOf,
  TEST_NONCE,
} from '../support/build-event';
import { mskEvent } from '../support/build-msk-event';
import { printShard } from '../support/print-shard';
import { connectTestRedis, ownTopic } from '../support/test-redis';

jest.setTimeout(240_000);

let redis: RedisClient;
beforeAll(() => {
  redis = connectTestRedis();
});
afterAll(() => redis.quit());

function newConsumer(said: string[] = []): Consumer {
  const store = new RedisCommitStore(redis);
  return {
    store,
    shards: new ShardDirectory(store),
    rules: { sites: DEMO_SITE, partitionCount: 1, nonce: TEST_NONCE },
    log: (_, message) => said.push(message),
  };
}

/**
 * The shard's dump without what may differ: its topic, the latency histogram, which knows the wall clock, and the record that the log
 * is known by before repair has looked, which is the last of the first commit.
 */
async function dump(topic: string): Promise<string> {
  const text = await printShard(redis, { topic, generation: 1, partition: 0 });
  return text
    .replaceAll(topic, 'TOPIC')
    .replace(/^.*(?::latency|"checked(?:Offset|Timestamp|Digest)").*$/gm, '');
}

async function countWhole(log: readonly LogRecord[]): Promise<string> {
  const topic = ownTopic();
  await consumeEvent(newConsumer(), mskEvent(topic, { 0: log }));
  return dump(topic);
}

test('batches that are cut anew, repeated and overlapping leave the store as one whole batch does', async () => {
  await fc.assert(
    fc.asyncProperty(anyLog, anyCuts, anyCuts, async (log, cuts, twins) => {
      const topic = ownTopic();
      const consumer = newConsumer();
      for (const batch of cutAt(log, cuts)) {
        await consumeEvent(consumer, mskEvent(topic, { 0: batch }));
        // A late twin: everything so far again, from anywhere.
        const end = (batch[batch.length - 1]?.offset ?? 0) + 1;
        const from = (twins[batch.length % Math.max(1, twins.length)] ?? 0) % end;
        await consumeEvent(consumer, mskEvent(topic, { 0: log.slice(from, end) }));
      }
      expect(await dump(topic)).toBe(await countWhole(log));
    }),
    { numRuns: 60 },
  );
});

test('two twins at the same time count once', async () => {
  const topic = ownTopic();
  const log = Array.from({ length: 300 }, (_, i) => recordOf(pageView({ messageId: `m${i}` }), i));
  const twins = [newConsumer(), newConsumer(), newConsumer()];
  await Promise.all(
    twins.map((twin, i) => consumeEvent(twin, mskEvent(topic, { 0: log.slice(0, 200 + 50 * i) }))),
  );
  expect(await dump(topic)).toBe(await countWhole(log));
});

test('a batch above the next offset changes nothing, is said once and shown on the page', async () => {
  const topic = ownTopic();
  const said: string[] = [];
  const consumer = newConsumer(said);
  const log = Array.from({ length: 30 }, (_, i) => recordOf(pageView({ messageId: `m${i}` }), i));
  await consumeEvent(consumer, mskEvent(topic, { 0: log.slice(0, 10) }));
  const before = (await dump(topic)).replace(/^.*:behind.*$/gm, '');
  const ahead = mskEvent(topic, { 0: log.slice(20) });

  await expect(consumeEvent(consumer, ahead)).rejects.toThrow(PartitionsFailedError);
  await expect(consumeEvent(consumer, ahead)).rejects.toThrow(/behind at offset 10/);
  await expect(consumeEvent(consumer, ahead)).rejects.toMatchObject({ isSaid: true });

  expect(said.filter((line) => line.includes('behind'))).toHaveLength(1);
  expect((await dump(topic)).replace(/^.*:behind.*\n( {2}.*\n)*/gm, '')).toContain('next');
  const snapshots = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const snapshot = await snapshots.readSnapshot('demo', '30m', NOON_MS);
  expect(snapshot.stopped).toEqual([{ partition: 0, state: 'behind', next: 10, waitingFrom: 20 }]);
  expect(snapshot.ledger.behind).toBe(10);
  expect(snapshot.ledger.consumed).toBe(10);
  expect(before).toContain('next');
});

test('a store that loses everything under a running consumer has stopped partitions, and is not merely empty', async () => {
  const topic = ownTopic();
  const consumer = newConsumer();
  const log = Array.from({ length: 30 }, (_, i) => recordOf(pageView({ messageId: `m${i}` }), i));
  await consumeEvent(consumer, mskEvent(topic, { 0: log.slice(0, 20) }));
  await redis.del(topologyKey(topic), ...(await redis.keys(`{${topic}*`)));

  await expect(consumeEvent(consumer, mskEvent(topic, { 0: log.slice(20) }))).rejects.toThrow(/behind/);

  const snapshots = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const { stopped } = await snapshots.readSnapshot('demo', '30m', NOON_MS);
  expect(stopped).toEqual([{ partition: 0, state: 'behind', next: 0, waitingFrom: 20 }]);
});

test('a store that loses the switch to a generation is counted where it stands, by a process that had seen the switch', async () => {
  const topic = ownTopic();
  const consumer = newConsumer();
  const log = [0, 1, 2].map((offset) => recordOf(pageView({ messageId: `m-${offset}` }), offset));
  await redis.hset(topologyKey(topic), 'generation:0', 2);
  await consumer.store.initialise({ topic, generation: 2, partition: 0 }, 0, 0);
  await consumeEvent(consumer, mskEvent(topic, { 0: log.slice(0, 2) }));
  await redis.del(...(await redis.keys(`{${topic}.2:0}*`)), topologyKey(topic));

  await expect(consumeEvent(consumer, mskEvent(topic, { 0: log }))).rejects.toThrow(/behind/);
  await consumeEvent(consumer, mskEvent(topic, { 0: log }));

  expect(await redis.hget(`{${topic}.1:0}:state`, 'counted')).toBe('3');
  expect(await redis.exists(`{${topic}.2:0}:state`)).toBe(0);
  expect(await redis.hget(topologyKey(topic), 'partitions')).toBe('1');
});

test('a stopped partition does not keep the others from being counted', async () => {
  const topic = ownTopic();
  const consumer = newConsumer();
  const ahead = [recordOf(pageView({ messageId: 'x' }), 5)];
  const fine = [recordOf(pageView({ messageId: 'y' }), 0)];

  await expect(consumeEvent(consumer, mskEvent(topic, { 0: ahead, 1: fine }))).rejects.toThrow(
    `${topic}-0: behind`,
  );

  const snapshot = await new RedisSnapshotStore(redis, { topic, sites: ['demo'] }).readSnapshot(
    'demo',
    '30m',
    NOON_MS,
  );
  expect(snapshot.totals.views).toBe(1);
});

test('garbage of every kind ends in the ledger by reason and changes nothing else', async () => {
  const topic = ownTopic();
  const garbage = [
    null,
    '',
    'x'.repeat(40_000),
    '\u0000\u0001\u0002',
    '['.repeat(20_000),
    '{"__proto__":{"v":1,"type":"page"}}',
    '{"constructor":{"prototype":{"v":1}}}',
    '[]',
    'null',
    '{"v":1,"type":"page","siteId":"demo"}',
    JSON.stringify(pageView({ siteId: '{x}:state' })),
    JSON.stringify(pageView({ timestamp: 'now' })),
  ];
  const log = Array.from({ length: 1_000 }, (_, i) =>
    recordOf(garbage[i % garbage.length] as string | null, i),
  );
  const good = recordOf(pageView(), 1_000);

  await consumeEvent(newConsumer(), mskEvent(topic, { 0: [...log, good] }));

  const snapshot = await new RedisSnapshotStore(redis, { topic, sites: ['demo'] }).readSnapshot(
    'demo',
    '30m',
    NOON_MS,
  );
  const rejected = Object.values(snapshot.ledger.rejected).reduce((a, b) => a + b);
  expect(snapshot.ledger).toMatchObject({ consumed: 1_001, counted: 1, bots: 0, duplicates: 0, lost: 0 });
  expect(rejected).toBe(1_000);
  expect(snapshot.sites).toEqual(['demo']);
  expect(snapshot.totals).toMatchObject({ views: 1, events: 0, pages: [{ value: '/home', count: 1 }] });
  expect(({} as { v?: number }).v).toBeUndefined();
});

test('under a flood of 100,000 one-hit paths the ten real pages stay on top, with exact counts', async () => {
  const topic = ownTopic();
  const consumer = newConsumer();
  const real = Array.from({ length: 10 }, (_, i) => `/real-${i}`);
  let offset = 0;
  const record = (path: string) => {
    const changes = { messageId: `m${offset}`, properties: { path }, anonymousId: `v${offset % 50}` };
    return recordOf(pageView(changes), offset++);
  };
  for (let batch = 0; batch < 20; batch++) {
    const junk = Array.from({ length: 5_000 }, (_, i) => record(`/junk-${batch}-${i}`));
    const views = Array.from({ length: 200 }, (_, i) => record(real[i % 10] as string));
    await consumeEvent(consumer, mskEvent(topic, { 0: [...junk, ...views] }));
  }

  const snapshot = await new RedisSnapshotStore(redis, { topic, sites: ['demo'] }).readSnapshot(
    'demo',
    '30m',
    NOON_MS,
  );
  for (const pages of [snapshot.top.pages, snapshot.totals.pages]) {
    expect(pages.slice(0, 10)).toEqual(real.map((value) => ({ value, count: 400 })));
    expect(pages.reduce((sum, { count }) => sum + count, 0)).toBe(20 * 5_200);
  }
});
