/** producer.collector: an HTTPS address without a domain, one way in, rights to what is needed, and nothing at all where it is off. */
import {
  type Resource,
  synthesizeStacks,
  type Template,
  type Templates,
  validateStacks,
} from './synthesized';

const withCollector = { producer: { collector: 'api', simulator: false, taskCountMax: 4 } };
let templates: Templates;

beforeAll(() => {
  ({ templates } = synthesizeStacks(withCollector));
});

function ofType({ Resources }: Template, type: string): readonly Resource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

test('nothing is found by the validator, the rules and cdk-nag', () => {
  expect(validateStacks(withCollector).findings).toEqual([]);
});

test('without it there is no address, no link and no secret', () => {
  const { producer, network } = synthesizeStacks({}).templates;
  for (const type of ['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::VpcLink', 'AWS::SecretsManager::Secret'])
    expect(ofType(producer, type)).toEqual([]);
  expect(JSON.stringify(network)).not.toContain('collector');
});

test('one port of the tasks is open, to the link alone', () => {
  const rules = [...ofType(templates.network, 'AWS::EC2::SecurityGroupIngress')].filter(
    ({ Properties }) => Properties.FromPort === 5001,
  );
  expect(rules).toHaveLength(1);
  expect(JSON.stringify(rules[0]?.Properties.SourceSecurityGroupId)).toContain('collectorLink');
  expect(JSON.stringify(rules[0]?.Properties.GroupId)).toContain('producer');
  expect(ofType(templates.producer, 'AWS::ApiGatewayV2::VpcLink')).toHaveLength(1);
});

test('tasks are found by Cloud Map with their port, and are given the visitor’s address in a header that replaces the client’s', () => {
  const [service] = ofType(templates.producer, 'AWS::ServiceDiscovery::Service');
  expect(JSON.stringify(service?.Properties)).toContain('"Type":"SRV"');
  const [integration] = ofType(templates.producer, 'AWS::ApiGatewayV2::Integration');
  expect(integration?.Properties.RequestParameters).toEqual({
    'overwrite:header.x-visitor-address': '$context.identity.sourceIp',
  });
  const [task] = ofType(templates.producer, 'AWS::ECS::TaskDefinition');
  expect(JSON.stringify(task)).toContain('{"Name":"COLLECTOR_ADDRESS_HEADER","Value":"x-visitor-address"}');
});

test('the access log has neither addresses nor query strings, and requests have a limit', () => {
  const [stage] = ofType(templates.producer, 'AWS::ApiGatewayV2::Stage');
  const { Format } = (stage as Resource).Properties.AccessLogSettings as { Format: string };
  expect(Format).not.toMatch(/sourceIp|userAgent|querystring|path\b.*\?|identity|header/i);
  expect(stage?.Properties.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 10_000,
    ThrottlingBurstLimit: 5_000,
  });
});

test('a task may read the one secret, and make, write and read the one topic of salts', () => {
  const statements = ofType(templates.producer, 'AWS::IAM::Policy').flatMap(
    ({ Properties }) =>
      (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] })
        .Statement,
  );
  const salts = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('clicks-salts'));
  expect(salts.flatMap(({ Action }) => Action).sort()).toEqual([
    'kafka-cluster:CreateTopic',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:DescribeTopicDynamicConfiguration',
    'kafka-cluster:ReadData',
    'kafka-cluster:WriteData',
  ]);
  const secrets = statements.filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager'));
  expect(secrets.map(({ Action }) => [...(Action as string[])].sort())).toEqual([
    ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
  ]);
});

test('an alarm looks at it', () => {
  const names = ofType(templates.monitoring, 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => Properties.AlarmName,
  );
  expect(names).toContain('clickstream: Collector failing');
});
