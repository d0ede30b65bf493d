/** What roles must allow, and what must not stand in an environment. */

import { customResourceRules } from './custom-resource-rules';
import { NETWORK_INTERFACE_ACTIONS } from './iam-rights';
import { clusterOfClient, isKafkaClient } from './kafka-clients';
import { mappingsOf, withinCluster } from './kafka-clusters';
import type { AppUnderJudgement, Finding, KafkaClient, KafkaUse, PolicyRule } from './policy-rule';
import { functionOf, type Program, programsOf } from './programs';

const connect = 'kafka-cluster:Connect';
const ofCluster: Readonly<Record<KafkaUse, readonly string[]>> = {
  write: [connect],
  read: [connect],
  administer: [connect],
  watchGroup: [connect],
};
const ofTopic: Readonly<Record<KafkaUse, readonly string[]>> = {
  write: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
  read: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
  administer: [
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:CreateTopic',
    'kafka-cluster:AlterTopic',
    'kafka-cluster:DescribeTopicDynamicConfiguration',
  ],
  watchGroup: [],
};
const ofGroup: Readonly<Record<KafkaUse, readonly string[]>> = {
  write: [],
  read: [],
  administer: [],
  watchGroup: ['kafka-cluster:DescribeGroup'],
};

function finding(program: Program, sentence: string): Finding {
  return {
    node: program.node,
    location: 'Properties.Role',
    sentence: `the role of ${program.name} ${sentence}`,
  };
}

/** Lambda guide, with-msk-permissions. */
export const mappingsMayRead: PolicyRule = {
  name: 'mappingsMayRead',
  why: "Pollers use the function's role; CDK grants none of kafka-cluster:* by itself (Lambda guide, with-msk-permissions).",
  check: ({ graph }) =>
    mappingsOf(graph).flatMap(({ node, function: handler, clusterArn, cluster, topic }) => {
      if (handler === undefined || (cluster !== undefined && !cluster.signsInWithIam)) return [];
      // A secret is another way to sign in.
      if (graph.raw(node, 'SourceAccessConfigurations') !== undefined) return [];
      const program = functionOf(graph, handler);
      const group = graph.at(node, 'AmazonManagedKafkaEventSourceConfig.ConsumerGroupId') || '*';
      const { rights } = program;
      const lacked = [
        ...rights.lacks([connect, 'kafka-cluster:DescribeClusterDynamicConfiguration'], clusterArn),
        ...rights.lacks(ofTopic.read, withinCluster(clusterArn, 'topic', topic)),
        ...rights.lacks(
          ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
          group === '*' ? undefined : withinCluster(clusterArn, 'group', group),
        ),
      ];
      return lacked.map((action) => finding(program, `lacks ${action}, which the pollers need`));
    }),
};

