/**
 * Combinations that compile and synthesize, but that a deploy would reject or that would lose data. One exported guard a
 * rule: its name is the rule, it throws the one line that a person reads. test/lib/guards.test.ts breaks and mends each.
 */
import { isIPv4 } from 'node:net';
import { ADOPTION_GUARDS } from './adoption-guards';
import { COLLECTOR_GUARDS } from './collector-guards';
import type { Configuration } from './config';
import { refuse } from './setting-checks';

export type Guard = (configuration: Configuration) => void;

/** Lambda's limit for functions behind a Kafka mapping is 14 minutes, not 15 (Lambda guide, with-msk-configure). */
export const timeoutFitsKafkaMapping: Guard = ({ consumer }) => {
  const secondsMax = 14 * 60;
  if (consumer.timeoutSeconds <= secondsMax) return;
  refuse('clickstream.consumer.timeoutSeconds', consumer.timeoutSeconds, `at most ${secondsMax}`);
};

/** Lambda guide, msk-esm-parameters. */
export const batchSizeFitsMapping: Guard = ({ consumer }) => {
  if (consumer.batchSize <= 10_000) return;
  refuse('clickstream.consumer.batchSize', consumer.batchSize, 'at most 10000 records');
};

/** 500 ms is Lambda's own default; anything else is set in whole seconds, and 500 ms cannot be returned to. */
export const batchWindowIsOneThatLambdaHas: Guard = ({ consumer }) => {
  const { batchWindowMs } = consumer;
  if (batchWindowMs === 500 || batchWindowMs % 1000 === 0) return;
  refuse('clickstream.consumer.batchWindowMs', batchWindowMs, '500, or whole seconds in milliseconds');
};

/** While a mapping is made or changed, LATEST skips what arrives: up to 90 seconds of events would never be counted. */
export const startsWhereNothingIsLost: Guard = ({ consumer }) => {
  if (consumer.startingPosition !== 'LATEST') return;
  refuse('clickstream.consumer.startingPosition', 'LATEST', 'TRIM_HORIZON (LATEST loses events)');
};

export const pollersAreARange: Guard = ({ consumer }) => {
  const { pollersMin, pollersMax } = consumer;
  if (pollersMin === 0 && pollersMax === 0) return;
  if (pollersMin >= 1 && pollersMin <= pollersMax) return;
  refuse(
    'clickstream.consumer.pollersMin',
    pollersMin,
    `1 to pollersMax (${pollersMax}), or 0 with pollersMax 0 (on demand)`,
  );
};

/** On demand, Lambda tries a failing batch until it succeeds or expires: the destination would get it when it is too late. */
export const onFailureNeedsProvisionedPollers: Guard = ({ consumer }) => {
  if (consumer.onFailure === 'none' || consumer.pollersMax > 0) return;
  refuse('clickstream.consumer.onFailure', consumer.onFailure, 'none while pollersMax is 0 (on demand)');
};

/**
 * On demand, Lambda reads no answer: a report of failures would be taken for a success, and its records would not come again
 * (Lambda guide, kafka-retry-configurations).
 */
export const partialResponsesNeedProvisionedPollers: Guard = ({ consumer }) => {
  if (!consumer.reportBatchItemFailures || consumer.pollersMax > 0) return;
  refuse('clickstream.consumer.reportBatchItemFailures', true, 'false while pollersMax is 0 (on demand)');
};

/** Lambda knows these beside provisioned pollers alone (Lambda guide, kafka-retry-configurations). */
export const retryControlsNeedProvisionedPollers: Guard = ({ consumer }) => {
  if (consumer.pollersMax > 0) return;
  const wanted = { maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1, bisectBatchOnFunctionError: false };
  for (const [name, without] of Object.entries(wanted)) {
    const value = consumer[name as keyof typeof wanted];
    if (value === without) continue;
    refuse(`clickstream.consumer.${name}`, value, `${without} while pollersMax is 0 (on demand)`);
  }
};

/** Lambda takes -1 or 60 and more (Lambda guide, kafka-retry-configurations). */
export const recordAgeIsOneThatLambdaHas: Guard = ({ consumer }) => {
  const { maximumRecordAgeSeconds: seconds } = consumer;
  if (seconds === -1 || seconds >= 60) return;
  refuse('clickstream.consumer.maximumRecordAgeSeconds', seconds, '-1, or 60 to 604800');
};

