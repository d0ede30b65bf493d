/** The log's head is gone: what it held is carried over, and everything goes on from there. */
import { compareGenerations } from '../../lambdas/rebuild/compare-generations';
import { settleContent } from '../../lambdas/rebuild/settle-content';
import { HOUR_MS } from '../../pipeline/core/limits';
import type { ContentValue, ShardContent } from '../../pipeline/store/shard-content';
import { RebuildStage } from './rebuild-stage';

jest.setTimeout(240_000);

let stage: RebuildStage;

beforeEach(async () => {
  stage = new RebuildStage();
  await stage.open();
  await stage.countAll();
});
afterEach(() => stage.close());

/** Keys of all time, and of buckets that start before: to the byte as they were, values that gave way among them. */
function carriedCells({ values }: ShardContent, untilMs: number): Map<string, ContentValue> {
  const isCarried = (name: string): boolean => {
    const start = /^:[smhd]:demo:(\d+)/.exec(name)?.[1];
    return start === undefined ? /^:(all|pages):/.test(name) : Number(start) * 1_000 < untilMs;
  };
  return new Map([...values].filter(([name]) => isCarried(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('every cell is as before, in buckets that were carried over, in those that were counted anew, and of all time', async () => {
  const before = settleContent(await stage.content(1));

  // In the second of the hours that the log has records of.
  const trimmed = 200;
  await stage.trimLog(0, trimmed);

  const report = await stage.rebuild();

  expect(report.comparison.differences).toEqual([]);
  expect(report.isSwitched).toBe(true);
  const { carriedUntilMs = 0 } = report.partitions[0] ?? {};
  expect(carriedUntilMs % HOUR_MS).toBe(0);
  expect(report.partitions[1]?.carriedUntilMs).toBeUndefined();
  const after = settleContent(await stage.content(2));
  expect(compareGenerations(before, after).differences).toEqual([]);
  expect(carriedCells(after, carriedUntilMs)).toEqual(carriedCells(before, carriedUntilMs));
  // Some buckets lie on either side, or the test says nothing.
  const starts = [...after.values.keys()].flatMap((name) => /^:[hd]:demo:(\d+)$/.exec(name)?.[1] ?? []);
  expect(starts.filter((start) => Number(start) * 1_000 < carriedUntilMs).length).toBeGreaterThan(2);
  expect(starts.filter((start) => Number(start) * 1_000 >= carriedUntilMs).length).toBeGreaterThan(2);
  const { carriedUntil, ...state } = await stage.stateOf(2);
  const { moved, ...old } = await stage.stateOf(1);
  expect(Number(carriedUntil)).toBe(carriedUntilMs);
  expect(moved).toBe('2');
  const ledger = (fields: Record<string, string>) =>
    Object.entries(fields).filter(([field]) => !/^(last|checked)/.test(field));
  expect(ledger(state).sort()).toEqual(ledger(old).sort());
  expect(Number(state.checkedOffset)).toBeGreaterThanOrEqual(trimmed);
});

test('it goes on counting, its all-time numbers have a base, and the audit finds no difference', async () => {
  const end = Number((await stage.stateOf(1)).next);
  await stage.trimLog(0, Math.floor(end / 2));
  await stage.rebuild();
  const base = await stage.redis.hgetall(`{${stage.topic}}:audit-base:2:0`);
  expect(base).toMatchObject({ origin: 'rebuild', offset: String(end) });
  const state = await stage.stateOf(2);
  expect(base['state|counted']).toBe(state.counted);
  expect(Number(base['all:demo|views'])).toBeGreaterThan(0);

  await stage.writeMore(80);
  await stage.countRest();

  expect(await stage.differences()).toEqual([]);
  expect(Number((await stage.stateOf(2)).next)).toBeGreaterThan(end);
});

test('what was lost before it could be counted stays in the ledger, and nothing is carried over', async () => {
  await stage.redis.del(`{${stage.topic}.1:0}:state`);
  const keys = await stage.redis.keys(`{${stage.topic}.1:0}:*`);
  for (const key of keys) await stage.redis.del(key);
  await stage.trimLog(0, 40);
  await stage.commits.initialise(stage.shard(1), 0, 1);
  await stage.commits.passOver(stage.shard(1), 0, 40, 'lost');
  await stage.countRest();

  const report = await stage.rebuild();

  expect(report.partitions[0]?.carriedUntilMs).toBeUndefined();
  expect(report.comparison.differences).toEqual([]);
  expect(await stage.stateOf(2)).toMatchObject({ start: '0', lost: '40' });
});

test('a torn shard is carried over as it is', async () => {
  const end = Number((await stage.stateOf(1)).next);
  await stage.trimLog(0, Math.floor(end / 2));
  await stage.redis.hset(`{${stage.topic}.1:0}:state`, 'torn', 1);
  const { counted } = await stage.stateOf(1);

  const report = await stage.rebuild();

  expect(report.partitions[0]?.carriedUntilMs).toBeGreaterThan(0);
  expect(await stage.stateOf(2)).toMatchObject({ start: '0', counted });
  expect(await stage.stateOf(2)).not.toHaveProperty('torn');
});
