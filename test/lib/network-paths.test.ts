import { resourcesOf, synthesizeStacks, type Template } from './synthesized';

interface Rule {
  readonly GroupId: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly SourceSecurityGroupId?: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly DestinationSecurityGroupId?: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly FromPort: number;
  readonly ToPort: number;
}

const { templates } = synthesizeStacks({});

function groupName(reference: Rule['GroupId'] | undefined): string {
  return (reference?.['Fn::GetAtt'][0] ?? 'nobody').replace(/^Groups(.*)[0-9A-F]{8}$/, '$1');
}

function rules(type: string, network = templates.network): readonly Rule[] {
  return resourcesOf(network, type).map(({ Properties }) => Properties as unknown as Rule);
}

const paths = [
  'audit -> brokers 9098-9098',
  'audit -> cache 6379-6380',
  'audit -> endpoints 443-443',
  'brokers -> brokers 9098-9098',
  'brokers -> endpoints 443-443',
  'consumer -> cache 6379-6380',
  'consumer -> endpoints 443-443',
  'dashboard -> cache 6379-6380',
  'dashboard -> endpoints 443-443',
  'producer -> brokers 9098-9098',
  'producer -> endpoints 443-443',
  'repair -> brokers 9098-9098',
  'repair -> cache 6379-6380',
  'repair -> endpoints 443-443',
  'topicAdmin -> brokers 9098-9098',
];

function letIn(network: Template): readonly string[] {
  return rules('AWS::EC2::SecurityGroupIngress', network)
    .map(
      ({ GroupId, SourceSecurityGroupId, FromPort, ToPort }) =>
        `${groupName(SourceSecurityGroupId)} -> ${groupName(GroupId)} ${FromPort}-${ToPort}`,
    )
    .sort();
}

test('these paths are let in, and no others', () => {
  expect(letIn(templates.network)).toEqual(paths);
});

test('provisioned pollers call brokers only, and nodes have one port', () => {
  const consumer = { pollersMin: 1, pollersMax: 2 };
  const { network } = synthesizeStacks({ consumer, store: { type: 'nodes' } }).templates;

  const expected = paths
    .filter((path) => path !== 'brokers -> endpoints 443-443')
    .map((path) => path.replace('6379-6380', '6379-6379'));
  expect(letIn(network)).toEqual(expected);
});

/** Groups that reach addresses outside of the VPC. */
function outwardOf(network: Template): readonly string[] {
  return Object.entries(network.Resources)
    .filter(([, { Properties }]) => JSON.stringify(Properties ?? {}).includes('"CidrIp":"0.0.0.0/0"'))
    .map(([id]) => groupName({ 'Fn::GetAtt': [id, 'GroupId'] }))
    .sort();
}

test('pollers that keep given-up batches reach S3, which has no security group', () => {
  const consumer = { pollersMin: 1, pollersMax: 2, onFailure: 's3' };

  expect(outwardOf(templates.network)).toEqual(['producer']);
  expect(outwardOf(synthesizeStacks({ consumer }).templates.network)).toEqual(['brokers', 'producer']);
});

test('with NAT there are no interface endpoints, and all who call AWS go that way, by HTTPS alone', () => {
  const { network } = synthesizeStacks({ network: { natGateways: 1 } }).templates;
  const types = resourcesOf(network, 'AWS::EC2::VPCEndpoint').map(
    ({ Properties }) => Properties.VpcEndpointType,
  );

  expect(types).toEqual(['Gateway']);
  expect(letIn(network)).toEqual(paths.filter((path) => !path.includes('endpoints')));
  expect(outwardOf(network)).toEqual(
    expect.arrayContaining(['audit', 'brokers', 'consumer', 'dashboard', 'producer', 'repair']),
  );
  expect(outwardOf(network)).not.toContain('topicAdmin');
});

test('these paths are let out, and no others between groups', () => {
  const open = rules('AWS::EC2::SecurityGroupEgress').map(
    ({ GroupId, DestinationSecurityGroupId, FromPort, ToPort }) =>
      `${groupName(GroupId)} -> ${groupName(DestinationSecurityGroupId)} ${FromPort}-${ToPort}`,
  );

  expect(open.sort()).toEqual(paths);
});

test('no group lets any address in, and only the producer reaches one outside: S3 through its gateway', () => {
  const groups = resourcesOf(templates.network, 'AWS::EC2::SecurityGroup').map(
    ({ Properties }) => Properties,
  );
  const outward = groups.filter(({ SecurityGroupEgress }) =>
    JSON.stringify(SecurityGroupEgress ?? []).includes('0.0.0.0/0'),
  );

  expect(groups.filter(({ SecurityGroupIngress }) => SecurityGroupIngress !== undefined)).toEqual([]);
  expect(outward.map(({ GroupDescription }) => GroupDescription)).toEqual(['Producer tasks']);
});

function endpointsOf(differences: object): readonly string[] {
  const endpoints = resourcesOf(synthesizeStacks(differences).templates.network, 'AWS::EC2::VPCEndpoint');
  return endpoints
    .map(({ Properties }) =>
      JSON.stringify(Properties.ServiceName).replace(/.*[".]([a-z0-9]+\.?[a-z]*)".*/, '$1'),
    )
    .sort();
}

test('on-demand pollers get endpoints for Lambda and STS; provisioned ones need none', () => {
  const always = ['dkr', 'api', 'logs', 's3', 'secretsmanager'].sort();
  const last = (names: readonly string[]) => names.map((name) => name.split('.').pop()).sort();

  expect(last(endpointsOf({ consumer: { pollersMin: 1, pollersMax: 2 } }))).toEqual(always);
  expect(last(endpointsOf({}))).toEqual([...always, 'lambda', 'sts'].sort());
});

test('nothing has a route to the internet', () => {
  for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route']) {
    expect(resourcesOf(templates.network, type)).toEqual([]);
  }
});
