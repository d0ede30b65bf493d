import { helpText } from '../../local/help';
import { ProgramLines } from '../../local/program-line';
import { readStartOptions } from '../../local/start-options';
import { ConfigurationError, SETTING } from '../../pipeline/settings';

describe('what npm start was asked', () => {
  it('has defaults for everything', () => {
    expect(readStartOptions([], {})).toMatchObject({
      isFresh: false,
      isHelp: false,
      port: 5_000,
      collectorPort: 5_001,
      kafkaPort: 19_092,
      redisPort: 16_379,
    });
  });

  it('hands arguments to the programs as settings, which they overrule', () => {
    const args = ['--rate', '10', '--seed', '7', '--port', '6000', '--no-simulator', '--fresh'];
    const options = readStartOptions(args, { RATE: '99', PORT: '7000', TOPIC: 'other' });
    expect(options).toMatchObject({ isFresh: true, port: 6_000, collectorPort: 6_001 });
    expect(options.env).toMatchObject({
      RATE: '10',
      SEED: '7',
      PORT: '6000',
      SIMULATOR: 'false',
      TOPIC: 'other',
    });
  });

  it('hands a day in fast-forward to the producer', () => {
    const { env } = readStartOptions(['--past', '24h', '--daily-curve'], {});
    expect(env).toMatchObject({ PAST: '24h', DAILY_CURVE: 'true' });
  });

  it.each([
    [['--past', '2d'], {}, 'PAST: "2d"; allowed: 1h to 24h'],
    [['--past', '24h', '--rate', '1700'], {}, 'RATE: "1700"; allowed: at most 57'],
    [['--rate', 'fast'], {}, 'RATE: "fast"; allowed: a whole number from 0 to 1000000'],
    [['--port', '0'], {}, 'PORT: "0"; allowed: a whole number from 1 to 65535'],
    [['--seed', 'x'], {}, 'SEED: "x"; allowed: a whole number from 0 to 4294967295'],
    [[], { SITES: 'a b' }, 'SITES: "a b"; allowed: * or a comma list'],
    [[], { TOPIC: 'a b' }, 'TOPIC: "a b"; allowed: 1 to 249 of'],
    [[], { TOPIC_PARTITIONS: '0' }, 'TOPIC_PARTITIONS: "0"; allowed: a whole number from 1 to 10000'],
    [[], { BATCH_SIZE: '10001' }, 'BATCH_SIZE: "10001"; allowed: a whole number from 1 to 10000'],
    [
      [],
      { REPORT_BATCH_ITEM_FAILURES: 'true' },
      'REPORT_BATCH_ITEM_FAILURES: "true"; allowed: with EVENT_SOURCE_MODE=provisioned only',
    ],
    [
      [],
      { EVENT_SOURCE_MODE: 'provisioned', MAXIMUM_RECORD_AGE_SECONDS: '5' },
      'MAXIMUM_RECORD_AGE_SECONDS: "5"; allowed: a whole number from 60 to 604800',
    ],
    [
      [],
      { EVENT_SOURCE_MODE: 'provisioned', ON_FAILURE: 'kafka://clicks' },
      'ON_FAILURE: "kafka://clicks"; allowed: another topic than TOPIC',
    ],
    [[], { ON_FAILURE: 'ftp://x' }, 'ON_FAILURE: "ftp://x"; allowed: kafka://TOPIC'],
    [[], { KAFKA_PORT: '1' }, 'KAFKA_PORT: "1"; allowed: a whole number from 1024 to 65534'],
    [[], { SIMULATOR: 'no' }, 'SIMULATOR: "no"; allowed: true | false'],
    [[], { REDIS_URL: 'redis://me:secret@h:99999' }, 'REDIS_URL: "redis://***@h:99999"; allowed: redis://'],
    [[], { KAFKA_BROKERS: 'nowhere' }, 'KAFKA_BROKERS: "nowhere"; allowed: host:port'],
    [['--what'], {}, '--what'],
    [['surplus'], {}, 'surplus'],
  ])('refuses %j with %j in one line', (args, env, message) => {
    expect(() => readStartOptions(args, env)).toThrow(ConfigurationError);
    expect(() => readStartOptions(args, env)).toThrow(message);
  });

  it('explains every option, and the settings that choose the services', () => {
    for (const name of [
      '--rate',
      '--seed',
      '--daily-curve',
      '--past',
      '--no-simulator',
      '--port',
      '--fresh',
      '--help',
    ]) {
      expect(helpText()).toContain(`  ${name} `);
    }
    for (const name of [SETTING.KAFKA_BROKERS, SETTING.REDIS_URL, SETTING.KAFKA_PORT, SETTING.REDIS_PORT]) {
      expect(helpText()).toContain(name);
    }
  });
});

describe('lines of the programs', () => {
  const take = (...lines: (readonly [line: string, atMs: number])[]): string[] => {
    const said: string[] = [];
    const programLines = new ProgramLines((line) => said.push(line));
    for (const [line, atMs] of lines) programLines.take('processor', line, atMs);
    return said;
  };
  const entry = (level: string | undefined, message: string, fields = {}) =>
    JSON.stringify({
      at: 'x',
      ...(level === undefined ? {} : { level }),
      component: 'consumer',
      message,
      ...fields,
    });

  it('shows plain lines, and entries that are meant for a person', () => {
    expect(
      take(['Waiting for topic', 0], [entry(undefined, 'producing', { seed: 7 }), 0], ['{broken', 0]),
    ).toEqual(['processor: Waiting for topic', 'processor: producing (seed 7)', 'processor: {broken']);
  });

  it('shows errors of the structured log, each once in half a minute, and nothing below', () => {
    const failed = entry('error', 'batch not counted', { reason: 'Redis is away' });
    expect(
      take([failed, 0], [failed, 29_000], [entry('info', 'x'), 0], [entry('warn', 'y'), 0], [failed, 31_000]),
    ).toEqual(['processor: batch not counted: Redis is away', 'processor: batch not counted: Redis is away']);
  });
});
