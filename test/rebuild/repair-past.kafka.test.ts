/** Repair where counting in order is not the way: torn shards, and partitions that are too far behind. */
import type { RepairOutcome } from '../../lambdas/repair/repair-outcome';
import type { PastRepair } from '../../lambdas/repair/repair-past';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import { COUNT, shardTag } from '../../pipeline/store/keys';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { consume, DEMO_ONLY, readAll } from '../audit/count-topic';
import { PARTITIONS, RebuildStage } from './rebuild-stage';

jest.setTimeout(240_000);

let stage: RebuildStage;
const recordsMax = 30;

beforeEach(async () => {
  stage = new RebuildStage();
  await stage.openSmall();
});
afterEach(() => stage.close());

function repair(changes: Partial<PastRepair> = {}): Promise<readonly RepairOutcome[]> {
  return repairTopic({
    logs: kafkaLogSource(stage.kafka),
    store: stage.commits,
    rules: { sites: DEMO_ONLY, nonce: 'nonce0123456789nonce' },
    topic: stage.topic,
    consumerGroup: `${stage.topic}-group`,
    waitingFrom: waitingBatches(stage.redis),
    partition: 0,
    past: {
      store: stage.store,
      commits: new RedisCommitStore(stage.redis, { intoMoved: true }),
      owner: 'test',
      recordsMax,
      ...changes,
    },
  });
}

/** A batch from there on waits for what is before it. */
async function deliver(from: number): Promise<void> {
  const records = await readAll(stage.kafka, stage.topic, 0, from);
  await consume(stage.commits, stage.topic, 0, records, PARTITIONS);
}

async function countFirst(records: number): Promise<void> {
  const all = await readAll(stage.kafka, stage.topic, 0);
  await consume(stage.commits, stage.topic, 0, all.slice(0, records), PARTITIONS);
  await consume(stage.commits, stage.topic, 1, await readAll(stage.kafka, stage.topic, 1), PARTITIONS);
}

async function tear(generation = 1): Promise<void> {
  const tag = shardTag(stage.shard(generation));
  await stage.redis.hset(`${tag}:state`, 'torn', 1);
  await stage.redis.hincrby(`${tag}:all:demo`, COUNT.views, 5);
}

test('a torn shard is counted anew, over several calls where time is short, and shown then', async () => {
  await countFirst(Number.POSITIVE_INFINITY);
  await tear();

  expect(await repair({ recordsMax: 1_000, isOutOfTime: () => true })).toEqual([
    { kind: 'rebuilding', partition: 0, cause: 'torn', percent: 0 },
  ]);
  expect(await stage.countedGenerations()).toEqual([1, 1]);
  expect(await repair({ recordsMax: 1_000 })).toEqual([{ kind: 'rebuilt', partition: 0, generation: 2 }]);

  expect(await stage.countedGenerations()).toEqual([2, 1]);
  expect(await repair({ recordsMax: 1_000 })).toEqual([{ kind: 'normal', partition: 0 }]);
  expect(await stage.differences()).toEqual([]);
});

test('too far behind, it goes on live at once; its past is gone on with, and then both are one', async () => {
  await countFirst(10);
  await expect(deliver(70)).rejects.toThrow(/behind at offset 10/);

  expect(await repair()).toEqual([{ kind: 'live', partition: 0, generation: 2, from: 70 }]);
  // The very batch that waited, and what is before it in the redelivered one.
  await deliver(60);
  expect(await stage.stateOf(2)).toMatchObject({ start: '70' });
  expect((await stage.stateOf(1)).next).toBe('10');
  const pages = new RedisSnapshotStore(stage.redis, { topic: stage.topic, sites: ['demo'] });
  const live = await pages.readSnapshot('demo', '24h', Date.now());
  const { next } = await stage.stateOf(2);
  expect(live.rebuilding).toMatchObject([{ partition: 0, cause: 'past', counted: 10, total: Number(next) }]);
  expect(live.countingSince).toBe(new Date(Number((await stage.stateOf(2)).startedAt)).toISOString());

  await stage.writeMore(20);
  await stage.countRest();
  expect(await repair({ isOutOfTime: () => true })).toEqual([
    { kind: 'rebuilding', partition: 0, cause: 'past', percent: expect.any(Number) },
  ]);
  expect(await repair()).toEqual([{ kind: 'rebuilt', partition: 0, generation: 1 }]);

  expect(await stage.countedGenerations()).toEqual([1, 1]);
  expect(await stage.stateOf(1)).not.toHaveProperty('moved');
  expect(await stage.redis.keys(`{${stage.topic}.2:0}:*`)).toHaveLength(1);
  expect(await stage.differences()).toEqual([]);
});

test('a store that lost everything is live at once, and has its past afterwards', async () => {
  await countFirst(Number.POSITIVE_INFINITY);
  for (const key of await stage.redis.keys(`{${stage.topic}*`)) await stage.redis.del(key);
  await expect(deliver(70)).rejects.toThrow(/behind at offset 0/);

  expect(await repair()).toEqual([{ kind: 'live', partition: 0, generation: 2, from: 70 }]);
  await deliver(70);
  const pages = new RedisSnapshotStore(stage.redis, { topic: stage.topic, sites: ['demo'] });
  const live = await pages.readSnapshot('demo', '24h', Date.now());
  expect(live.stopped).toEqual([]);
  expect(live.rebuilding).toMatchObject([{ partition: 0, cause: 'past', counted: 0, percent: 0 }]);
  expect(await repair()).toEqual([{ kind: 'rebuilt', partition: 0, generation: 1 }]);

  await consume(stage.commits, stage.topic, 1, await readAll(stage.kafka, stage.topic, 1), PARTITIONS);
  expect(await stage.differences()).toEqual([]);
});

test('torn and too far behind: live in one generation, its past in the next', async () => {
  await countFirst(10);
  await tear();
  await stage.commits.reportBehind(stage.shard(1), 70, Date.now());

  expect(await repair()).toEqual([{ kind: 'live', partition: 0, generation: 2, from: 70 }]);
  await deliver(70);
  const pages = new RedisSnapshotStore(stage.redis, { topic: stage.topic, sites: ['demo'] });
  expect((await pages.readHealth(Date.now())).rebuilding).toMatchObject([{ cause: 'past', counted: 0 }]);
  expect(await repair()).toEqual([{ kind: 'rebuilt', partition: 0, generation: 3 }]);

  expect(await stage.countedGenerations()).toEqual([3, 1]);
  expect(await stage.differences()).toEqual([]);
});

test('killed between any two steps, it comes to the same end', async () => {
  await countFirst(10);
  await expect(deliver(70)).rejects.toThrow(/behind/);
  const ends: string[] = [];
  for (let touches = 1; ends.at(-1) !== 'normal'; touches += 1) {
    let left = touches;
    const dying = new Proxy(stage.store, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function' || name === 'releaseLease') return method;
        return async (...args: unknown[]) => {
          if (left-- <= 0) throw new Error('killed');
          return method.apply(target, args) as unknown;
        };
      },
    });
    const [outcome] = await repair({ store: dying }).catch(() => [{ kind: 'killed' }]);
    ends.push(outcome?.kind ?? '');
    await deliver(70).catch(() => undefined);
  }

  expect(ends.filter((kind) => kind === 'failed').length).toBeGreaterThan(10);
  expect(await stage.differences()).toEqual([]);
});