/** MSK makes topics on provisioned clusters alone, and Lambda wants the destination to be there. */
export const failedTopicNeedsProvisionedCluster: Guard = ({ consumer, stream }) => {
  if (consumer.onFailure !== 'kafka' || stream.type !== 'serverless') return;
  refuse('clickstream.consumer.onFailure', 'kafka', 'none | s3 while stream.type is serverless');
};

/** A function with the least memory counts well over a thousand records a second; one that is cut off counts its batch again and again. */
export const timeoutFitsBatch: Guard = ({ consumer }) => {
  const secondsMin = 5 + Math.ceil(consumer.batchSize / 1_000);
  if (consumer.timeoutSeconds >= secondsMin) return;
  refuse(
    'clickstream.consumer.timeoutSeconds',
    consumer.timeoutSeconds,
    `at least ${secondsMin} with batchSize ${consumer.batchSize}`,
  );
};

/** MSK takes two zones at least, a serverless cache two subnets in different zones. */
export const clusterHasTwoZones: Guard = ({ network }) => {
  if (network.zoneCount >= 2) return;
  refuse('clickstream.network.zoneCount', network.zoneCount, '2 or 3');
};

/** Express keeps three copies, one in each of three zones; fewer are refused when the cluster is made. */
export const expressHasThreeZones: Guard = ({ network, stream }) => {
  if (stream.type !== 'express' || network.zoneCount === 3) return;
  refuse('clickstream.network.zoneCount', network.zoneCount, '3 while stream.type is express');
};

export const namedZonesAreAsManyAsCounted: Guard = ({ network }) => {
  const { zoneNames, zoneCount } = network;
  if (zoneNames.length === 0) return;
  if (zoneNames.length === zoneCount && new Set(zoneNames).size === zoneCount) return;
  refuse('clickstream.network.zoneNames', zoneNames, `empty, or ${zoneCount} different zones (zoneCount)`);
};

export const endpointsFitZones: Guard = ({ network }) => {
  if (network.endpointZoneCount <= network.zoneCount) return;
  refuse(
    'clickstream.network.endpointZoneCount',
    network.endpointZoneCount,
    `at most zoneCount (${network.zoneCount})`,
  );
};

/** MSK refuses partitions above its quota for the broker type; replicas count (MSK guide, limits and broker sizes). */
export const partitionsFitCluster: Guard = ({ network, stream }) => {
  const { type, partitions, clusterArn } = stream;
  const brokers = network.zoneCount * stream.brokersPerZone;
  if (type === 'serverless' && partitions > 2_400) {
    refuse('clickstream.stream.partitions', partitions, 'at most 2400 on MSK Serverless');
  }
  // Of an adopted cluster its owner knows what else it holds.
  if (clusterArn !== '' || type !== 'standard' || !stream.standardBrokerType.startsWith('kafka.t3.')) return;
  const partitionsMax = Math.floor((brokers * 300) / Math.min(3, brokers));
  if (partitions <= partitionsMax) return;
  refuse(
    'clickstream.stream.partitions',
    partitions,
    `at most ${partitionsMax} on ${brokers} ${stream.standardBrokerType}`,
  );
};

/** MiB that Fargate pairs with each CPU size: least, most, step. 256 takes 512, 1024 and 2048 only. */
const fargateMemory: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1024, 4096),
  1024: range(2048, 8192),
  2048: range(4096, 16_384),
  4096: range(8192, 30_720),
};

function range(min: number, max: number): readonly number[] {
  return Array.from({ length: (max - min) / 1024 + 1 }, (_, step) => min + step * 1024);
}

export const taskMemoryFitsCpu: Guard = ({ producer }) => {
  const sizes = fargateMemory[producer.taskCpu] ?? [];
  if (sizes.includes(producer.taskMemoryMib)) return;
  refuse(
    'clickstream.producer.taskMemoryMib',
    producer.taskMemoryMib,
    `${sizes.join(' | ')} with taskCpu ${producer.taskCpu}`,
  );
};

export const taskCountsAreARange: Guard = ({ producer }) => {
  if (producer.taskCountMin <= producer.taskCountMax) return;
  refuse(
    'clickstream.producer.taskCountMin',
    producer.taskCountMin,
    `at most taskCountMax (${producer.taskCountMax})`,
  );
};

