import { readRehearsalOptions, usage } from '../../rehearse/options';
import { VARIANTS } from '../../rehearse/variants';

const namesOf = (args: readonly string[]): string[] =>
  readRehearsalOptions(args).variants.map(({ name }) => name);

test('without a variant all are rehearsed, and nothing is kept', () => {
  expect(namesOf([])).toEqual(VARIANTS.map(({ name }) => name));
  expect(readRehearsalOptions([]).keepsRunning).toBe(false);
});

test('variants are taken in the order asked for, each once', () => {
  expect(namesOf(['--variant', 'prod', '--variant', 'dev', '--variant', 'prod'])).toEqual(['prod', 'dev']);
  expect(readRehearsalOptions(['--keep']).keepsRunning).toBe(true);
});

test.each([
  [['--variant', 'nothing'], '--variant', 'dev | prod | serverless'],
  [['--nothing'], 'npm run rehearse', '--variant NAME, --keep, --help'],
  [['dev'], 'npm run rehearse', '--variant NAME, --keep, --help'],
])('%j is refused in one line', (args, setting, allowed) => {
  expect(() => readRehearsalOptions(args)).toThrow(setting);
  expect(() => readRehearsalOptions(args)).toThrow(allowed);
});

test('help names every variant', () => {
  for (const { name } of VARIANTS) expect(usage()).toContain(`\n  ${name} `);
});
