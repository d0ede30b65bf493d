import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRESETS } from '../../lib/presets';
import { readConfiguration } from '../../lib/read-configuration';
import { ConfigurationError } from '../../pipeline/settings';

test('nothing said is the preset dev', () => {
  expect(readConfiguration({})).toEqual(PRESETS.dev);
});

test('a preset is named in the object, and outside it for one run', () => {
  expect(readConfiguration({ clickstream: { preset: 'prod' } })).toEqual(PRESETS.prod);
  expect(readConfiguration({ clickstream: { preset: 'dev' }, preset: 'prod' })).toEqual(PRESETS.prod);
});

test('what differs is taken, all else stays the preset', () => {
  const configuration = readConfiguration({ clickstream: { store: { snapshotDays: 3 } } });

  expect(configuration.store).toEqual({ ...PRESETS.dev.store, snapshotDays: 3 });
  expect(configuration.stream).toEqual(PRESETS.dev.stream);
});

test('the command line gives the object as JSON text', () => {
  expect(readConfiguration({ clickstream: '{"store":{"type":"nodes"}}' }).store.type).toBe('nodes');
});

test.each<[object, string]>([
  [{ preset: 'test' }, 'clickstream.preset: "test"; allowed: dev | prod'],
  [
    { stream: { partitions: 0 } },
    'clickstream.stream.partitions: "0"; allowed: a whole number from 1 to 10000',
  ],
  [
    { stream: { partitions: '8' } },
    'clickstream.stream.partitions: "8"; allowed: a whole number from 1 to 10000',
  ],
  [
    { stream: { type: 'kinesis' } },
    'clickstream.stream.type: "kinesis"; allowed: standard | express | serverless',
  ],
  [{ deployment: { name: 'My App' } }, 'clickstream.deployment.name: "My App"; allowed: 1 to 20 lower-case'],
  [{ deployment: { sites: [] } }, 'clickstream.deployment.sites: "[]"; allowed: a list of at least 1 texts'],
  [{ deployment: { sites: ['a b'] } }, 'clickstream.deployment.sites[0]: "a b"; allowed: a name of'],
  [{ network: { flowLogs: 'yes' } }, 'clickstream.network.flowLogs: "yes"; allowed: true | false'],
  [{ store: { size: 1 } }, 'clickstream.store.size: "1"; allowed: no such setting; there are type, '],
  [{ cache: {} }, 'clickstream.cache: "{}"; allowed: no such setting; there are preset, deployment, '],
  [{ store: [] }, 'clickstream.store: "[]"; allowed: an object of settings'],
  [{ store: { constructor: 1 } }, 'clickstream.store.constructor: "1"; allowed: no such setting'],
])('%j is refused in one line: %s', (clickstream, line) => {
  const read = () => readConfiguration({ clickstream });

  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(line);
});

describe('a file and the environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clickstream-configuration-'));
  const file = join(folder, 'deployment.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (content: unknown): string => {
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  test('the file wins over cdk.json, the environment over both, and each says only what differs', () => {
    const { stream } = readConfiguration(
      {
        clickstream: { preset: 'prod', stream: { topic: 'a', partitions: 1, brokersPerZone: 2 } },
        configuration: written({ stream: { topic: 'b', partitions: 2 } }),
      },
      { CLICKSTREAM_STREAM_PARTITIONS: '3' },
    );

    expect(stream).toEqual({ ...PRESETS.prod.stream, topic: 'b', partitions: 3, brokersPerZone: 2 });
  });

  test('the file may be named in the environment', () => {
    const environment = { CLICKSTREAM_CONFIGURATION: written({ preset: 'prod' }) };

    expect(readConfiguration({}, environment)).toEqual(PRESETS.prod);
    expect(readConfiguration({}, { ...environment, CLICKSTREAM_PRESET: 'dev' })).toEqual(PRESETS.dev);
  });

  test('variables are read as the type that the setting has', () => {
    const { deployment, network, store } = readConfiguration(
      {},
      {
        CLICKSTREAM_DEPLOYMENT_NAME: 'shop',
        CLICKSTREAM_DEPLOYMENT_SITES: 'shop,blog',
        CLICKSTREAM_NETWORK_FLOW_LOGS: 'true',
        CLICKSTREAM_STORE_SERVERLESS_GB_MAX: '7',
        CLICKSTREAM_HOME: '/somewhere',
      },
    );

    expect(deployment).toMatchObject({ name: 'shop', sites: ['shop', 'blog'] });
    expect(network.flowLogs).toBe(true);
    expect(store.serverlessGbMax).toBe(7);
  });

  test.each<[Record<string, string>, string]>([
    [
      { CLICKSTREAM_STREAM_PARTITIONS: 'many' },
      'CLICKSTREAM_STREAM_PARTITIONS: "many"; allowed: a whole number',
    ],
    [{ CLICKSTREAM_STREAM_PARTITION: '3' }, 'CLICKSTREAM_STREAM_PARTITION: "3"; allowed: no such setting'],
    [{ CLICKSTREAM_PRESET: 'test' }, 'CLICKSTREAM_PRESET: "test"; allowed: dev | prod'],
    [
      { CLICKSTREAM_CONFIGURATION: '/none.json' },
      'configuration: "/none.json"; allowed: the path of a JSON file',
    ],
  ])('%j is refused by its own name', (environment, line) => {
    expect(() => readConfiguration({}, environment)).toThrow(ConfigurationError);
    expect(() => readConfiguration({}, environment)).toThrow(line);
  });

  test('what the file has wrong is said with its name', () => {
    const read = () => readConfiguration({ configuration: written({ stream: { partitions: 0 } }) });

    expect(read).toThrow(`${file}: clickstream.stream.partitions: "0"; allowed: a whole number`);
  });
});

test('text that is not JSON is refused', () => {
  expect(() => readConfiguration({ clickstream: 'prod' })).toThrow(ConfigurationError);
});