/** A range that holds the whole internet, or most of it, is a mistake: without a login the page has no other lock. */
export const dashboardIsNotPublic: Guard = ({ dashboard }) => {
  if (dashboard.login !== 'none') return;
  if (dashboard.allowedCidrs.length === 0) {
    refuse('clickstream.dashboard.allowedCidrs', [], 'at least one range while dashboard.login is none');
  }
  for (const cidr of dashboard.allowedCidrs) {
    const [address = '', bits = ''] = cidr.split('/');
    const bitsMin = isIPv4(address) ? 8 : 16;
    if (Number(bits) < bitsMin) {
      refuse('clickstream.dashboard.allowedCidrs', cidr, `ranges of /${bitsMin} or narrower`);
    }
  }
};

export const namedIssuerIsComplete: Guard = ({ dashboard }) => {
  if (dashboard.login !== 'oidc') return;
  for (const name of ['oidcIssuer', 'oidcClientId'] as const) {
    if (dashboard[name] === '') refuse(`clickstream.dashboard.${name}`, '', 'a value while login is oidc');
  }
  if (!dashboard.oidcScopes.includes('openid')) {
    refuse('clickstream.dashboard.oidcScopes', dashboard.oidcScopes, 'openid among them');
  }
  if ((dashboard.oidcClaim === '') !== (dashboard.oidcClaimValues.length === 0)) {
    refuse('clickstream.dashboard.oidcClaim', dashboard.oidcClaim, 'set together with oidcClaimValues');
  }
};

/** Issuers at which anybody in the world can make an account. */
const openIssuers = [
  'accounts.google.com',
  'appleid.apple.com',
  'login.microsoftonline.com/common',
  'login.microsoftonline.com/consumers',
  'login.microsoftonline.com/organizations',
  'www.facebook.com',
  'token.actions.githubusercontent.com',
];

/** A token of theirs says who somebody is, and not that they may look: only a claim does. */
export const openIssuerNeedsAClaim: Guard = ({ dashboard }) => {
  if (dashboard.login !== 'oidc' || dashboard.oidcClaim !== '') return;
  const issuer = dashboard.oidcIssuer.replace('https://', '');
  if (!openIssuers.some((open) => issuer === open || issuer.startsWith(`${open}/`))) return;
  refuse('clickstream.dashboard.oidcClaim', '', `a claim: everybody can sign in at ${issuer}`);
};

export const domainHasACertificate: Guard = ({ dashboard }) => {
  const { domainName, certificateArn, hostedZoneId } = dashboard;
  if ((domainName === '') !== (certificateArn === '')) {
    refuse('clickstream.dashboard.certificateArn', certificateArn, 'set together with domainName');
  }
  if (domainName === '' && hostedZoneId !== '') {
    refuse('clickstream.dashboard.hostedZoneId', hostedZoneId, 'empty without domainName');
  }
};

/** Cognito takes no prefix of its domain that holds one of these. */
export const nameFitsLoginDomain: Guard = ({ deployment, dashboard }) => {
  if (dashboard.login !== 'cognito' || !/aws|amazon|cognito/.test(deployment.name)) return;
  refuse(
    'clickstream.deployment.name',
    deployment.name,
    'no aws, amazon or cognito in it while dashboard.login is cognito',
  );
};

/** `*` beside names would be taken for a site of that name. */
export const sitesAreAListOrAny: Guard = ({ deployment }) => {
  if (!deployment.sites.includes('*') || deployment.sites.length === 1) return;
  refuse('clickstream.deployment.sites', deployment.sites, 'names, or ["*"] alone');
};

export const GUARDS: readonly Guard[] = [
  timeoutFitsKafkaMapping,
  batchSizeFitsMapping,
  batchWindowIsOneThatLambdaHas,
  startsWhereNothingIsLost,
  pollersAreARange,
  onFailureNeedsProvisionedPollers,
  partialResponsesNeedProvisionedPollers,
  retryControlsNeedProvisionedPollers,
  recordAgeIsOneThatLambdaHas,
  failedTopicNeedsProvisionedCluster,
  timeoutFitsBatch,
  clusterHasTwoZones,
  expressHasThreeZones,
  namedZonesAreAsManyAsCounted,
  endpointsFitZones,
  partitionsFitCluster,
  taskMemoryFitsCpu,
  taskCountsAreARange,
  dashboardIsNotPublic,
  namedIssuerIsComplete,
  openIssuerNeedsAClaim,
  domainHasACertificate,
  nameFitsLoginDomain,
  sitesAreAListOrAny,
  ...COLLECTOR_GUARDS,
  ...ADOPTION_GUARDS,
];

/** All of them, in the order above. Throws ConfigurationError for the first that fails. */
export function checkCombinations(configuration: Configuration): void {
  for (const guard of GUARDS) guard(configuration);
}
