import * as adoption from '../../lib/adoption-guards';
import * as collector from '../../lib/collector-guards';
import type { Configuration } from '../../lib/config';
import * as guards from '../../lib/guards';
import { PRESETS } from '../../lib/presets';
import { readConfiguration } from '../../lib/read-configuration';
import { ConfigurationError } from '../../pipeline/settings';
import { dashboardCases, type GuardCase } from './dashboard-guard-cases';
import { ADOPTED } from './synthesized';
import { COLLECTORS } from './variants';

const { network: adoptedVpc, stream: adoptedCluster, store: adoptedCache } = ADOPTED;

/** Each is a whole preset with the least that breaks the rule, and the least that mends it. */
const cases: readonly GuardCase[] = [
  {
    rule: guards.timeoutFitsKafkaMapping,
    broken: { consumer: { timeoutSeconds: 841 } },
    mended: { consumer: { timeoutSeconds: 840 } },
    setting: 'consumer.timeoutSeconds',
  },
  {
    rule: guards.batchSizeFitsMapping,
    broken: { consumer: { batchSize: 10_001 } },
    mended: { consumer: { batchSize: 10_000 } },
    setting: 'consumer.batchSize',
  },
  {
    rule: guards.batchWindowIsOneThatLambdaHas,
    broken: { consumer: { batchWindowMs: 1_500 } },
    mended: { consumer: { batchWindowMs: 1_000 } },
    setting: 'consumer.batchWindowMs',
  },
  {
    rule: guards.startsWhereNothingIsLost,
    broken: { consumer: { startingPosition: 'LATEST' } },
    mended: { consumer: { startingPosition: 'TRIM_HORIZON' } },
    setting: 'consumer.startingPosition',
  },
  {
    rule: guards.pollersAreARange,
    broken: { consumer: { pollersMin: 3, pollersMax: 2 } },
    mended: { consumer: { pollersMin: 2, pollersMax: 2 } },
    setting: 'consumer.pollersMin',
  },
  {
    rule: guards.onFailureNeedsProvisionedPollers,
    broken: { consumer: { onFailure: 's3' } },
    mended: { consumer: { onFailure: 's3', pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.onFailure',
  },
  {
    rule: guards.partialResponsesNeedProvisionedPollers,
    broken: { consumer: { reportBatchItemFailures: true } },
    mended: { consumer: { reportBatchItemFailures: true, pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.reportBatchItemFailures',
  },
  {
    rule: guards.retryControlsNeedProvisionedPollers,
    broken: { consumer: { maximumRetryAttempts: 3 } },
    mended: { consumer: { maximumRetryAttempts: 3, pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.maximumRetryAttempts',
  },
  {
    rule: guards.retryControlsNeedProvisionedPollers,
    broken: { consumer: { bisectBatchOnFunctionError: true } },
    mended: { consumer: { bisectBatchOnFunctionError: true, pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.bisectBatchOnFunctionError',
  },
  {
    rule: guards.recordAgeIsOneThatLambdaHas,
    broken: { consumer: { maximumRecordAgeSeconds: 59, pollersMin: 1, pollersMax: 1 } },
    mended: { consumer: { maximumRecordAgeSeconds: 60, pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.maximumRecordAgeSeconds',
  },
  {
    rule: guards.failedTopicNeedsProvisionedCluster,
    broken: {
      consumer: { onFailure: 'kafka', pollersMin: 1, pollersMax: 1 },
      stream: { type: 'serverless' },
    },
    mended: { consumer: { onFailure: 'kafka', pollersMin: 1, pollersMax: 1 } },
    setting: 'consumer.onFailure',
  },
  {
    rule: guards.timeoutFitsBatch,
    broken: { consumer: { timeoutSeconds: 14 } },
    mended: { consumer: { timeoutSeconds: 14, batchSize: 9_000 } },
    setting: 'consumer.timeoutSeconds',
  },
  {
    rule: guards.clusterHasTwoZones,
    broken: { network: { zoneCount: 1 } },
    mended: { network: { zoneCount: 2 } },
    setting: 'network.zoneCount',
  },
  {
    rule: guards.expressHasThreeZones,
    broken: { stream: { type: 'express' } },
    mended: { stream: { type: 'express' }, network: { zoneCount: 3 } },
    setting: 'network.zoneCount',
  },
  {
    rule: guards.namedZonesAreAsManyAsCounted,
    broken: { network: { zoneNames: ['eu-west-1a', 'eu-west-1a'] } },
    mended: { network: { zoneNames: ['eu-west-1a', 'eu-west-1b'] } },
    setting: 'network.zoneNames',
  },
  {
    rule: guards.endpointsFitZones,
    broken: { network: { endpointZoneCount: 3 } },
    mended: { network: { endpointZoneCount: 2 } },
    setting: 'network.endpointZoneCount',
  },
  {
    rule: guards.partitionsFitCluster,
    broken: { stream: { partitions: 301 } },
    mended: { stream: { partitions: 300 } },
    setting: 'stream.partitions',
  },
  {
    rule: guards.partitionsFitCluster,
    broken: { stream: { type: 'serverless', partitions: 2_401 } },
    mended: { stream: { type: 'serverless', partitions: 2_400 } },
    setting: 'stream.partitions',
  },
  {
    rule: guards.taskMemoryFitsCpu,
    broken: { producer: { taskCpu: 256, taskMemoryMib: 4_096 } },
    mended: { producer: { taskCpu: 512, taskMemoryMib: 4_096 } },
    setting: 'producer.taskMemoryMib',
  },
  {
    rule: guards.taskCountsAreARange,
    broken: { producer: { taskCountMin: 2 } },
    mended: { producer: { taskCountMin: 2, taskCountMax: 2 } },
    setting: 'producer.taskCountMin',
  },
  ...dashboardCases,
  {
    rule: collector.collectorFirewallHasAFront,
    broken: { producer: { collector: 'api', collectorFirewall: true } },
    mended: { producer: { collector: 'cloudfront', collectorFirewall: true } },
    setting: 'producer.collectorFirewall',
  },
  {
    rule: collector.collectorFirewallHasAFront,
    broken: { producer: { collectorFirewall: true } },
    mended: { producer: COLLECTORS.alb },
    setting: 'producer.collectorFirewall',
  },
  {
    rule: collector.balancerHasAName,
    broken: { producer: { collector: 'alb' } },
    mended: { producer: COLLECTORS.alb },
    setting: 'producer.collectorDomainName',
  },
  {
    rule: collector.collectorNameHasACertificate,
    broken: { producer: { ...COLLECTORS.alb, collectorCertificateArn: '' } },
    mended: { producer: COLLECTORS.alb },
    setting: 'producer.collectorCertificateArn',
  },
  {
    rule: collector.collectorNameHasACertificate,
    broken: { producer: { collector: 'cloudfront', collectorHostedZoneId: 'Z1' } },
    mended: { producer: { ...COLLECTORS.cloudfront, collectorHostedZoneId: 'Z1' } },
    setting: 'producer.collectorHostedZoneId',
  },
  {
    rule: collector.collectorNameHasACertificate,
    broken: { producer: { ...COLLECTORS.alb, collectorFirewall: false, collector: 'api' } },
    mended: { producer: { collector: 'api' } },
    setting: 'producer.collectorDomainName',
  },
  {
    rule: collector.cloudfrontCertificateIsInVirginia,
    broken: { producer: { ...COLLECTORS.alb, collector: 'cloudfront' } },
    mended: { producer: COLLECTORS.cloudfront },
    setting: 'producer.collectorCertificateArn',
  },
  {
    rule: collector.balancerHasPublicSubnets,
    broken: { network: { ...adoptedVpc, publicSubnetIds: [] }, producer: COLLECTORS.alb },
    mended: { network: adoptedVpc, producer: COLLECTORS.alb },
    setting: 'network.publicSubnetIds',
  },
  {
    rule: guards.sitesAreAListOrAny,
    broken: { deployment: { sites: ['shop', '*'] } },
    mended: { deployment: { sites: ['*'] } },
    setting: 'deployment.sites',
  },
  {
    rule: adoption.adoptedVpcIsWhollyNamed,
    broken: { network: { ...adoptedVpc, subnetIds: adoptedVpc.subnetIds.slice(1) } },
    mended: { network: adoptedVpc },
    setting: 'network.subnetIds',
  },
  {
    rule: adoption.adoptedVpcIsWhollyNamed,
    broken: { network: { ...adoptedVpc, zoneNames: [] } },
    mended: { network: adoptedVpc },
    setting: 'network.zoneNames',
  },
  {
    rule: adoption.adoptedVpcIsWhollyNamed,
    broken: { network: { ...adoptedVpc, routeTableIds: [] } },
    mended: { network: { ...adoptedVpc, routeTableIds: [], reachableServices: ['s3'] } },
    setting: 'network.routeTableIds',
  },
  {
    rule: adoption.partsOfAVpcNeedIt,
    broken: { network: { subnetIds: adoptedVpc.subnetIds } },
    mended: { network: adoptedVpc },
    setting: 'network.subnetIds',
  },
  {
    rule: adoption.natIsOfOurVpc,
    broken: { network: { ...adoptedVpc, natGateways: 1 } },
    mended: { network: { natGateways: 1 } },
    setting: 'network.natGateways',
  },
  {
    rule: adoption.adoptedClusterIsWhollyNamed,
    broken: { network: adoptedVpc, stream: { clusterArn: adoptedCluster.clusterArn } },
    mended: { network: adoptedVpc, stream: adoptedCluster },
    setting: 'stream.securityGroupId',
  },
  {
    rule: adoption.adoptedClusterIsWhollyNamed,
    broken: { stream: adoptedCluster },
    mended: { network: adoptedVpc, stream: adoptedCluster },
    setting: 'network.vpcId',
  },
  {
    rule: adoption.adoptedClusterIsWhollyNamed,
    broken: { stream: { securityGroupAdmitsItself: true } },
    mended: { network: adoptedVpc, stream: { ...adoptedCluster, securityGroupAdmitsItself: true } },
    setting: 'stream.securityGroupAdmitsItself',
  },
  {
    rule: adoption.adoptedCacheIsWhollyNamed,
    broken: { network: adoptedVpc, store: { ...adoptedCache, secretArn: '' } },
    mended: { network: adoptedVpc, store: adoptedCache },
    setting: 'store.secretArn',
  },
  {
    rule: adoption.adoptedCacheIsWhollyNamed,
    broken: { store: adoptedCache },
    mended: { network: adoptedVpc, store: adoptedCache },
    setting: 'network.vpcId',
  },
  {
    rule: adoption.adoptedCacheIsWhollyNamed,
    broken: { store: { cacheName: 'counts' } },
    mended: { network: adoptedVpc, store: adoptedCache },
    setting: 'store.cacheName',
  },
  {
    rule: adoption.serverlessCacheHasClusterClient,
    broken: { network: adoptedVpc, store: { ...adoptedCache, url: 'rediss://counts:6379' } },
    mended: { network: adoptedVpc, store: { ...adoptedCache, url: 'rediss://counts:6379', type: 'nodes' } },
    setting: 'store.url',
  },
];

/** As readConfiguration makes it, but unchecked. */
function unchecked(differences: object): Configuration {
  const sections = Object.entries(PRESETS.dev).map(([name, section]) => [
    name,
    { ...section, ...Object(differences)[name] },
  ]);
  return Object.fromEntries(sections) as Configuration;
}

test.each(cases)('$rule.name refuses $broken, and is content with $mended', (row) => {
  expect(() => row.rule(unchecked(row.broken))).toThrow(ConfigurationError);
  expect(() => row.rule(unchecked(row.broken))).toThrow(`clickstream.${row.setting}: `);
  expect(() => readConfiguration({ clickstream: row.broken })).toThrow(ConfigurationError);
  expect(() => readConfiguration({ clickstream: row.mended })).not.toThrow();
});

test('every rule is called, and has a case here', () => {
  const { GUARDS, checkCombinations: _, ...own } = guards;
  const { ADOPTION_GUARDS: __, ...ofAdoption } = adoption;
  const { COLLECTOR_GUARDS: ___, ...ofCollector } = collector;
  const rules = { ...own, ...ofAdoption, ...ofCollector };

  expect(new Set(GUARDS)).toEqual(new Set(Object.values(rules)));
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(Object.values(rules)));
});

test('both presets pass every rule', () => {
  for (const preset of ['dev', 'prod']) expect(() => readConfiguration({ preset })).not.toThrow();
});
