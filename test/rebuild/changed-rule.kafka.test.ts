/**
 * A rule of counting is changed as docs/runbook.md walks through it: a dimension is added, live counting goes on by the new rule, the log is
 * counted into a new generation, what differs is told and accepted, and the head that the log no longer holds is carried over.
 */
import { compareGenerations } from '../../lambdas/rebuild/compare-generations';
import { dropGenerations, switchBack } from '../../lambdas/rebuild/past-generations';
import { settleContent } from '../../lambdas/rebuild/settle-content';
import type { ContentValue, ShardContent } from '../../pipeline/store/shard-content';
import { RebuildStage } from './rebuild-stage';

jest.setTimeout(240_000);

/** The release that counts: the new one has one dimension more. In the table it is from the start, but the old one finds no value for it. */
const mockRelease = { isNew: false };

jest.mock('../../pipeline/core/dimensions', () => {
  const actual: typeof import('../../pipeline/core/dimensions') = jest.requireActual(
    '../../pipeline/core/dimensions',
  );
  const depths = {
    code: 'z',
    of: 'page',
    from: 'page',
    value: ({ path }: { path: string | undefined }) =>
      mockRelease.isNew && path !== undefined ? String(path.split('/').length) : undefined,
  };
  return {
    ...actual,
    LABELS: { ...actual.LABELS, depths },
    LABEL_NAMES: [...actual.LABEL_NAMES, 'depths'],
    DIMENSIONS: { ...actual.DIMENSIONS, depths },
    DIMENSION_NAMES: [...actual.DIMENSION_NAMES, 'depths'],
  };
});

/** The audit counts by code of its own, so it has the new rule for itself. */
jest.mock('../../audit/recount-bucket', () => {
  const actual: typeof import('../../audit/recount-bucket') = jest.requireActual(
    '../../audit/recount-bucket',
  );
  return {
    ...actual,
    dimensionValues: (event: Parameters<typeof actual.dimensionValues>[0]) => [
      ...actual.dimensionValues(event),
      ...(event.type === 'page' && event.page.path !== undefined
        ? [['z', String(event.page.path.split('/').length), 1] as const]
        : []),
    ],
  };
});

let stage: RebuildStage;

beforeEach(async () => {
  mockRelease.isNew = false;
  stage = new RebuildStage();
  await stage.open();
  await stage.countAll();
});
afterEach(() => stage.close());

/** Sums of the dimension in each bucket of hours and days, by name of the bucket's key. */
function sums({ values }: ShardContent, code: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, value] of values) {
    if (!/^:[hd]:demo:\d+:d$/.test(name) || value.type !== 'hash') continue;
    const counts = [...value.fields].filter(([field]) => field[0] === code && field[1] !== '#');
    found.set(
      name,
      counts.reduce((sum, [, count]) => sum + Number(count), 0),
    );
  }
  return found;
}

function startOf(name: string): number {
  return Number(name.split(':')[3]) * 1_000;
}

function before(untilMs: number, { values }: ShardContent): [string, ContentValue][] {
  const isOld = (name: string): boolean => /^:[hd]:demo:\d+/.test(name) && startOf(name) < untilMs;
  return [...values].filter(([name]) => isOld(name)).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('a new dimension: named alone, accepted, counted in all that the log holds, carried over as it was before', async () => {
  const old = settleContent(await stage.content(1));
  await stage.trimLog(0, 200);
  // 1. Live counting goes on by the new rule.
  mockRelease.isNew = true;
  await stage.writeMore(60);
  await stage.countRest();

  // 2. What differs is told, by kind, and nothing is switched.
  const looked = await stage.rebuild();
  const differing = [...looked.comparison.kinds].filter(([, tally]) => tally.differing > 0);
  expect(looked.isSwitched).toBe(false);
  expect(differing.length).toBeGreaterThan(0);
  for (const [kind] of differing) expect(kind).toMatch(/^(minute|hour|day) depths$/);
  expect(await stage.countedGenerations()).toEqual([1, 1]);

  // 3. Accepted, it is switched.
  const report = await stage.rebuild({ accept: true });
  expect(report.isSwitched).toBe(true);
  expect(await stage.countedGenerations()).toEqual([2, 2]);
  const { carriedUntilMs = 0 } = report.partitions[0] ?? {};
  for (const partition of stage.partitions) {
    const content = await stage.content(2, partition);
    const depths = sums(content, 'z');
    const views = [...sums(content, 'p')].filter(([, sum]) => sum > 0);
    for (const [name, sum] of views) {
      const isCarried = partition === 0 && startOf(name) < carriedUntilMs;
      // What was carried over is by the rule of then; what was counted while it was carried, by the new one.
      if (!isCarried) expect([name, depths.get(name)]).toEqual([name, sum]);
    }
    expect(views.some(([name]) => partition === 1 || startOf(name) >= carriedUntilMs)).toBe(true);
  }
  const carried = before(carriedUntilMs, settleContent(await stage.content(2)));
  expect(carried.length).toBeGreaterThan(5);
  expect(carried).toEqual(before(carriedUntilMs, settleContent(await stage.content(1))));
  expect(carried.filter(([name]) => name.startsWith(':h:'))).toEqual(
    before(carriedUntilMs, old).filter(([name]) => name.startsWith(':h:')),
  );

  // 4. The audit of the new release finds it right, also when it has gone on.
  await stage.writeMore(20);
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});

test('back to the old generation, and forward again by a rebuild; then the memory is freed', async () => {
  mockRelease.isNew = true;
  await stage.rebuild({ accept: true });
  await switchBack(stage.rebuilder(), stage.topic, stage.partitions, 'test');
  expect(await stage.countedGenerations()).toEqual([1, 1]);

  await stage.rebuild({ accept: true });
  expect(await stage.countedGenerations()).toEqual([3, 3]);
  expect(await stage.differences()).toEqual([]);
  const { differences } = compareGenerations(
    settleContent(await stage.content(2)),
    settleContent(await stage.content(3)),
  );
  expect(differences).toEqual([]);
  expect(await dropGenerations(stage.rebuilder(), stage.topic, stage.partitions, 'test')).toBeGreaterThan(50);
});
