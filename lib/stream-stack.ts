/** Kafka: the cluster, made or adopted, its addresses, and the topic of events. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { BootstrapBrokers } from './constructs/bootstrap-brokers';
import { EventTopic } from './constructs/event-topic';
import type { HandlerCode } from './constructs/handler-function';
import { adoptCluster, type EventCluster, KafkaCluster } from './constructs/kafka-cluster';
import type { Network } from './network-stack';

export interface StreamStackProps extends StackProps {
  readonly network: Network;
  readonly code: HandlerCode;
}

export class StreamStack extends Stack {
  readonly cluster: EventCluster;
  /** What a client needs to reach the topic, as environment variables. */
  readonly clientEnvironment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StreamStackProps) {
    super(scope, id, props);
    const { network, code } = props;
    const { deployment, stream } = configuration;
    this.cluster =
      stream.clusterArn === ''
        ? new KafkaCluster(this, 'Kafka', { configuration, network })
        : adoptCluster(configuration);
    const brokers = new BootstrapBrokers(this, 'Brokers', {
      deployment,
      code,
      clusterArn: this.cluster.clusterArn,
      brokerCount: this.cluster.brokerCount,
    }).addresses;
    const { cluster } = this;
    const { differences } = new EventTopic(this, 'Events', {
      configuration,
      network,
      code,
      cluster,
      brokers,
    });
    this.clientEnvironment = {
      [SETTING.KAFKA_BROKERS]: brokers,
      [SETTING.KAFKA_AUTH]: 'iam',
      [SETTING.TOPIC]: stream.topic,
      [SETTING.TOPIC_PARTITIONS]: String(stream.partitions),
    };
    if (differences !== undefined) {
      new CfnOutput(this, 'TopicDifferences', {
        value: differences,
        description: 'none, or for you to decide',
      });
    }
    new CfnOutput(this, 'BrokerAddresses', { value: brokers, description: SETTING.KAFKA_BROKERS });
  }
}
