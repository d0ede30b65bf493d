/**
 * What has to be named, and what not, where a VPC, a cluster or a cache is adopted. Half of it would make a template that deploys
 * into nowhere. Rules of the same kind as in guards.ts.
 */
import type { Configuration } from './config';
import { refuse } from './setting-checks';

type AdoptionGuard = (configuration: Configuration) => void;

/** Names of settings that are not at their "nothing named". */
function named(section: object, keys: readonly string[]): readonly string[] {
  const values = section as Readonly<Record<string, unknown>>;
  return keys.filter((key) => {
    const value = values[key];
    return Array.isArray(value) ? value.length > 0 : value !== '' && value !== false;
  });
}

export const adoptedVpcIsWhollyNamed: AdoptionGuard = ({ network }) => {
  const { vpcId, subnetIds, zoneNames, zoneCount, routeTableIds, reachableServices } = network;
  if (vpcId === '') return;
  if (subnetIds.length !== zoneCount || new Set(subnetIds).size !== zoneCount) {
    refuse(
      'clickstream.network.subnetIds',
      subnetIds,
      `${zoneCount} different subnets (zoneCount) with vpcId`,
    );
  }
  if (zoneNames.length !== zoneCount) {
    refuse('clickstream.network.zoneNames', zoneNames, `the ${zoneCount} zones of subnetIds with vpcId`);
  }
  if (routeTableIds.length === 0 && !reachableServices.includes('s3')) {
    refuse(
      'clickstream.network.routeTableIds',
      routeTableIds,
      'those of subnetIds, or s3 in reachableServices',
    );
  }
};

/** In a VPC of ours they would name what belongs to another. */
export const partsOfAVpcNeedIt: AdoptionGuard = ({ network }) => {
  if (network.vpcId !== '') return;
  const parts = [
    'subnetIds',
    'publicSubnetIds',
    'routeTableIds',
    'reachableServices',
    'endpointSecurityGroupId',
  ] as const;
  for (const key of named(network, parts)) {
    refuse(`clickstream.network.${key}`, network[key as (typeof parts)[number]], 'empty without vpcId');
  }
};

/** How an adopted VPC reaches the internet is its owner's: reachableServices says what it reaches. */
export const natIsOfOurVpc: AdoptionGuard = ({ network }) => {
  if (network.vpcId === '' || network.natGateways === 0) return;
  refuse('clickstream.network.natGateways', network.natGateways, '0 with vpcId; see reachableServices');
};

/** Pollers on demand live in the cluster's subnets, producers and functions in ours: one VPC, or nothing is reached. */
export const adoptedClusterIsWhollyNamed: AdoptionGuard = ({ network, stream }) => {
  if (stream.clusterArn === '') {
    for (const key of named(stream, ['securityGroupId', 'securityGroupAdmitsItself'])) {
      refuse(`clickstream.stream.${key}`, stream[key as 'securityGroupId'], 'unset without clusterArn');
    }
    return;
  }
  if (stream.securityGroupId === '') {
    refuse('clickstream.stream.securityGroupId', '', "the cluster's security group with clusterArn");
  }
  if (network.vpcId === '')
    refuse('clickstream.network.vpcId', '', "the cluster's VPC with stream.clusterArn");
};

export const adoptedCacheIsWhollyNamed: AdoptionGuard = ({ network, store }) => {
  const parts = ['secretArn', 'securityGroupId', 'cacheName'] as const;
  if (store.url === '') {
    for (const key of named(store, parts)) {
      refuse(`clickstream.store.${key}`, store[key as (typeof parts)[number]], 'empty without url');
    }
    return;
  }
  for (const key of parts) {
    if (store[key] === '') refuse(`clickstream.store.${key}`, '', "the cache's, with store.url");
  }
  if (network.vpcId === '') refuse('clickstream.network.vpcId', '', "the cache's VPC with store.url");
};

/** A serverless cache moves keys between its nodes: a plain client would be answered MOVED, and count nothing. */
export const serverlessCacheHasClusterClient: AdoptionGuard = ({ store }) => {
  if (store.url === '' || store.type !== 'serverless' || store.url.startsWith('rediss+cluster://')) return;
  refuse('clickstream.store.url', store.url, 'rediss+cluster://HOST:PORT while store.type is serverless');
};

export const ADOPTION_GUARDS: readonly AdoptionGuard[] = [
  adoptedVpcIsWhollyNamed,
  partsOfAVpcNeedIt,
  natIsOfOurVpc,
  adoptedClusterIsWhollyNamed,
  adoptedCacheIsWhollyNamed,
  serverlessCacheHasClusterClient,
];
