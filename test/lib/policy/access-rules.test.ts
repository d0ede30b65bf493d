import { type Base, type Change, judge, resource, set, statementsOf, withoutAction } from './change-template';

const kafka = (names: string): readonly string[] => names.split(' ').map((name) => `kafka-cluster:${name}`);
const missing = (
  rule: string,
  base: Base,
  stack: Parameters<typeof withoutAction>[0],
  start: string,
  actions: readonly string[],
): [string, string, string, Base, Change][] =>
  actions.map((action) => [rule, start, action, base, withoutAction(stack, start, action)]);

test.each<[string, string, string, Base, Change]>([
  ...missing(
    'mappingsMayRead',
    'dev',
    'consumer',
    'Consumer',
    kafka('Connect DescribeClusterDynamicConfiguration DescribeTopic ReadData AlterGroup DescribeGroup'),
  ),
  ...missing('mappingsFindTheCluster', 'prod', 'consumer', 'Consumer', [
    'kafka:DescribeClusterV2',
    'kafka:GetBootstrapBrokers',
    'ec2:CreateNetworkInterface',
  ]),
  ...missing(
    'clientsMayTalkToKafka',
    'dev',
    'producer',
    'TaskTask',
    kafka('Connect DescribeTopic WriteData'),
  ),
  ...missing(
    'clientsMayTalkToKafka',
    'prod',
    'consumer',
    'Repair',
    kafka('Connect DescribeTopic ReadData DescribeGroup'),
  ),
  ...missing('clientsMayTalkToKafka', 'dev', 'consumer', 'Audit', kafka('Connect DescribeTopic ReadData')),
  ...missing(
    'clientsMayTalkToKafka',
    'serverless',
    'stream',
    'Events',
    kafka('Connect DescribeTopic CreateTopic AlterTopic'),
  ),
  ...missing('customResourcesMayCall', 'dev', 'stream', 'BrokersHandler', ['kafka:GetBootstrapBrokers']),
  ...missing('providersMayCallTheirHandlers', 'dev', 'stream', 'BrokersProvider', ['lambda:InvokeFunction']),
])('%s: %s without %s', (rule, _, action, base, change) => {
  const { rules, sentences } = judge(base, change);

  expect(rules).toEqual([rule]);
  expect(sentences.join('\n')).toContain(`lacks ${action}`);
});

const ofAnother =
  (kind: 'topic' | 'group'): Change =>
  (templates) => {
    const policy = resource(templates, 'consumer', 'AWS::IAM::Policy', 'Consumer');
    for (const statement of statementsOf(policy as never)) {
      const text = JSON.stringify(statement.Resource);
      if (text.includes(`:${kind}/`))
        statement.Resource = JSON.parse(text.replace(/"\/(clicks|clickstream)"/, '"/another"'));
    }
  };

test.each(['topic', 'group'] as const)('rights on another %s are none', (kind) => {
  expect(judge('dev', ofAnother(kind)).rules).toEqual(['mappingsMayRead']);
});

test('what is denied is not allowed', () => {
  const deny: Change = (templates) => {
    const policy = resource(templates, 'consumer', 'AWS::IAM::Policy', 'Audit');
    statementsOf(policy as never).push({
      Effect: 'Deny',
      Action: 'kafka-cluster:Read*',
      Resource: '*',
    } as never);
  };

  expect(judge('dev', deny).rules).toEqual(['clientsMayTalkToKafka']);
});

test('a wildcard covers what it covers', () => {
  const wide: Change = (templates) => {
    const policy = resource(templates, 'consumer', 'AWS::IAM::Policy', 'Consumer');
    for (const statement of statementsOf(policy as never)) {
      if (JSON.stringify(statement.Action).includes('kafka')) {
        Object.assign(statement, {
          Action: 'kafka*:*',
          Resource: 'arn:aws:kafka:eu-west-1:111122223333:*/clickstream/*',
        });
      }
    }
  };

  expect(judge('dev', wide).rules).toEqual([]);
});

const variable = (name: string, value: unknown): Change =>
  set('dashboard', 'AWS::Lambda::Function', 'DashboardFunction', `Environment.Variables.${name}`, value);

test.each<[string, string, unknown]>([
  ['a password', 'REDIS_PASSWORD', 'hunter2'],
  ['a token', 'API_TOKEN', 'abc'],
  ['an access key', 'WHATEVER', 'AKIAIOSFODNN7EXAMPLE'],
  ['a password in an address', 'MORE_URL', 'rediss://app:hunter2@cache.example:6379'],
  [
    'a reference that a deploy would write out',
    'RESOLVED',
    {
      'Fn::Join': [
        '',
        ['{{resolve:secretsmanager:', { Ref: 'AWS::StackName' }, ':SecretString:password::}}'],
      ],
    },
  ],
])('secretsAreNotInEnvironments: %s', (_, name, value) => {
  expect(judge('prod', variable(name, value)).rules).toEqual(['secretsAreNotInEnvironments']);
});

test.each<[string, unknown]>([
  ['REDIS_SECRET', { Ref: 'AWS::StackId' }],
  ['TOKEN_ISSUER', 'https://issuer.example/'],
  ['OTHER_SECRET', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x'],
])('%s is no secret', (name, value) => {
  expect(judge('prod', variable(name, value)).rules).toEqual([]);
});
