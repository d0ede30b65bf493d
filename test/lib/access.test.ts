import { type Resource, resourcesOf, type StackName, synthesizeStacks, type Template } from './synthesized';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles: readonly { readonly Ref: string }[];
}

const { templates: dev } = synthesizeStacks({});
const { templates: serverless } = synthesizeStacks({ stream: { type: 'serverless' } });

function statementsOf(template: Template, roleName: RegExp): readonly Statement[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy') as readonly (Resource & {
    Properties: unknown;
  })[];
  return policies
    .map(({ Properties }) => Properties as unknown as Policy)
    .filter(({ Roles }) => Roles.some(({ Ref }) => roleName.test(Ref)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function actionsOf(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ Action }) => Action).sort();
}

function kafkaActions(template: Template, roleName: RegExp): readonly string[] {
  return actionsOf(statementsOf(template, roleName)).filter((action) => action.startsWith('kafka-cluster:'));
}

test('the consumer may read the topic as its group, and nothing more of Kafka', () => {
  expect(kafkaActions(dev.consumer, /Consumer/)).toEqual([
    'kafka-cluster:AlterGroup',
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeCluster',
    'kafka-cluster:DescribeClusterDynamicConfiguration',
    'kafka-cluster:DescribeGroup',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
  ]);
});

test('repair may read the topic and what the group has committed, and cannot move it', () => {
  const statements = statementsOf(dev.consumer, /Repair/);

  expect(kafkaActions(dev.consumer, /Repair/)).toEqual([
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeGroup',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
  ]);
  expect(actionsOf(statements).filter((action) => !action.startsWith('kafka-cluster:'))).toEqual([
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
  ]);
  expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
});

test('the audit may read the topic and its secret, and belongs to no group', () => {
  const statements = statementsOf(dev.consumer, /Audit/);

  expect(actionsOf(statements)).toEqual([
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
  ]);
  expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
});

test('the producer may write the topic, and nothing more of Kafka', () => {
  expect(kafkaActions(dev.producer, /TaskRole/)).toEqual([
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:DescribeTopicDynamicConfiguration',
    'kafka-cluster:WriteData',
    'kafka-cluster:WriteDataIdempotently',
  ]);
});

test('topic administration may create and alter the topic, and neither delete nor read it', () => {
  expect(kafkaActions(serverless.stream, /EventsHandler/)).toEqual([
    'kafka-cluster:AlterTopic',
    'kafka-cluster:Connect',
    'kafka-cluster:CreateTopic',
    'kafka-cluster:DescribeCluster',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:DescribeTopicDynamicConfiguration',
  ]);
});

test('the dashboard may read its secret, and nothing else', () => {
  expect(actionsOf(statementsOf(dev.dashboard, /Dashboard/))).toEqual([
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
  ]);
});

test('Kafka is granted by topic and by group, not by wildcard', () => {
  const named = statementsOf(dev.consumer, /Consumer/)
    .filter(
      ({ Action }) =>
        JSON.stringify(Action).includes('ReadData') || JSON.stringify(Action).includes('AlterGroup'),
    )
    .map(({ Resource }) => JSON.stringify(Resource));

  expect(named).toHaveLength(2);
  expect(named[0]).toMatch(/:topic\/.*\/clicks"/);
  expect(named[1]).toMatch(/:group\/.*\/clickstream"/);
});

/** What knows no resource: interfaces that do not exist yet, Describe actions, and the token of the image registry. */
const withoutResource = /^(ec2:(Create|Delete|Describe)|ecr:GetAuthorizationToken$)/;

test.each(['stream', 'store', 'producer', 'consumer', 'dashboard'] as StackName[])(
  'no wildcard in %s but for actions that know no resource',
  (name) => {
    const wildcards = [dev, serverless]
      .flatMap((templates) => statementsOf(templates[name], /./))
      .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');

    expect(actionsOf(wildcards).filter((action) => !withoutResource.test(action))).toEqual([]);
  },
);
