/** Clusters and topics: what MSK refuses when it makes them, and what it makes and nobody wants. */
import { type Cluster, clustersOf } from './kafka-clusters';
import { type AppUnderJudgement, type Finding, type PolicyRule, retentionMsMinDefault } from './policy-rule';

type Judge = (cluster: Cluster, app: AppUnderJudgement) => readonly Omit<Finding, 'node'>[];

function clusterRule(name: string, why: string, judge: Judge): PolicyRule {
  return {
    name,
    why,
    check: (app) =>
      clustersOf(app.graph).flatMap((cluster) =>
        judge(cluster, app).map((finding) => ({ node: cluster.node, ...finding })),
      ),
  };
}

const subnetsAt = ({ isServerless }: Cluster): string =>
  isServerless ? 'Properties.VpcConfigs' : 'Properties.BrokerNodeGroupInfo.ClientSubnets';

/** Zones of subnets of these templates, and each other subnet as a zone of its own. */
function zonesOf({ graph }: AppUnderJudgement, { subnets }: Cluster): number {
  const zones = subnets.map((subnet) => {
    const node = graph.target(subnet);
    return (node && graph.at(node, 'AvailabilityZone')) || subnet;
  });
  return new Set(zones).size;
}

export const brokersAreInTwoZones = clusterRule(
  'brokersAreInTwoZones',
  'MSK takes subnets of two zones at least (MSK guide, create-cluster).',
  (cluster, app) => {
    const zones = zonesOf(app, cluster);
    if (zones >= 2) return [];
    return [{ location: subnetsAt(cluster), sentence: `the cluster is in ${zones} zones: 2 at least` }];
  },
);

export const expressIsInThreeZones = clusterRule(
  'expressIsInThreeZones',
  'Express brokers keep three copies, one in each of three zones (MSK guide, msk-broker-types-express).',
  (cluster, app) => {
    const zones = zonesOf(app, cluster);
    if (!cluster.isExpress || zones === 3) return [];
    return [
      { location: subnetsAt(cluster), sentence: `Express brokers are in ${zones} zones: 3 are needed` },
    ];
  },
);

export const brokersAreAsManyInEachZone = clusterRule(
  'brokersAreAsManyInEachZone',
  'MSK spreads brokers evenly and refuses a number that cannot be (MSK guide, create-cluster).',
  (cluster, { graph }) => {
    const brokers = Number(graph.at(cluster.node, 'NumberOfBrokerNodes'));
    if (cluster.isServerless || cluster.subnets.length === 0 || brokers % cluster.subnets.length === 0)
      return [];
    const sentence = `${brokers} brokers in ${cluster.subnets.length} subnets: a multiple of the subnets is needed`;
    return [{ location: 'Properties.NumberOfBrokerNodes', sentence }];
  },
);

export const serverlessSignsInWithIam = clusterRule(
  'serverlessSignsInWithIam',
  'MSK Serverless has no other way to sign in (MSK guide, serverless).',
  (cluster) => {
    if (!cluster.isServerless || cluster.signsInWithIam) return [];
    const sentence = 'ClientAuthentication of a serverless cluster: Sasl.Iam.Enabled has to be true';
    return [{ location: 'Properties.ClientAuthentication', sentence }];
  },
);

export const clusterIsNotForStrangers = clusterRule(
  'clusterIsNotForStrangers',
  'Whoever reaches the brokers could then read and write without signing in, or in plain text.',
  ({ node }, { graph }) => {
    const open = graph.at(node, 'ClientAuthentication.Unauthenticated.Enabled') === 'true';
    const transit = graph.at(node, 'EncryptionInfo.EncryptionInTransit.ClientBroker');
    const reachable = graph.at(node, 'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type');
    return [
      ...(open
        ? [
            {
              location: 'Properties.ClientAuthentication.Unauthenticated',
              sentence: 'Unauthenticated.Enabled is true: false is allowed',
            },
          ]
        : []),
      ...(transit !== '' && transit !== 'TLS'
        ? [
            {
              location: 'Properties.EncryptionInfo.EncryptionInTransit',
              sentence: `ClientBroker is ${transit}: TLS is allowed`,
            },
          ]
        : []),
      ...(reachable !== '' && reachable !== 'DISABLED'
        ? [
            {
              location: 'Properties.BrokerNodeGroupInfo.ConnectivityInfo',
              sentence: `PublicAccess is ${reachable}: DISABLED is allowed`,
            },
          ]
        : []),
    ];
  },
);

export const topicsAreOfProvisionedClusters: PolicyRule = {
  name: 'topicsAreOfProvisionedClusters',
  why: 'MSK makes topics on provisioned clusters only; on a serverless one a Kafka client has to (MSK guide, topic operations).',
  check: ({ graph }) =>
    graph
      .ofType('AWS::MSK::Topic')
      .filter((topic) => graph.target(graph.at(topic, 'ClusterArn'))?.type === 'AWS::MSK::ServerlessCluster')
      .map((node) => ({
        node,
        location: 'Properties.ClusterArn',
        sentence: 'the topic is of a serverless cluster: make it with a Kafka client, as a custom resource',
      })),
};

export const logCoversAStop: PolicyRule = {
  name: 'logCoversAStop',
  why: 'What stopped is counted from the log when it goes on; what the log has dropped by then is lost.',
  check: ({ graph, options }) => {
    const least = options.retentionMsMin ?? retentionMsMinDefault;
    return graph.ofType('AWS::MSK::Topic').flatMap((node) => {
      const retention = retentionMs(graph.at(node, 'Configs'));
      if (retention === undefined || retention === -1 || retention >= least) return [];
      const sentence = `retention.ms of ${graph.at(node, 'TopicName')} is ${retention}: ${least} at least`;
      return [{ node, location: 'Properties.Configs', sentence }];
    });
  },
};

/** `configs`: JSON as base64; undefined where it does not name a retention. */
function retentionMs(configs: string): number | undefined {
  try {
    const value = JSON.parse(Buffer.from(configs, 'base64').toString()) as Record<string, unknown>;
    return value['retention.ms'] === undefined ? undefined : Number(value['retention.ms']);
  } catch {
    return undefined;
  }
}

export const CLUSTER_RULES: readonly PolicyRule[] = [
  brokersAreInTwoZones,
  expressIsInThreeZones,
  brokersAreAsManyInEachZone,
  serverlessSignsInWithIam,
  clusterIsNotForStrangers,
  topicsAreOfProvisionedClusters,
  logCoversAStop,
];
