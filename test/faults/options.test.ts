import { readFaultOptions, usage } from '../../faults/options';
import { SCENARIOS } from '../../faults/scenarios';

const names = SCENARIOS.map(({ name }) => name);

test('without a name: every row, whole; with names: those, in that order', () => {
  const all = readFaultOptions([]);
  expect(all.scenarios).toEqual(SCENARIOS);
  expect(all).toMatchObject({ isShort: false, isList: false, isMarkdown: false, jsonFile: undefined });
  const some = readFaultOptions(['redis-kill', 'kafka-pause', '--short', '--seed=7', '--json', 'rows.json']);
  expect(some.scenarios.map(({ name }) => name)).toEqual(['redis-kill', 'kafka-pause']);
  expect(some).toMatchObject({ isShort: true, seed: 7, jsonFile: 'rows.json' });
});

test('a seed is drawn where none is given', () => {
  const seeds = new Set(Array.from({ length: 5 }, () => readFaultOptions([]).seed));
  expect(seeds.size).toBeGreaterThan(1);
});

test.each([
  [['redis-klil'], `NAME: "redis-klil"; allowed: ${names.join(' | ')}`],
  [['--seed', '-1'], 'npm run faults'],
  [['--seed', '1e3'], '--seed: "1e3"; allowed: a whole number from 0 to 4294967295'],
  [['--seed', '4294967296'], '--seed: "4294967296"; allowed: a whole number from 0 to 4294967295'],
  [['--shrot'], 'NAME ..., --short, --seed N'],
])('%j is refused, with what is allowed', (args, message) => {
  expect(() => readFaultOptions(args)).toThrow(message);
});

test('the help names every row once, with what it does', () => {
  expect(new Set(names).size).toBe(names.length);
  for (const { name, about } of SCENARIOS)
    expect(usage()).toMatch(new RegExp(`^  ${name} +${about.slice(0, 20)}`, 'm'));
});
