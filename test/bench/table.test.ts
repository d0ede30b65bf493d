import { foreignShare } from '../../bench/foreign-load';
import { printTable, type Result } from '../../bench/table';

const result: Result = {
  benchmark: 'drain',
  runs: 3,
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
  foreignShare: 0.02,
  measuredAt: '2026-01-15T12:00:00.000Z',
  conditions: ['100 records', '8 partitions'],
  figures: [
    { name: 'counted', unit: 'events/s', values: [90_000, 110_000, 100_500] },
    { name: 'all three', unit: 'us/event', values: [12.345] },
  ],
  audited: { compared: 1_234, differing: 0 },
};

test('a row is a figure with its median and range; below stand the conditions and the verdict of the audit', () => {
  expect(printTable([result], false)).toEqual([
    'Some CPU, 2 processors, 8 GiB, Linux 6.1',
    'Node 20.0.0, Kafka 4.1.1, Redis 7.0.15, clickstream abc1234; everything on this one machine',
    '',
    'benchmark  figure      median             range  unit',
    'drain      counted    100,500  90,000 - 110,000  events/s',
    'drain      all three     12.3                    us/event',
    '',
    'drain: 100 records; 8 partitions; 3 runs; 0 of 1,234 audited cells differ; others had 2.0 % of the CPU',
  ]);
});

test('the same as Markdown', () => {
  const lines = printTable([result], true);
  expect(lines).toContain('| drain | counted | 100,500 | 90,000 - 110,000 | events/s |');
  expect(lines.at(-1)).toMatch(/^- drain: 100 records/);
});

test('a busy machine and cells that differ are said aloud', () => {
  const disturbed = { ...result, foreignShare: 0.25, audited: { compared: 1_234, differing: 2 } };
  const lines = printTable([disturbed], false);
  expect(lines.filter((line) => /^(WARNING|ERROR) drain/.test(line))).toHaveLength(2);
});

test('what others had is what was busy and not ours, as a share of all processors', () => {
  const from = { atMs: 1_000, busySeconds: 50, ownSeconds: 10 };
  const to = { atMs: 3_000, busySeconds: 53, ownSeconds: 12 };
  expect(foreignShare(from, to, 2)).toBeCloseTo(0.25);
  expect(foreignShare(from, undefined, 2)).toBeUndefined();
});
