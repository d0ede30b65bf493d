/** What is there already is used as it is named, and nothing is made in its place. */
import {
  ADOPTED,
  onlyResource,
  resourcesOf,
  stackNames,
  synthesizeStacks,
  type Template,
} from './synthesized';

const everything = { preset: 'prod', ...ADOPTED };
const { templates } = synthesizeStacks(everything);
const text = (template: Template): string => JSON.stringify(template);

test('no VPC, cluster, cache, user or password is made', () => {
  const made = stackNames.flatMap((name) => Object.values(templates[name].Resources).map(({ Type }) => Type));

  const instead =
    /^AWS::(EC2::(VPC|Subnet|RouteTable|NatGateway|FlowLog)|MSK::.*|ElastiCache::.*|SecretsManager::.*)$/;
  expect(made.filter((type) => instead.test(type))).toEqual([]);
});

test('functions and tasks live in the subnets that are named', () => {
  const functions = resourcesOf(templates.consumer, 'AWS::Lambda::Function');

  expect(functions.length).toBeGreaterThan(2);
  for (const { Properties } of functions) {
    expect(Properties.VpcConfig).toMatchObject({ SubnetIds: ADOPTED.network.subnetIds });
  }
  expect(onlyResource(templates.producer, 'AWS::ECS::Service').Properties).toMatchObject({
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ADOPTED.network.subnetIds } },
  });
});

test('the mapping, its rights and the addresses are of the cluster that is named', () => {
  const { clusterArn } = ADOPTED.stream;

  expect(onlyResource(templates.consumer, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
    EventSourceArn: clusterArn,
  });
  expect(onlyResource(templates.stream, 'Custom::BootstrapBrokers').Properties).toMatchObject({ clusterArn });
  expect(text(templates.consumer)).toContain(`${clusterArn.replace(':cluster/', ':topic/')}/clicks`);
});

test('its topic is made by a client, which leaves one that is there, and says what differs', () => {
  expect(onlyResource(templates.stream, 'Custom::EventTopic').Properties).toMatchObject({ topic: 'clicks' });
  expect(templates.stream.Outputs?.TopicDifferences?.Value).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^EventsTopic/), 'differences'],
  });
});

test('programs read address and secret of the cache, and its metrics by its name', () => {
  const { url, secretArn, cacheName } = ADOPTED.store;
  const { Properties } = onlyResource(templates.dashboard, 'AWS::IAM::Policy');

  expect(text(templates.consumer)).toContain(`"REDIS_URL":"${url}","REDIS_SECRET_ARN":"${secretArn}"`);
  expect(JSON.stringify(Properties)).toContain(secretArn);
  expect(text(templates.monitoring)).toContain(cacheName);
});

function rulesOf(network: Template, type: 'Ingress' | 'Egress', group: string): readonly number[] {
  return resourcesOf(network, `AWS::EC2::SecurityGroup${type}`)
    .map(({ Properties }) => Properties)
    .filter(({ GroupId }) => GroupId === group)
    .map(({ FromPort }) => Number(FromPort));
}

test('its security groups let our programs in, and are made no wider', () => {
  const { network } = templates;

  expect(rulesOf(network, 'Ingress', ADOPTED.stream.securityGroupId)).toEqual([9098, 9098, 9098, 9098, 9098]);
  expect(rulesOf(network, 'Egress', ADOPTED.stream.securityGroupId)).toEqual([9098]);
  expect(rulesOf(network, 'Ingress', ADOPTED.store.securityGroupId)).toEqual([6379, 6379, 6379, 6379]);
  expect(rulesOf(network, 'Egress', ADOPTED.store.securityGroupId)).toEqual([]);
  expect(text(network)).not.toContain('"IpProtocol":"-1"');
});

test('a rule that the cluster has already is not added: the same one twice is refused', () => {
  const stream = { ...ADOPTED.stream, securityGroupAdmitsItself: true };
  const { network } = synthesizeStacks({ ...everything, stream }).templates;

  expect(rulesOf(network, 'Ingress', ADOPTED.stream.securityGroupId)).toHaveLength(4);
  expect(rulesOf(network, 'Egress', ADOPTED.stream.securityGroupId)).toEqual([]);
});

const endpointsOf = (network: Template) => resourcesOf(network, 'AWS::EC2::VPCEndpoint');

test('endpoints are made for what the VPC does not reach, in its subnets and route tables', () => {
  expect(endpointsOf(templates.network)).toHaveLength(5);
  expect(text(templates.network)).toContain(
    `"RouteTableIds":${JSON.stringify(ADOPTED.network.routeTableIds)}`,
  );

  const reachableServices = ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'];
  const network = { ...ADOPTED.network, reachableServices };
  const reached = synthesizeStacks({ ...everything, network }).templates;
  expect(endpointsOf(reached.network)).toEqual([]);
});

test('endpoints of others let our programs in where their group is named', () => {
  const endpointSecurityGroupId = 'sg-0a1b2c3d4e5f67899';
  const network = { ...ADOPTED.network, reachableServices: ['ecr.api'], endpointSecurityGroupId };
  const { templates: named } = synthesizeStacks({ ...everything, network });

  expect(rulesOf(named.network, 'Ingress', endpointSecurityGroupId)).toEqual([443, 443, 443, 443, 443]);
  expect(text(named.network).match(/"CidrIp":"0\.0\.0\.0\/0"/g)).toHaveLength(1);
});

test('the consumer calls repair where the VPC reaches Lambda, also beside provisioned pollers', () => {
  const network = { ...ADOPTED.network, reachableServices: ['lambda'] };
  const reaching = synthesizeStacks({ ...everything, network }).templates;

  expect(text(templates.consumer)).not.toContain('"REPAIR_FUNCTION"');
  expect(text(reaching.consumer)).toContain('"REPAIR_FUNCTION"');
});
