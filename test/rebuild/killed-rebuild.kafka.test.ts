/** A rebuild that dies where it hurts most, and who goes on with it. `npm run faults -- rebuild-killed` kills the real process. */
import { auditBaseOf, carryOver } from '../../lambdas/rebuild/carry-over';
import { countMissingPast, pastCause } from '../../lambdas/rebuild/count-missing-past';
import { settleContent } from '../../lambdas/rebuild/settle-content';
import type { RebuildStore } from '../../pipeline/store/rebuild-port';
import { RebuildStage } from './rebuild-stage';

jest.setTimeout(120_000);

let stage: RebuildStage;

beforeEach(async () => {
  stage = new RebuildStage();
  await stage.openSmall();
  await stage.countAll();
});
afterEach(() => stage.close());

/** Dies when the method is called for the nth time: before it does anything, or after all of it. */
function dyingAt(method: keyof RebuildStore, nth: number, when: 'before' | 'after'): RebuildStore {
  let calls = 0;
  const real = stage.store[method].bind(stage.store) as (...args: unknown[]) => Promise<unknown>;
  return Object.assign(Object.create(stage.store) as RebuildStore, {
    [method]: async (...args: unknown[]) => {
      calls += 1;
      if (calls === nth && when === 'before') throw new Error('killed');
      const answer = await real(...args);
      if (calls === nth) throw new Error('killed');
      return answer;
    },
  });
}

test.each([
  ['close', 2, 'before'],
  ['close', 2, 'after'],
  ['switchTo', 1, 'before'],
] as const)(
  'killed at %s %i, %s: repair of one partition switches all that were being switched',
  async (method, nth, when) => {
    await expect(stage.rebuild({}, { store: dyingAt(method, nth, when) })).rejects.toThrow('killed');
    expect(await stage.countedGenerations()).toEqual([1, 1]);
    const work = { rebuilder: stage.rebuilder(), topic: stage.topic, partition: 0, owner: 'repair' };
    expect(await pastCause(work, 0)).toBe('switch');

    await countMissingPast(work, 'switch');

    expect(await stage.countedGenerations()).toEqual([2, 2]);
    await stage.writeMore(20);
    await stage.countRest();
    expect(await stage.differences()).toEqual([]);
  },
);

test('what is begun anew is not switched by what was being switched before', async () => {
  await expect(stage.rebuild({}, { store: dyingAt('close', 1, 'before') })).rejects.toThrow('killed');
  const again = stage.rebuild({ again: true }, { store: dyingAt('noteSwitch', 1, 'before') });
  await expect(again).rejects.toThrow('killed');

  await stage.redis.hset(`{${stage.topic}.1:0}:state`, 'torn', 1);
  const work = { rebuilder: stage.rebuilder(), topic: stage.topic, partition: 0, owner: 'repair' };
  await countMissingPast(work, 'torn');

  expect(await stage.countedGenerations()).toEqual([3, 1]);
  expect(await stage.differences()).toEqual([]);
});

test('a generation that was torn after the old one was closed for it is left, and the next one built', async () => {
  await stage.trimLog(0, 20);
  await expect(stage.rebuild({}, { store: dyingAt('switchTo', 1, 'before') })).rejects.toThrow('killed');
  await stage.redis.hset(`{${stage.topic}.2:0}:state`, 'torn', 1);

  const report = await stage.rebuild();

  expect(report.isSwitched).toBe(true);
  expect(await stage.countedGenerations()).toEqual([3, 2]);
  expect(await stage.stateOf(3)).toMatchObject({ start: '0', carriedUntil: expect.any(String) });
  expect(await stage.differences()).toEqual([]);
});

test.each([
  ['writeAuditBase', 'after'],
  ['replaceContent', 'before'],
  ['replaceContent', 'after'],
] as const)('killed at %s, %s: the carried shard has its base all the same', async (method, when) => {
  await stage.trimLog(0, 20);
  await expect(stage.rebuild({}, { store: dyingAt(method, 1, when) })).rejects.toThrow('killed');

  expect((await stage.rebuild()).isSwitched).toBe(true);

  const content = await stage.content(2);
  expect(await stage.redis.hgetall(`{${stage.topic}}:audit-base:2:0`)).toEqual(
    Object.fromEntries(auditBaseOf(content)),
  );
  await stage.writeMore(20);
  await stage.countRest();
  expect(await stage.differences()).toEqual([]);
});

test('carried over twice, counts are there once', async () => {
  const old = settleContent(await stage.content(1));
  await stage.trimLog(0, 20);
  await stage.rebuild();
  const carried = settleContent(await stage.content(2));
  const firstLogTimeMs = Date.now();

  expect(carryOver(old, carried, firstLogTimeMs)).toEqual(
    carryOver(old, carryOver(old, carried, firstLogTimeMs), firstLogTimeMs),
  );
  expect(carried.values.get(':all:demo')).toEqual(old.values.get(':all:demo'));
});
