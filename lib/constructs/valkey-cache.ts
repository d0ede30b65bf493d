/** An ElastiCache for Valkey, serverless or on nodes. Both: TLS, users of one group, encrypted, private. */
import { CfnDeletionPolicy, type CfnResource } from 'aws-cdk-lib';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnServerlessCache,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings } from './accepted-findings';
import { CACHE_PORT } from './security-groups';

export interface ValkeyCacheProps {
  readonly configuration: Configuration;
  readonly network: Network;
  readonly userGroupId: string;
}

export class ValkeyCache extends Construct {
  /** For REDIS_URL. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ValkeyCacheProps) {
    super(scope, id);
    this.url =
      props.configuration.store.type === 'serverless'
        ? this.createServerless(props)
        : this.createNodes(props);
  }

  /** Always a cluster, always with TLS, always volatile-lru: nothing that counts may have a TTL, and none has. */
  private createServerless({ configuration, network, userGroupId }: ValkeyCacheProps): string {
    const { store, deployment } = configuration;
    const cache = new CfnServerlessCache(this, 'Serverless', {
      serverlessCacheName: deployment.name,
      engine: 'valkey',
      majorEngineVersion: '8',
      userGroupId,
      subnetIds: network.subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [network.groups.cache.securityGroupId],
      cacheUsageLimits: {
        dataStorage: { maximum: store.serverlessGbMax, unit: 'GB' },
        ecpuPerSecond: { maximum: store.serverlessEcpuPerSecondMax },
      },
      ...(store.snapshotDays > 0 ? { snapshotRetentionLimit: store.snapshotDays } : {}),
    });
    keepWhenReplaced(cache);
    return `rediss+cluster://${cache.attrEndpointAddress}:${CACHE_PORT}`;
  }

  private createNodes({ configuration, network, userGroupId }: ValkeyCacheProps): string {
    const { store, deployment } = configuration;
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      cacheSubnetGroupName: deployment.name,
      description: `Private subnets of ${deployment.name}`,
      subnetIds: network.subnets.map(({ subnetId }) => subnetId),
    });
    const parameters = new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: `Parameters of ${deployment.name}`,
      // A full store refuses writes, and the consumer waits. With any other policy counts would vanish one by one.
      properties: { 'maxmemory-policy': 'noeviction' },
    });
    const replicated = store.nodeCount > 1;
    const cache = new CfnReplicationGroup(this, 'Nodes', {
      replicationGroupId: deployment.name,
      replicationGroupDescription: `Counts of ${deployment.name}`,
      engine: 'valkey',
      engineVersion: '8.0',
      cacheNodeType: store.nodeType,
      numCacheClusters: store.nodeCount,
      automaticFailoverEnabled: replicated,
      multiAzEnabled: replicated,
      cacheParameterGroupName: parameters.ref,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [network.groups.cache.securityGroupId],
      port: CACHE_PORT,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      userGroupIds: [userGroupId],
      snapshotRetentionLimit: store.snapshotDays,
    });
    keepWhenReplaced(cache);
    acceptFindings(cache, {
      'AwsSolutions-AEC6': 'its users are of a group of RBAC, which a token excludes',
    });
    return `rediss://${cache.attrPrimaryEndPointAddress}:${CACHE_PORT}`;
  }
}

/** A change that replaces the cache must not take the counts with it. */
function keepWhenReplaced(cache: CfnResource): void {
  cache.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  cache.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
}
