import { readBenchOptions } from '../../bench/options';

const names = (args: readonly string[]): readonly string[] =>
  readBenchOptions(args).benchmarks.map(({ name }) => name);

test('without a name: all but the peers, short; with names: those, in that order, whole', () => {
  expect(names([])).toEqual([
    'fold',
    'commit',
    'drain',
    'end-to-end',
    'latency',
    'read',
    'collector',
    'click',
    'memory',
  ]);
  expect(readBenchOptions([]).size).toBe('short');
  expect(names(['read', 'fold'])).toEqual(['read', 'fold']);
  expect(names(['peers'])).toEqual(['peers']);
  expect(readBenchOptions(['fold']).size).toBe('whole');
});

test('counts and files are taken as they are given', () => {
  const options = readBenchOptions([
    'drain',
    '--events',
    '5000',
    '--runs=7',
    '--size',
    'tiny',
    '--json',
    'a.json',
  ]);
  expect(options).toMatchObject({
    events: 5_000,
    runs: 7,
    size: 'tiny',
    jsonFile: 'a.json',
    isMarkdown: false,
  });
});

test.each([
  [['drian'], 'NAME: "drian"; allowed: fold | commit | drain | end-to-end | latency | read'],
  [['--runs', '0'], '--runs: "0"; allowed: a whole number from 1 to 100'],
  [['--events', '1e3'], '--events: "1e3"; allowed: a whole number from 1 to 50000000'],
  [
    ['peers', '--contestants', 'flink,spark'],
    '--contestants: "spark"; allowed: python-demo, python-tuned, node-batch',
  ],
  [['--size', 'huge'], '--size: "huge"; allowed: tiny | short | whole'],
])('%j is refused by name', (args, message) => {
  expect(() => readBenchOptions(args)).toThrow(message);
});

test('an option that there is not is refused with those that there are', () => {
  expect(() => readBenchOptions(['--evnets', '3'])).toThrow(
    '--events N, --runs N, --contestants A,B, --kills N, --against REV, --json FILE',
  );
});
