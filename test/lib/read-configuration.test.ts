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

test('text that is not JSON is refused', () => {
  expect(() => readConfiguration({ clickstream: 'prod' })).toThrow(ConfigurationError);
});
