/**
 * What MSK's IAM authorisation asks for, scoped to one cluster, topic and group. CDK's own Kafka constructs grant none of
 * it. Actions: MSK guide, "Actions and resources for IAM access control"; the mapping's: Lambda guide, with-msk-permissions.
 */
import { Fn } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

export interface TopicOfCluster {
  readonly clusterArn: string;
  readonly topic: string;
}

/** `arn:...:cluster/name/uuid` -> `arn:...:<kind>/name/uuid/<name>`. */
function resourceArn(clusterArn: string, kind: 'topic' | 'group', name: string): string {
  const parts = Fn.split(':cluster/', clusterArn);
  return Fn.join('', [Fn.select(0, parts), `:${kind}/`, Fn.select(1, parts), '/', name]);
}

function allow(actions: readonly string[], resource: string): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [resource] });
}

/** Write to the topic, idempotently, and read what it is made of. */
export function producingStatements({ clusterArn, topic }: TopicOfCluster): PolicyStatement[] {
  return [
    allow(['kafka-cluster:Connect', 'kafka-cluster:WriteDataIdempotently'], clusterArn),
    allow(
      [
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:DescribeTopicDynamicConfiguration',
        'kafka-cluster:WriteData',
      ],
      resourceArn(clusterArn, 'topic', topic),
    ),
  ];
}

/** The days' salts of the collector, in a topic that it makes itself: created, written and read, and no other. */
export function saltStatements({ clusterArn, topic }: TopicOfCluster): PolicyStatement[] {
  return [
    allow(
      [
        'kafka-cluster:CreateTopic',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:DescribeTopicDynamicConfiguration',
        'kafka-cluster:ReadData',
        'kafka-cluster:WriteData',
      ],
      resourceArn(clusterArn, 'topic', topic),
    ),
  ];
}

/** Create the topic, let it grow, and read what it is made of. Not: delete it, read or write its records. */
export function administeringStatements({ clusterArn, topic }: TopicOfCluster): PolicyStatement[] {
  return [
    allow(['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'], clusterArn),
    allow(
      [
        'kafka-cluster:AlterTopic',
        'kafka-cluster:CreateTopic',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:DescribeTopicDynamicConfiguration',
      ],
      resourceArn(clusterArn, 'topic', topic),
    ),
  ];
}

/** Read the topic's records and bounds. No group: the audit fetches by offset and leaves nothing behind. */
export function readingStatements({ clusterArn, topic }: TopicOfCluster): PolicyStatement[] {
  return [
    allow(['kafka-cluster:Connect'], clusterArn),
    allow(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], resourceArn(clusterArn, 'topic', topic)),
  ];
}

/**
 * Read the topic's records and bounds, and what the group has committed. Not AlterGroup, which goes with ReadData where a
 * consumer joins its group: repair fetches by offset, and must not be able to move the offsets that it judges by.
 */
export function repairingStatements(source: TopicOfCluster & { readonly group: string }): PolicyStatement[] {
  const { clusterArn, group } = source;
  return [
    ...readingStatements(source),
    allow(['kafka-cluster:DescribeGroup'], resourceArn(clusterArn, 'group', group)),
  ];
}

/** What the event source mapping does with the function's role: find the cluster, enter its network, read as a group. */
export function pollingStatements(source: TopicOfCluster & { readonly group: string }): PolicyStatement[] {
  const { clusterArn, topic, group } = source;
  return [
    allow(['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], clusterArn),
    allow(
      [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      // The pollers' interfaces do not exist yet when the role does, and Describe actions know no resource.
      '*',
    ),
    allow(
      [
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeCluster',
        'kafka-cluster:DescribeClusterDynamicConfiguration',
      ],
      clusterArn,
    ),
    allow(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], resourceArn(clusterArn, 'topic', topic)),
    allow(
      ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
      resourceArn(clusterArn, 'group', group),
    ),
  ];
}

/** Put into a topic of the cluster what was given up. CDK's destination grants nothing (Lambda guide, kafka-on-failure-destination). */
export function givingUpStatements({ clusterArn, topic }: TopicOfCluster): PolicyStatement[] {
  return [
    allow(
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      resourceArn(clusterArn, 'topic', topic),
    ),
  ];
}
