import { type Base, type Change, judge, resource, set } from './change-template';

const provisioned = (path: string, value: unknown): Change =>
  set('stream', 'AWS::MSK::Cluster', 'Kafka', path, value);

const topic = (settings: object): Change =>
  set('stream', 'AWS::MSK::Topic', '', 'Configs', Buffer.from(JSON.stringify(settings)).toString('base64'));

const inFewerSubnets =
  (count: number): Change =>
  (templates) => {
    const { Properties } = resource(templates, 'stream', 'AWS::MSK::Cluster');
    const brokers = Properties.BrokerNodeGroupInfo as { ClientSubnets: unknown[] };
    brokers.ClientSubnets = brokers.ClientSubnets.slice(0, count);
    Properties.NumberOfBrokerNodes = count;
  };

/** The second subnet in the first one's zone. */
const inOneZone: Change = (templates) => {
  const { Properties } = resource(templates, 'network', 'AWS::EC2::Subnet', 'VpcprivateSubnet2');
  Properties.AvailabilityZone = resource(
    templates,
    'network',
    'AWS::EC2::Subnet',
    'VpcprivateSubnet1',
  ).Properties.AvailabilityZone;
};

const aTopicOfServerless: Change = (templates) => {
  const [clusterId] = Object.entries(templates.stream.Resources).find(
    ([, { Type }]) => Type === 'AWS::MSK::ServerlessCluster',
  ) as [string, unknown];
  (templates.stream.Resources as Record<string, unknown>).Planted = {
    Type: 'AWS::MSK::Topic',
    Properties: {
      ClusterArn: { Ref: clusterId },
      TopicName: 'more',
      PartitionCount: 1,
      ReplicationFactor: 3,
    },
  };
};

test.each<[string, string, Base, Change]>([
  ['brokersAreInTwoZones', 'one subnet', 'dev', inFewerSubnets(1)],
  ['brokersAreInTwoZones', 'two subnets of one zone', 'dev', inOneZone],
  ['expressIsInThreeZones', 'two subnets', 'prod', inFewerSubnets(2)],
  ['brokersAreAsManyInEachZone', 'three brokers in two zones', 'dev', provisioned('NumberOfBrokerNodes', 3)],
  [
    'serverlessSignsInWithIam',
    'IAM switched off',
    'serverless',
    set('stream', 'AWS::MSK::ServerlessCluster', '', 'ClientAuthentication.Sasl.Iam.Enabled', false),
  ],
  [
    'clusterIsNotForStrangers',
    'without signing in',
    'prod',
    provisioned('ClientAuthentication.Unauthenticated.Enabled', true),
  ],
  [
    'clusterIsNotForStrangers',
    'plain text',
    'dev',
    provisioned('EncryptionInfo.EncryptionInTransit.ClientBroker', 'TLS_PLAINTEXT'),
  ],
  ['topicsAreOfProvisionedClusters', 'a topic of a serverless cluster', 'serverless', aTopicOfServerless],
  ['logCoversAStop', 'an hour of log', 'dev', topic({ 'retention.ms': '3600000' })],
])('%s: %s', (rule, _, base, change) => {
  expect(judge(base, change).rules).toEqual([rule]);
});

test.each<[string, object]>([
  ['the shortest retention that is enough', { 'retention.ms': String(3 * 86_400_000) }],
  ['a log that is kept for ever', { 'retention.ms': '-1' }],
  ["the brokers' own retention", {}],
])('%s is fine', (_, settings) => {
  expect(judge('dev', topic(settings)).rules).toEqual([]);
});
