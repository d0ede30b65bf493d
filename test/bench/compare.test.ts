import { compareRounds, comparisonTable } from '../../bench/against/compare';
import type { Result } from '../../bench/table';
import { judgeTargets } from '../../bench/targets';

function result(benchmark: string, figures: Readonly<Record<string, number>>): Result {
  return {
    benchmark,
    runs: 1,
    machine: {
      processor: 'Some CPU',
      processors: 2,
      memoryGiB: 8,
      system: 'Linux 6.1',
      node: '20.0.0',
      kafka: '4.1.1',
      redis: '7.0.15',
      revision: 'abc1234',
    },
    foreignShare: 0,
    measuredAt: '2026-01-15T12:00:00.000Z',
    conditions: [],
    figures: Object.entries(figures).map(([name, value]) => ({ name, unit: 'events/s', values: [value] })),
    audited: undefined,
  };
}

test('revisions are compared round by round: the ratio is of what one round disturbed in both', () => {
  const compared = compareRounds([
    { here: [result('fold', { rate: 200 })], there: [result('fold', { rate: 100 })] },
    // A busy round: both are half as fast.
    { here: [result('fold', { rate: 100 })], there: [result('fold', { rate: 50 })] },
  ]);
  expect(compared).toEqual([
    { benchmark: 'fold', name: 'rate', unit: 'events/s', here: [200, 100], there: [100, 50], ratio: [2, 2] },
  ]);
  expect(comparisonTable(compared, 'abc1234').rows).toEqual([
    ['fold', 'rate', '150 (100 - 200)', '75.0 (50.0 - 100)', '2.00 (2.00 - 2.00)', 'events/s'],
  ]);
});

test('figures that only one revision has are left out, and so is what would be divided by nothing', () => {
  const compared = compareRounds([
    {
      here: [result('fold', { rate: 200, fresh: 1, none: 3 })],
      there: [result('fold', { rate: 100, gone: 2, none: 0 }), result('drain', { rate: 7 })],
    },
  ]);
  expect(compared.map(({ name }) => name)).toEqual(['rate']);
});

test('a target is judged by the median, and one that nobody measured is not judged', () => {
  const values = (name: string, ...of: number[]) => ({ name, unit: 'x' as const, values: of });
  expect(judgeTargets('fold', [values('handler : bare loop', 0.9, 1.2, 1.1)])).toEqual([
    {
      benchmark: 'fold',
      what: 'handler without Redis : bare base64 + JSON.parse',
      wanted: 'at least 1 x',
      value: 1.1,
      isMet: true,
    },
  ]);
  expect(judgeTargets('fold', [])).toEqual([]);
});

test('a ratio of two contestants is judged where both took part', () => {
  const cpu = (name: string, us: number) => ({
    name: `${name}: client CPU`,
    unit: 'us/event' as const,
    values: [us],
  });
  const judged = judgeTargets('peers', [cpu('ours', 6), cpu('node-batch', 4)]);
  expect(judged).toMatchObject([
    { what: 'whole roll-up: client CPU : node-batch', value: 1.5, isMet: false },
  ]);
});
