/** A rebuild beside live counting: killed anywhere, compared, switched in one step, taken back, dropped. */
import { comparedCells, differingCells } from '../../lambdas/rebuild/compare-generations';
import { dropGenerations, listKept, switchBack } from '../../lambdas/rebuild/past-generations';
import { RebuildStoppedError } from '../../lambdas/rebuild/rebuilder';
import { bucketKey, COUNT, shardTag } from '../../pipeline/store/keys';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { PARTITIONS, RebuildStage } from './rebuild-stage';

jest.setTimeout(240_000);

let stage: RebuildStage;

/** A log of every kind of record over three days, or some page views of now. */
async function open(log: 'varied' | 'small'): Promise<void> {
  stage = new RebuildStage();
  await (log === 'varied' ? stage.open() : stage.openSmall());
  await stage.countAll();
}
afterEach(() => stage.close());

test('counts the log into a new generation, finds it alike, and switches all partitions', async () => {
  await open('varied');
  const progress: number[] = [];
  const report = await stage.rebuild({}, { onProgress: ({ next }) => progress.push(next) });

  expect(differingCells(report.comparison)).toBe(0);
  expect(comparedCells(report.comparison)).toBeGreaterThan(5_000);
  expect(report.isSwitched).toBe(true);
  expect(await stage.countedGenerations()).toEqual([2, 2]);
  expect(progress.length).toBeGreaterThan(0);
  expect(await stage.stateOf(1)).toMatchObject({ moved: '2' });
  expect(await stage.differences()).toEqual([]);

  await stage.writeMore(50);
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});

test('killed between any two steps, it is gone on with, and no page ever shows less', async () => {
  await open('small');
  const pages = new RedisSnapshotStore(stage.redis, { topic: stage.topic, sites: ['demo'] });
  const shown = async () => (await pages.readSnapshot('demo', '30d', Date.now())).totals.views;
  let least = await shown();
  const all = least;
  let runs = 0;
  let finished = false;
  // At the nth touch of the store, the rebuild dies. Each time a little later, so that it dies at every step.
  for (let touches = 1; !finished; touches += 1) {
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
    runs += 1;
    finished = await stage.rebuild({}, { store: dying }).then(
      ({ isSwitched }) => isSwitched,
      (error: Error) => {
        if (error.message !== 'killed') throw error;
        return false;
      },
    );
    if (touches % 7 === 0) {
      await stage.writeMore(5);
      await stage.countRest().catch(() => undefined);
    }
    const now = await shown();
    expect(now).toBeGreaterThanOrEqual(least);
    least = now;
  }
  await stage.countRest();

  expect(runs).toBeGreaterThan(20);
  expect(await shown()).toBeGreaterThan(all);
  expect(await stage.countedGenerations()).toEqual([2, 2]);
  expect(await stage.differences()).toEqual([]);
});

test('told to stop, it stops; run again, it goes on in the same generation', async () => {
  await open('small');
  await expect(stage.rebuild({}, { isStopped: () => true })).rejects.toThrow(RebuildStoppedError);
  expect(await stage.countedGenerations()).toEqual([1, 1]);
  expect(await stage.store.generations(stage.topic, 0)).toEqual({ counted: 1, building: 2 });

  const report = await stage.rebuild();
  expect(report.partitions[0]).toMatchObject({ isResumed: true, building: { generation: 2 } });
  expect(report.isSwitched).toBe(true);
});

test('a cell that differs is named, and nothing is switched until it is accepted', async () => {
  await open('small');
  const hour = await anHour();
  const key = bucketKey(shardTag(stage.shard(1)), 'h', 'demo', hour);
  await stage.redis.hincrby(key, COUNT.views, 3);

  const report = await stage.rebuild();
  expect(report.isSwitched).toBe(false);
  expect(report.comparison.differences).toEqual([
    expect.objectContaining({ kind: 'hour counts', cell: `:h:demo:${hour / 1_000} views` }),
  ]);
  expect([...report.comparison.kinds].filter(([, { differing }]) => differing > 0)).toHaveLength(1);
  expect(await stage.countedGenerations()).toEqual([1, 1]);

  expect((await stage.rebuild({ accept: true })).isSwitched).toBe(true);
  expect(await stage.countedGenerations()).toEqual([2, 2]);
  expect(await stage.differences()).toEqual([]);
});

async function anHour(): Promise<number> {
  const { values } = await stage.content(1);
  const name = [...values.keys()].find((each) => /^:h:demo:\d+$/.test(each)) as string;
  return Number(name.split(':')[3]) * 1_000;
}

test('a torn shard is not compared, and right afterwards', async () => {
  await open('small');
  await stage.redis.hset(`${shardTag(stage.shard(1, 1))}:state`, 'torn', 1);
  await stage.redis.hincrby(`${shardTag(stage.shard(1, 1))}:all:demo`, COUNT.views, 7);

  const report = await stage.rebuild();

  expect(report.partitions[1]).toMatchObject({
    comparison: undefined,
    notCompared: expect.stringContaining('torn'),
  });
  expect(report.isSwitched).toBe(true);
  expect(await stage.differences()).toEqual([]);
});

test('a second rebuild is refused while one is at work', async () => {
  await open('small');
  let second: Promise<unknown> | undefined;
  await stage.rebuild(
    {},
    {
      onProgress: () => {
        second ??= (async () => {
          const { rebuildTopic } = await import('../../lambdas/rebuild/rebuild-topic');
          await rebuildTopic(stage.rebuilder(), stage.topic, [0], 'another');
        })().catch((error: Error) => error.message);
      },
    },
  );
  expect(await second).toMatch(/another rebuild of topic .* is at work/);
});

test('back to the generation before, forward again, and what nobody reads is dropped', async () => {
  await open('small');
  await stage.rebuild();
  await stage.writeMore(40);
  await stage.countRest();

  const switches = await switchBack(stage.rebuilder(), stage.topic, stage.partitions, 'test');
  expect(switches).toHaveLength(PARTITIONS);
  expect(await stage.countedGenerations()).toEqual([1, 1]);
  expect(await stage.stateOf(1)).not.toHaveProperty('moved');
  expect(await stage.differences()).toEqual([]);

  await stage.rebuild();
  expect(await stage.countedGenerations()).toEqual([3, 3]);
  const deleted = await dropGenerations(stage.rebuilder(), stage.topic, stage.partitions, 'test');
  expect(deleted).toBeGreaterThan(50);
  const kept = await Promise.all(stage.partitions.map((p) => listKept(stage.rebuilder(), stage.topic, p)));
  expect(kept.flat().map(({ shard, role }) => [shard.generation, role])).toEqual([
    [3, 'counted'],
    [3, 'counted'],
  ]);
  // What is left of them sends on whoever comes late.
  expect(await stage.redis.keys(`{${stage.topic}.1:*`)).toHaveLength(PARTITIONS);
  expect(await stage.stateOf(2)).toMatchObject({ moved: '1' });
  await stage.writeMore(10);
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});
