/**
 * The topic of events, with every setting that counting depends on. MSK makes it itself on a provisioned cluster that we make. On a
 * serverless one only a Kafka client can; and on one that is adopted the topic may be there, which MSK's own resource
 * would refuse at first and delete at last. There a function in the VPC makes it, lets it grow, and says what differs.
 */
import { CfnDeletionPolicy, CustomResource } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptProvider } from './accepted-findings';
import { type HandlerCode, HandlerFunction } from './handler-function';
import { administeringStatements } from './kafka-access';
import type { EventCluster } from './kafka-cluster';

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
  readonly cluster: EventCluster;
  readonly brokers: string;
}

export class EventTopic extends Construct {
  /** How a topic that was there differs from what counting needs, as text; undefined where MSK makes the topic itself. */
  readonly differences: string | undefined;

  constructor(scope: Construct, id: string, props: EventTopicProps) {
    super(scope, id);
    const { type, clusterArn } = props.configuration.stream;
    if (type === 'serverless' || clusterArn !== '') this.differences = this.createByClient(props);
    else this.createByService(props);
  }

  private createByService({ configuration, cluster }: EventTopicProps): void {
    const topic = new CfnTopic(this, 'Topic', {
      clusterArn: cluster.clusterArn,
      topicName: configuration.stream.topic,
      partitionCount: configuration.stream.partitions,
      replicationFactor: Math.min(3, cluster.brokerCount),
      configs: Buffer.from(JSON.stringify(TOPIC_SETTINGS)).toString('base64'),
    });
    // Another name is another topic; the log that was counted stays.
    topic.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    topic.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  }

  private createByClient({ configuration, network, code, cluster, brokers }: EventTopicProps): string {
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
    acceptProvider(provider, onEvent);
    const made = new CustomResource(this, 'Topic', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::EventTopic',
      properties: { topic, partitions },
    });
    // The function must be able to sign in before it is first called.
    made.node.addDependency(onEvent);
    return made.getAttString('differences');
  }
}
