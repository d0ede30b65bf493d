import { resourcesOf, synthesizeStacks } from './synthesized';

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

function rules(type: string): readonly Rule[] {
  return resourcesOf(templates.network, type).map(({ Properties }) => Properties as unknown as Rule);
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

test('these paths are let in, and no others', () => {
  const open = rules('AWS::EC2::SecurityGroupIngress').map(
    ({ GroupId, SourceSecurityGroupId, FromPort, ToPort }) =>
      `${groupName(SourceSecurityGroupId)} -> ${groupName(GroupId)} ${FromPort}-${ToPort}`,
  );

  expect(open.sort()).toEqual(paths);
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
