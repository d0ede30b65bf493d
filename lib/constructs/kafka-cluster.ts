/** An MSK cluster of any of the three kinds. All of them: TLS, IAM and nothing else, private. */
import { CfnDeletionPolicy, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnConfiguration, CfnServerlessCluster } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings } from './accepted-findings';

/** What others need to know of a cluster, whoever made it. */
export interface EventCluster {
  readonly clusterArn: string;
  readonly clusterName: string;
  /** 0: serverless has none that one could count. */
  readonly brokerCount: number;
}

export interface KafkaClusterProps {
  readonly configuration: Configuration;
  readonly network: Network;
}

/**
 * Brokers of a standard cluster otherwise let a replica lead that lacks records (MSK's default), and records that were
 * acknowledged would be gone. Topics are made by us, with settings that counting depends on.
 */
const BROKER_PROPERTIES = ['auto.create.topics.enable=false', 'unclean.leader.election.enable=false'];

function countBrokers({ network, stream }: Configuration): number {
  return stream.type === 'serverless' ? 0 : network.zoneCount * stream.brokersPerZone;
}

/** Of a cluster that is there: `arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID` holds all that is not in the configuration. */
export function adoptCluster(configuration: Configuration): EventCluster {
  const { clusterArn } = configuration.stream;
  const [, clusterName = ''] = clusterArn.split('/');
  return { clusterArn, clusterName, brokerCount: countBrokers(configuration) };
}

export class KafkaCluster extends Construct implements EventCluster {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly brokerCount: number;

  constructor(scope: Construct, id: string, { configuration, network }: KafkaClusterProps) {
    super(scope, id);
    const { stream, deployment } = configuration;
    this.clusterName = deployment.name;
    this.brokerCount = countBrokers(configuration);
    const cluster =
      stream.type === 'serverless'
        ? this.createServerless(network)
        : this.createProvisioned(configuration, network);
    if (stream.type === 'express')
      acceptFindings(cluster, { 'AwsSolutions-MSK6': 'Express takes no settings of broker logs' });
    // A change that replaces the cluster must not take the log with it.
    cluster.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    cluster.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
    this.clusterArn = cluster.ref;
  }

  private createServerless(network: Network): CfnServerlessCluster {
    return new CfnServerlessCluster(this, 'Serverless', {
      clusterName: this.clusterName,
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [
        {
          subnetIds: network.subnets.map(({ subnetId }) => subnetId),
          securityGroups: [network.groups.brokers.securityGroupId],
        },
      ],
    });
  }

  private createProvisioned(configuration: Configuration, network: Network): CfnCluster {
    const { stream } = configuration;
    const express = stream.type === 'express';
    return new CfnCluster(this, 'Cluster', {
      clusterName: this.clusterName,
      kafkaVersion: express ? stream.expressKafkaVersion : stream.standardKafkaVersion,
      numberOfBrokerNodes: this.brokerCount,
      brokerNodeGroupInfo: {
        instanceType: express ? stream.expressBrokerType : stream.standardBrokerType,
        clientSubnets: network.subnets.map(({ subnetId }) => subnetId),
        securityGroups: [network.groups.brokers.securityGroupId],
        ...(express ? {} : { storageInfo: { ebsStorageInfo: { volumeSize: stream.storageGibPerBroker } } }),
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      enhancedMonitoring: stream.metrics,
      // Express manages its own properties, disks and logs, and refuses ours.
      ...(express ? {} : this.standardOnly(configuration)),
    });
  }

  private standardOnly({ deployment }: Configuration) {
    // Without the versions that it is for: a list of them could not change without the name, and Kafka not without both.
    const properties = new CfnConfiguration(this, 'Properties', {
      name: deployment.name,
      serverProperties: `${BROKER_PROPERTIES.join('\n')}\n`,
      description: `Broker properties of ${deployment.name}`,
    });
    const log = new LogGroup(this, 'BrokerLog', {
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      configurationInfo: { arn: properties.attrArn, revision: properties.attrLatestRevisionRevision },
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: log.logGroupName } } },
    };
  }
}
