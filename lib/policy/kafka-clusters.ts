/** MSK clusters and event source mappings of an app, as the rules see them. */

import { functionNamed } from './programs';
import type { Node, TemplateGraph } from './template-graph';

export interface Cluster {
  readonly node: Node;
  readonly isServerless: boolean;
  readonly isExpress: boolean;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  /** Of the ways to sign in that are on. */
  readonly ports: readonly number[];
  readonly signsInWithIam: boolean;
}

export interface Mapping {
  readonly node: Node;
  readonly clusterArn: string;
  /** Undefined: not in these templates. */
  readonly cluster: Cluster | undefined;
  readonly function: Node | undefined;
  readonly topic: string;
  readonly isProvisioned: boolean;
}

export function clustersOf(graph: TemplateGraph): readonly Cluster[] {
  return graph
    .ofType('AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster')
    .map((node) => clusterOf(graph, node));
}

function clusterOf(graph: TemplateGraph, node: Node): Cluster {
  const isServerless = node.type === 'AWS::MSK::ServerlessCluster';
  const isOn = (way: string) => graph.at(node, `ClientAuthentication.${way}.Enabled`) === 'true';
  const brokers = isServerless
    ? (node.properties.VpcConfigs as readonly unknown[] | undefined)?.[0]
    : undefined;
  const place = (serverless: string, provisioned: string): readonly string[] =>
    isServerless
      ? graph.elements(node.stack, (brokers as Record<string, unknown> | undefined)?.[serverless])
      : graph.list(node, `BrokerNodeGroupInfo.${provisioned}`);
  const ports = [
    ...(isOn('Sasl.Iam') || isServerless ? [9098] : []),
    ...(isOn('Sasl.Scram') ? [9096] : []),
    ...(isOn('Tls') ? [9094] : []),
  ];
  return {
    node,
    isServerless,
    isExpress: graph.at(node, 'BrokerNodeGroupInfo.InstanceType').startsWith('express.'),
    subnets: place('SubnetIds', 'ClientSubnets'),
    groups: place('SecurityGroups', 'SecurityGroups'),
    ports: ports.length > 0 ? ports : [9094, 9092],
    signsInWithIam: isOn('Sasl.Iam'),
  };
}

export function mappingsOf(graph: TemplateGraph): readonly Mapping[] {
  const clusters = clustersOf(graph);
  return graph.ofType('AWS::Lambda::EventSourceMapping').flatMap((node) => {
    const clusterArn = graph.at(node, 'EventSourceArn');
    const target = graph.target(clusterArn);
    const isKafka = clusterArn.includes(':kafka:') || graph.raw(node, 'AmazonManagedKafkaEventSourceConfig');
    if (!isKafka) return [];
    return [
      {
        node,
        clusterArn,
        cluster: clusters.find((cluster) => cluster.node === target),
        function: functionNamed(graph, graph.at(node, 'FunctionName')),
        topic: graph.list(node, 'Topics')[0] ?? '',
        isProvisioned: graph.raw(node, 'ProvisionedPollerConfig') !== undefined,
      },
    ];
  });
}

/** `arn:...:cluster/name/id` -> `arn:...:topic/name/id/<name>`; undefined where the ARN is not known. */
export function withinCluster(clusterArn: string, kind: 'topic' | 'group', name: string): string | undefined {
  if (!clusterArn.includes(':cluster/')) return undefined;
  return `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
}
