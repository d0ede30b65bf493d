/** A shard whose log was made anew, or whose layout this code does not read: what a rebuild makes of it, and what it leaves alone. */
import { listKept, switchBack } from '../../lambdas/rebuild/past-generations';
import { StoreCorruptError } from '../../pipeline/store/commit-outcome';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { consume, readAll } from '../audit/count-topic';
import { PARTITIONS, RebuildStage } from './rebuild-stage';

jest.setTimeout(120_000);

let stage: RebuildStage;

beforeEach(async () => {
  stage = new RebuildStage();
  await stage.openSmall();
  await stage.countAll();
});
afterEach(() => stage.close());

/** As repair does when it finds another record where one was counted. */
async function closeAll(): Promise<void> {
  for (const partition of stage.partitions) {
    const next = Number((await stage.stateOf(1, partition)).next);
    await stage.commits.markWrongLog(stage.shard(1, partition), { next }, 'made anew');
  }
}

async function nexts(generation: number): Promise<number[]> {
  const states = stage.partitions.map((partition) => stage.stateOf(generation, partition));
  return (await Promise.all(states)).map(({ next }) => Number(next));
}

async function shown(): Promise<number> {
  const pages = new RedisSnapshotStore(stage.redis, { topic: stage.topic, sites: ['demo'] });
  return (await pages.readSnapshot('demo', '30d', Date.now())).totals.views;
}

async function trimAll(offset: number): Promise<void> {
  for (const partition of stage.partitions) await stage.trimLog(partition, offset);
}

test.each([
  ['shorter', 30],
  ['longer', 500],
])(
  'of a %s log that was made anew, exactly that is shown; what was counted of the other one is kept and not shown',
  async (_, views) => {
    const old = await nexts(1);
    await stage.remakeTopic();
    await stage.writeMore(views);
    await closeAll();

    const report = await stage.rebuild();

    expect(report.isSwitched).toBe(true);
    for (const { notCompared, carriedUntilMs } of report.partitions) {
      expect(notCompared).toMatch(/another log/);
      expect(carriedUntilMs).toBeUndefined();
    }
    expect(await stage.countedGenerations()).toEqual([2, 2]);
    expect(await shown()).toBe(views);
    expect(await stage.differences()).toEqual([]);
    expect(await nexts(1)).toEqual(old);
    await stage.writeMore(10);
    await stage.countRest();
    expect(await shown()).toBe(views + 10);
    expect(await stage.differences()).toEqual([]);
    const back = switchBack(stage.rebuilder(), stage.topic, stage.partitions, 'test');
    await expect(back).rejects.toThrow(/generation 1 is of another log/);
  },
);

test('where the new log has lost its head already, it is refused; accepted, it counts since then', async () => {
  await stage.remakeTopic();
  await stage.writeMore(100);
  await trimAll(10);
  await closeAll();

  await expect(stage.rebuild()).rejects.toThrow(/another log, and this log begins at offset 10: .*--accept/);
  expect(await stage.countedGenerations()).toEqual([1, 1]);

  expect((await stage.rebuild({ accept: true })).isSwitched).toBe(true);
  expect(await stage.stateOf(2)).toMatchObject({ start: '10' });
  expect(await shown()).toBe(100 - PARTITIONS * 10);
  expect(await stage.differences()).toEqual([]);
});

describe('a layout that this code does not read', () => {
  beforeEach(async () => {
    for (const partition of stage.partitions)
      await stage.redis.hset(`{${stage.topic}.1:${partition}}:state`, 'schema', '99');
  });

  test('neither consumer nor page goes on as if it did', async () => {
    await stage.writeMore(20);
    const before = await stage.stateOf(1);
    const records = await readAll(stage.kafka, stage.topic, 0, Number(before.next));
    expect(records.length).toBeGreaterThan(0);

    const counting = consume(stage.commits, stage.topic, 0, records, PARTITIONS);

    await expect(counting).rejects.toThrow(/schema version 99, expected 2/);
    expect(await stage.stateOf(1)).toEqual(before);
    await expect(shown()).rejects.toThrow(StoreCorruptError);
  });

  test('a rebuild says so, and counts the log as this code lays it out', async () => {
    const report = await stage.rebuild();

    for (const { notCompared } of report.partitions) expect(notCompared).toMatch(/layout .* cannot read/);
    expect(await stage.countedGenerations()).toEqual([2, 2]);
    expect(await stage.differences()).toEqual([]);
    expect(await shown()).toBe(200);
    const kept = await listKept(stage.rebuilder(), stage.topic, 0);
    expect(kept.map(({ role }) => role)).toEqual(['kept', 'counted']);
  });

  test('it refuses where that would leave out what the log no longer holds', async () => {
    await trimAll(10);

    await expect(stage.rebuild()).rejects.toThrow(/layout .* cannot read, and this log begins at offset 10/);
    expect(await stage.countedGenerations()).toEqual([1, 1]);

    await stage.rebuild({ accept: true });
    expect(await shown()).toBe(200 - PARTITIONS * 10);
  });

  test('what another release has begun to build is left, and not gone on with', async () => {
    await stage.redis.hset(`{${stage.topic}}:topology`, 'building:0', 2);
    await stage.commits.initialise(stage.shard(2), 0, 1);
    await stage.redis.hset(`{${stage.topic}.2:0}:state`, 'schema', '99');

    await stage.rebuild();

    expect(await stage.countedGenerations()).toEqual([3, 2]);
    expect(await stage.differences()).toEqual([]);
  });
});
