import * as guards from '../../lib/guards';
import { readConfiguration } from '../../lib/read-configuration';
import { ConfigurationError } from '../../pipeline/settings';

interface Case {
  readonly rule: Exclude<keyof typeof guards, 'GUARDS' | 'checkCombinations'>;
  readonly broken: object;
  readonly mended: object;
  readonly setting: string;
}

/** Each is a whole preset with the least that breaks the rule, and the least that mends it. */
const cases: readonly Case[] = [
  {
    rule: 'timeoutFitsKafkaMapping',
    broken: { consumer: { timeoutSeconds: 841 } },
    mended: { consumer: { timeoutSeconds: 840 } },
    setting: 'consumer.timeoutSeconds',
  },
  {
    rule: 'batchSizeFitsMapping',
    broken: { consumer: { batchSize: 10_001 } },
    mended: { consumer: { batchSize: 10_000 } },
    setting: 'consumer.batchSize',
  },
  {
    rule: 'batchWindowIsOneThatLambdaHas',
    broken: { consumer: { batchWindowMs: 1_500 } },
    mended: { consumer: { batchWindowMs: 1_000 } },
    setting: 'consumer.batchWindowMs',
  },
  {
    rule: 'startsWhereNothingIsLost',
    broken: { consumer: { startingPosition: 'LATEST' } },
    mended: { consumer: { startingPosition: 'TRIM_HORIZON' } },
    setting: 'consumer.startingPosition',
  },
  {
    rule: 'pollersAreARange',
    broken: { consumer: { pollersMin: 3, pollersMax: 2 } },
    mended: { consumer: { pollersMin: 2, pollersMax: 2 } },
    setting: 'consumer.pollersMin',
  },
  {
    rule: 'onFailureNeedsProvisionedPollers',
    broken: { consumer: { onFailure: 's3' } },
    mended: { consumer: { onFailure: 's3', pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.onFailure',
  },
  {
    rule: 'clusterHasTwoZones',
    broken: { network: { zoneCount: 1 } },
    mended: { network: { zoneCount: 2 } },
    setting: 'network.zoneCount',
  },
  {
    rule: 'expressHasThreeZones',
    broken: { stream: { type: 'express' } },
    mended: { stream: { type: 'express' }, network: { zoneCount: 3 } },
    setting: 'network.zoneCount',
  },
  {
    rule: 'namedZonesAreAsManyAsCounted',
    broken: { network: { zoneNames: ['eu-west-1a', 'eu-west-1a'] } },
    mended: { network: { zoneNames: ['eu-west-1a', 'eu-west-1b'] } },
    setting: 'network.zoneNames',
  },
  {
    rule: 'endpointsFitZones',
    broken: { network: { endpointZoneCount: 3 } },
    mended: { network: { endpointZoneCount: 2 } },
    setting: 'network.endpointZoneCount',
  },
  {
    rule: 'partitionsFitCluster',
    broken: { stream: { partitions: 301 } },
    mended: { stream: { partitions: 300 } },
    setting: 'stream.partitions',
  },
  {
    rule: 'partitionsFitCluster',
    broken: { stream: { type: 'serverless', partitions: 2_401 } },
    mended: { stream: { type: 'serverless', partitions: 2_400 } },
    setting: 'stream.partitions',
  },
  {
    rule: 'taskMemoryFitsCpu',
    broken: { producer: { taskCpu: 256, taskMemoryMib: 4_096 } },
    mended: { producer: { taskCpu: 512, taskMemoryMib: 4_096 } },
    setting: 'producer.taskMemoryMib',
  },
  {
    rule: 'taskCountsAreARange',
    broken: { producer: { taskCountMin: 2 } },
    mended: { producer: { taskCountMin: 2, taskCountMax: 2 } },
    setting: 'producer.taskCountMin',
  },
  {
    rule: 'dashboardIsNotPublic',
    broken: { dashboard: { allowedCidrs: ['203.0.113.0/24', '0.0.0.0/0'] } },
    mended: { dashboard: { allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] } },
    setting: 'dashboard.allowedCidrs',
  },
  {
    rule: 'sitesAreAListOrAny',
    broken: { deployment: { sites: ['shop', '*'] } },
    mended: { deployment: { sites: ['*'] } },
    setting: 'deployment.sites',
  },
];

test.each(cases)(
  '$rule refuses $broken, and is content with $mended',
  ({ rule, broken, mended, setting }) => {
    expect(() => readConfiguration({ clickstream: broken })).toThrow(ConfigurationError);
    expect(() => readConfiguration({ clickstream: broken })).toThrow(`clickstream.${setting}: `);
    expect(() => guards[rule](readConfiguration({ clickstream: mended }))).not.toThrow();
  },
);

test('every rule is called, and has a case here', () => {
  const { GUARDS, checkCombinations: _, ...rules } = guards;

  expect(new Set(GUARDS)).toEqual(new Set(Object.values(rules)));
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(Object.keys(rules)));
});

test('both presets pass every rule', () => {
  for (const preset of ['dev', 'prod']) readConfiguration({ preset });
});
