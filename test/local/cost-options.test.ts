import { readCostOptions } from '../../local/cost-options';

function said(...args: string[]): string {
  try {
    readCostOptions(args);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

test('what is not said has its default', () => {
  expect(readCostOptions(['--events-per-minute', '1000'])).toEqual({
    eventsPerMinute: 1_000,
    preset: undefined,
    settings: {},
    viewers: 1,
    sites: undefined,
    historyDays: 400,
    isFit: false,
    region: 'us-east-1',
    isJson: false,
  });
});

test('kinds and settings are settings of the configuration', () => {
  const args = ['--events-per-minute', '1', '--stream', 'express', '--store', 'nodes'];
  const options = readCostOptions([
    ...args,
    '--set',
    'stream.partitions=16',
    '--set',
    'store.nodeType=cache.r7g.large',
  ]);
  expect(options).toMatchObject({
    settings: {
      stream: { type: 'express', partitions: 16 },
      network: { zoneCount: 3 },
      store: { type: 'nodes', nodeType: 'cache.r7g.large' },
    },
  });
});

test.each([
  [[], '--events-per-minute: not set; allowed: a whole number from 1 to 1000000000'],
  [['--events-per-minute', '0'], '--events-per-minute: "0"; allowed: a whole number from 1 to 1000000000'],
  [
    ['--events-per-minute', '1e5'],
    '--events-per-minute: "1e5"; allowed: a whole number from 1 to 1000000000',
  ],
  [['--events-per-minute', '5', '--preset', 'big'], '--preset: "big"; allowed: dev | prod'],
  [
    ['--events-per-minute', '5', '--stream', 'kinesis'],
    '--stream: "kinesis"; allowed: serverless | express | standard',
  ],
  [['--events-per-minute', '5', '--store', 'disk'], '--store: "disk"; allowed: serverless | nodes'],
  [['--events-per-minute', '5', '--viewers=-1'], '--viewers: "-1"; allowed: a whole number from 0 to 100000'],
  [
    ['--events-per-minute', '5', '--set', 'partitions=3'],
    '--set: "partitions=3"; allowed: SECTION.SETTING=VALUE, such as stream.partitions=16',
  ],
  [
    ['--events-per-minute', '5', '--region', 'x\n'],
    '--region: "x\\n"; allowed: a region such as eu-central-1',
  ],
])('%j is refused in one line', (args, line) => {
  expect(said(...args)).toBe(line);
});

test('an option that is not there is named', () => {
  expect(said('--events-per-minute', '5', '--colour')).toMatch(
    /^npm run cost: ".*--colour.*"; allowed: [^\n]*$/,
  );
});
