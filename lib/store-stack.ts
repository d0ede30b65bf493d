/** ElastiCache for Valkey, serverless or on nodes. Both: TLS, one user with a password, encrypted, private. */
import { CfnDeletionPolicy, CfnOutput, type CfnResource, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnServerlessCache,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { CacheUser } from './constructs/cache-user';
import { CACHE_PORTS, type Network } from './network-stack';

export interface StoreStackProps extends StackProps {
  readonly network: Network;
}

export class StoreStack extends Stack {
  readonly secret: ISecret;
  /** Name that metrics have as dimension: of the serverless cache, or of the replication group. */
  readonly cacheName: string;
  /** What a client needs, as environment variables. It also has to be allowed to read the secret. */
  readonly clientEnvironment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StoreStackProps) {
    super(scope, id, props);
    this.cacheName = configuration.deployment.name;
    const user = new CacheUser(this, 'User', configuration.deployment);
    this.secret = user.secret;
    const url =
      configuration.store.type === 'serverless'
        ? this.createServerless(configuration, props.network, user.groupId)
        : this.createNodes(configuration, props.network, user.groupId);
    this.clientEnvironment = {
      [SETTING.REDIS_URL]: url,
      [SETTING.REDIS_SECRET_ARN]: user.secret.secretArn,
    };
    new CfnOutput(this, 'CacheAddress', { value: url, description: SETTING.REDIS_URL });
  }

  /** Always a cluster, always with TLS, always volatile-lru: nothing that counts may have a TTL, and none has. */
  private createServerless({ store }: Configuration, network: Network, userGroupId: string): string {
    const cache = new CfnServerlessCache(this, 'Serverless', {
      serverlessCacheName: this.cacheName,
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
    return `rediss+cluster://${cache.attrEndpointAddress}:${CACHE_PORTS.first}`;
  }

  private createNodes({ store, deployment }: Configuration, network: Network, userGroupId: string): string {
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
      replicationGroupId: this.cacheName,
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
      port: CACHE_PORTS.first,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      userGroupIds: [userGroupId],
      snapshotRetentionLimit: store.snapshotDays,
    });
    keepWhenReplaced(cache);
    return `rediss://${cache.attrPrimaryEndPointAddress}:${CACHE_PORTS.first}`;
  }
}

/** A change that replaces the cache must not take the counts with it. */
function keepWhenReplaced(cache: CfnResource): void {
  cache.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  cache.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
}
