import { RehearsalError } from '../../rehearse/rehearsal-error';
import { isGood, NOT_PROVEN, printResults } from '../../rehearse/result-table';
import type { Stage } from '../../rehearse/stage';
import { runSteps, type Step } from '../../rehearse/step';

const stage = async (): Promise<Stage> => ({}) as Stage;
const passes: Step = { name: 'passes', run: async () => 'seen' };
const fails: Step = {
  name: 'fails',
  run: async () => {
    throw new RehearsalError('a reason\nand its details');
  },
};

test('after a step that failed, none is run', async () => {
  const said: string[] = [];

  const results = await runSteps('dev', [passes, fails, passes], stage, (line) => said.push(line));

  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'skipped']);
  expect(said).toHaveLength(4);
  expect(isGood(results)).toBe(false);
  expect(isGood(results.slice(0, 1))).toBe(true);
});

test('a stage that cannot be opened fails its first step', async () => {
  const closed = async (): Promise<Stage> => {
    throw new RehearsalError('port 6379 is taken');
  };

  const results = await runSteps('dev', [passes, passes], closed, () => undefined);

  expect(results[0]).toMatchObject({ outcome: 'failed', told: 'port 6379 is taken' });
});

test('no step is no success', () => {
  expect(isGood([])).toBe(false);
});

test('the table has a line for each step, and as plainly what is not proven', async () => {
  const results = await runSteps('dev', [passes, fails], stage, () => undefined);

  const lines = printResults(results);

  expect(lines[1]).toMatch(/^dev +passes +passed +\d+\.\d +seen$/);
  expect(lines[2]).toMatch(/^dev +fails +FAILED +\d+\.\d +a reason$/);
  for (const [what, instead] of NOT_PROVEN) {
    expect(lines.filter((line) => line.includes(what) && line.includes(instead))).toHaveLength(1);
  }
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
});
