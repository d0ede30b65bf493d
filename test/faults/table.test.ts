import { complaintsOf, isGood, type PlayedRow, printTable } from '../../faults/table';

const result = {
  events: 12_345,
  stalledMs: 2_540,
  behindMs: 31_000,
  repaired: 600,
  lost: 0,
  compared: 50_000,
  differing: 0,
  violations: [],
};
const good: PlayedRow = { name: 'redis-kill', result };
const differing: PlayedRow = {
  name: 'kafka-kill',
  result: { ...result, differing: 1, violations: ['shard 2 all time demo views: log says 5, store says 6'] },
};
const untold: PlayedRow = {
  name: 'log-eaten',
  result: { ...result, lost: 3, violations: ['partition 1: 3 told as lost, must be 4'] },
};
const broken: PlayedRow = { name: 'kafka-pause', broken: 'ScenarioError: not within 60 s: the page is live' };

test('a row is good only where nothing differs, nothing is untold, and it was played to its end', () => {
  expect([good, differing, untold, broken].map(isGood)).toEqual([true, false, false, false]);
  expect(isGood({ name: 'x', result: { ...result, differing: 1 } })).toBe(false);
});

test('what is wrong is said by row', () => {
  expect(complaintsOf(good)).toEqual([]);
  expect(complaintsOf(untold)).toEqual(['ERROR log-eaten: partition 1: 3 told as lost, must be 4']);
  expect(complaintsOf(broken)).toEqual([
    'ERROR kafka-pause: ScenarioError: not within 60 s: the page is live',
  ]);
});

test('the table has a line for each row, numbers to the right, complaints below', () => {
  expect(printTable([good, untold, broken], false)).toEqual([
    'fault        events  s without progress  s behind  repaired  lost   cells  differing',
    'redis-kill   12,345                 2.5      31.0       600     0  50,000          0',
    'log-eaten    12,345                 2.5      31.0       600     3  50,000          0',
    'kafka-pause       -                   -         -         -     -       -          -',
    'ERROR log-eaten: partition 1: 3 told as lost, must be 4',
    'ERROR kafka-pause: ScenarioError: not within 60 s: the page is live',
  ]);
});

test('as Markdown', () => {
  expect(printTable([good], true).slice(0, 3)).toEqual([
    '| fault | events | s without progress | s behind | repaired | lost | cells | differing |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    '| redis-kill | 12,345 | 2.5 | 31.0 | 600 | 0 | 50,000 | 0 |',
  ]);
});