export const mappingsFindTheCluster: PolicyRule = {
  name: 'mappingsFindTheCluster',
  why: "Lambda looks the cluster up and makes network interfaces with the function's role (Lambda guide, with-msk-permissions).",
  check: ({ graph }) =>
    mappingsOf(graph).flatMap(({ function: handler, clusterArn }) => {
      if (handler === undefined) return [];
      const program = functionOf(graph, handler);
      const { rights } = program;
      const lacked = [
        ...rights.lacks(['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], clusterArn),
        ...rights.lacks(NETWORK_INTERFACE_ACTIONS),
      ];
      return lacked.map((action) => finding(program, `lacks ${action}, which the mapping needs`));
    }),
};

export const clientsMayTalkToKafka: PolicyRule = {
  name: 'clientsMayTalkToKafka',
  why: 'Brokers refuse what the role does not allow, by cluster, topic and group (MSK guide, IAM access control).',
  check: (app) =>
    programsOf(app.graph).flatMap((program) => {
      const declared = app.options.kafkaClients?.find(
        (one) => one.program === program.name || one.program === program.node.logicalId,
      );
      const lacked = declared === undefined ? inconsistent(app, program) : lackedBy(app, program, declared);
      return lacked.map((action) => finding(program, `lacks ${action}`));
    }),
};

function lackedBy({ graph }: AppUnderJudgement, program: Program, declared: KafkaClient): readonly string[] {
  const clusterArn = clusterArnOf(graph, program);
  if (clusterArn === undefined) return [];
  const { rights } = program;
  const { uses, topic, group } = declared;
  return [
    ...new Set(
      uses.flatMap((use) => [
        ...rights.lacks(ofCluster[use], clusterArn),
        ...rights.lacks(ofTopic[use], withinCluster(clusterArn, 'topic', topic)),
        ...(group === undefined ? [] : rights.lacks(ofGroup[use], withinCluster(clusterArn, 'group', group))),
      ]),
    ),
  ];
}

/** Of a program that says nothing of itself: who has brokers connects to them, and who reads or writes a topic looks it up. */
function inconsistent({ graph }: AppUnderJudgement, program: Program): readonly string[] {
  const { rights } = program;
  // Of a mapping's function its own rule knows more.
  if (mappingsOf(graph).some((mapping) => mapping.function === program.node)) return [];
  const uses = ['kafka-cluster:ReadData', 'kafka-cluster:WriteData', 'kafka-cluster:CreateTopic'];
  const used = uses.filter((action) => rights.resourcesFor(action).length > 0);
  const cluster = clusterOfClient(graph, program);
  const isClient = isKafkaClient(program) && cluster?.signsInWithIam === true;
  if (rights.isOpen || (used.length === 0 && !isClient)) return [];
  return [
    ...rights.lacks([connect]),
    ...used.flatMap((action) =>
      rights.resourcesFor(action).flatMap((topic) => rights.lacks(['kafka-cluster:DescribeTopic'], topic)),
    ),
    ...(used.length === 0 ? ['any of ReadData, WriteData and CreateTopic of kafka-cluster'] : []),
  ];
}

/** Of the cluster in these templates, or the one that a mapping reads, or the one that it may connect to. */
function clusterArnOf(graph: AppUnderJudgement['graph'], program: Program): string | undefined {
  const cluster = clusterOfClient(graph, program);
  if (cluster !== undefined) return graph.text(cluster.node.stack, { Ref: cluster.node.logicalId });
  return mappingsOf(graph)[0]?.clusterArn ?? program.rights.resourcesFor(connect)[0];
}

/** A name that says secret, and is not the name of a place where one is. */
const secretName = /(SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
const secretValue = [
  { pattern: /AKIA[0-9A-Z]{16}/, what: 'an access key' },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/, what: 'a private key' },
  { pattern: /:\/\/[^/@\s]*:[^/@\s]+@/, what: 'a password in an address' },
  { pattern: /\{\{resolve:(secretsmanager|ssm-secure):/, what: 'a secret that a deploy would write out' },
];

export const secretsAreNotInEnvironments: PolicyRule = {
  name: 'secretsAreNotInEnvironments',
  why: 'Whoever may look at a function or a task reads its environment: hand over the ARN of a secret, and read that.',
  check: ({ graph }) =>
    programsOf(graph).flatMap((program) =>
      Object.entries(program.environment).flatMap(([name, value]) => {
        const held = secretValue.find(({ pattern }) => pattern.test(value));
        const isNamed =
          secretName.test(name) && value !== '' && !value.startsWith('arn:') && !/^[<$]/.test(value);
        if (held === undefined && !isNamed) return [];
        const sentence = `${program.name}: ${name} holds ${held?.what ?? 'what its name calls a secret'}: the ARN of a secret is allowed`;
        return [{ node: program.node, location: `${program.environmentAt}.${name}`, sentence }];
      }),
    ),
};

export const ACCESS_RULES: readonly PolicyRule[] = [
  mappingsMayRead,
  mappingsFindTheCluster,
  clientsMayTalkToKafka,
  secretsAreNotInEnvironments,
  ...customResourceRules,
];
