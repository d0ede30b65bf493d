import { type Base, type Change, judge, resource, set, without } from './change-template';

/** CDK names a rule by both of its groups. */
const between =
  (type: 'Ingress' | 'Egress', from: string, to: string) =>
  (text: string): boolean =>
    text.startsWith(
      type === 'Ingress' ? `Groups${to}fromnetworkGroups${from}` : `Groups${from}tonetworkGroups${to}`,
    );
const closed = (type: 'Ingress' | 'Egress', from: string, to: string): Change =>
  without('network', `AWS::EC2::SecurityGroup${type}`, between(type, from, to));

const onPort =
  (port: number, from: string, to: string): Change =>
  (templates) => {
    for (const [id, { Type, Properties }] of Object.entries(templates.network.Resources)) {
      if (
        Type === 'AWS::EC2::SecurityGroupIngress' &&
        between('Ingress', from, to)(`${id} ${JSON.stringify(Properties)}`)
      )
        Object.assign(Properties, { FromPort: port, ToPort: port });
    }
  };

const isEndpointOf = (service: string) => (text: string) => text.includes(`".${service}"`);
const inNoVpc = (start: string): Change =>
  set('consumer', 'AWS::Lambda::Function', start, 'VpcConfig', undefined);

/** A gateway and a default route, as of a public subnet. */
const publicSubnets: Change = (templates) => {
  const resources = templates.network.Resources as Record<string, unknown>;
  const tables = Object.entries(templates.network.Resources).filter(
    ([, { Type }]) => Type === 'AWS::EC2::RouteTable',
  );
  resources.Internet = { Type: 'AWS::EC2::InternetGateway', Properties: {} };
  for (const [id] of tables) {
    resources[`${id}Out`] = {
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: { Ref: id },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Internet' },
      },
    };
  }
};

test.each<[string, string, Base, Change]>([
  [
    'pollersReachTheBrokers',
    'brokers do not let themselves in',
    'prod',
    closed('Ingress', 'brokers', 'brokers'),
  ],
  [
    'pollersReachTheBrokers',
    'brokers do not let themselves out',
    'dev',
    closed('Egress', 'brokers', 'brokers'),
  ],
  ['pollersReachTheBrokers', 'the port of plain text', 'dev', onPort(9092, 'brokers', 'brokers')],
  [
    'pollersReachLambda',
    'no endpoint of Lambda',
    'dev',
    without('network', 'AWS::EC2::VPCEndpoint', isEndpointOf('lambda')),
  ],
  [
    'pollersReachLambda',
    'no endpoint of STS',
    'serverless',
    without('network', 'AWS::EC2::VPCEndpoint', isEndpointOf('sts')),
  ],
  ['pollersReachLambda', 'endpoints closed to brokers', 'dev', closed('Ingress', 'brokers', 'endpoints')],
  [
    'pollersReachLambda',
    'an endpoint without a name of its own',
    'dev',
    set('network', 'AWS::EC2::VPCEndpoint', 'Vpclambda', 'PrivateDnsEnabled', false),
  ],
  [
    'pollersReachLambda',
    'no route to NAT',
    'nat',
    without('network', 'AWS::EC2::Route', (text) => text.includes('NatGatewayId')),
  ],
  ['clientsAreInTheVpc', 'the consumer', 'dev', inNoVpc('ConsumerFunction')],
  ['clientsAreInTheVpc', 'repair', 'prod', inNoVpc('RepairHandler')],
  [
    'clientsAreInTheVpc',
    'the dashboard',
    'prod',
    set('dashboard', 'AWS::Lambda::Function', 'DashboardFunction', 'VpcConfig', undefined),
  ],
  ...['producer', 'repair', 'audit'].map((from): [string, string, Base, Change] => [
    'clientsReachTheBrokers',
    `${from} on 9092`,
    'prod',
    onPort(9092, from, 'brokers'),
  ]),
  ['clientsReachTheBrokers', 'not let out', 'serverless', closed('Egress', 'audit', 'brokers')],
  ...['consumer', 'repair', 'audit', 'dashboard'].map((from): [string, string, Base, Change] => [
    'clientsReachTheCache',
    `${from} without 6380 of a serverless cache`,
    'dev',
    onPort(6379, from, 'cache'),
  ]),
  ['clientsReachTheCache', 'not let out', 'prod', closed('Egress', 'consumer', 'cache')],
  [
    'cachesHaveAGroup',
    'serverless',
    'dev',
    set('store', 'AWS::ElastiCache::ServerlessCache', '', 'SecurityGroupIds', undefined),
  ],
  [
    'cachesHaveAGroup',
    'nodes',
    'prod',
    set('store', 'AWS::ElastiCache::ReplicationGroup', '', 'SecurityGroupIds', undefined),
  ],
  ['nothingIsInAPublicSubnet', 'a route to the internet', 'prod', publicSubnets],
  [
    'nothingIsInAPublicSubnet',
    'public addresses',
    'serverless',
    set('network', 'AWS::EC2::Subnet', 'VpcprivateSubnet1', 'MapPublicIpOnLaunch', true),
  ],
])('%s: %s', (rule, _, base, change) => {
  expect(judge(base, change).rules).toEqual([rule]);
});

test('what is missing is named, with the port', () => {
  expect(judge('dev', onPort(6379, 'dashboard', 'cache')).sentences).toEqual([
    expect.stringMatching(
      /^clickstream-dashboard: no rule lets Groupsdashboard\w+ in to Groupscache\w+ on port 6380$/,
    ),
  ]);
});

test('a group without any rule of its own lets everybody out, as EC2 makes it', () => {
  const open: Change = (templates) => {
    const name = 'Groupsconsumer';
    without('network', 'AWS::EC2::SecurityGroupEgress', (text) => text.startsWith(`${name}to`))(templates);
    resource(templates, 'network', 'AWS::EC2::SecurityGroup', name);
  };

  expect(judge('prod', open).rules).toEqual([]);
});
