/**
 * The topic of events, with every setting that counting depends on. MSK makes it itself where it can (provisioned
 * clusters); on a serverless cluster only a Kafka client can, so a function in the VPC does.
 */
import { CustomResource } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { type HandlerCode, HandlerFunction } from './handler-function';
import { administeringStatements } from './kafka-access';
import type { KafkaCluster } from './kafka-cluster';

/** The same as the pipeline's own when it makes a topic; test/lib/event-topic.test.ts holds the two together. */
export const TOPIC_SETTINGS: Readonly<Record<string, string>> = {
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
  'retention.ms': String(7 * 24 * 60 * 60 * 1000),
};

export interface EventTopicProps {
  readonly configuration: Configuration;
  readonly network: Network;
  readonly code: HandlerCode;
  readonly cluster: KafkaCluster;
  readonly brokers: string;
}

export class EventTopic extends Construct {
  constructor(scope: Construct, id: string, props: EventTopicProps) {
    super(scope, id);
    if (props.configuration.stream.type === 'serverless') this.createByClient(props);
    else this.createByService(props);
  }

  private createByService({ configuration, cluster }: EventTopicProps): void {
    new CfnTopic(this, 'Topic', {
      clusterArn: cluster.clusterArn,
      topicName: configuration.stream.topic,
      partitionCount: configuration.stream.partitions,
      replicationFactor: Math.min(3, cluster.brokerCount),
      configs: Buffer.from(JSON.stringify(TOPIC_SETTINGS)).toString('base64'),
    });
  }

  private createByClient({ configuration, network, code, cluster, brokers }: EventTopicProps): void {
    const { topic, partitions } = configuration.stream;
    const { function: onEvent, logGroup } = new HandlerFunction(this, 'Handler', {
      deployment: configuration.deployment,
      code,
      handler: 'topic-admin',
      description: 'Creates the topic of events and lets it grow',
      environment: {
        [SETTING.KAFKA_BROKERS]: brokers,
        [SETTING.KAFKA_AUTH]: 'iam',
        [SETTING.TOPIC]: topic,
        [SETTING.TOPIC_PARTITIONS]: String(partitions),
      },
      memoryMib: 256,
      timeoutSeconds: 120,
      inside: { network, securityGroup: network.groups.topicAdmin },
    });
    for (const statement of administeringStatements({ clusterArn: cluster.clusterArn, topic })) {
      onEvent.addToRolePolicy(statement);
    }
    const provider = new Provider(this, 'Provider', { onEventHandler: onEvent, logGroup });
    const made = new CustomResource(this, 'Topic', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::EventTopic',
      properties: { topic, partitions },
    });
    // The function must be able to sign in before it is first called.
    made.node.addDependency(onEvent);
  }
}
