import { onlyResource, type Resource, resourcesOf, synthesizeStacks, type Template } from './synthesized';

const differences = { deployment: { sites: ['shop', 'blog'] }, consumer: { consumerGroup: 'counters' } };
const { consumer } = synthesizeStacks(differences).templates;

function functionOf(template: Template, name: string): Resource {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === `clickstream-${name}`,
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

interface FunctionProperties {
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly VpcConfig: unknown;
}

function propertiesOf(name: string): FunctionProperties {
  return functionOf(consumer, name).Properties as unknown as FunctionProperties;
}

test('repair judges by the group that the mapping commits for', () => {
  const mapping = onlyResource(consumer, 'AWS::Lambda::EventSourceMapping').Properties;

  expect(mapping).toMatchObject({ AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'counters' } });
  expect(propertiesOf('repair').Environment.Variables).toMatchObject({ CONSUMER_GROUP: 'counters' });
});

test('repair counts by the rules of the consumer, into the same store', () => {
  const {
    KAFKA_BROKERS,
    KAFKA_AUTH,
    CONSUMER_GROUP: _,
    ...shared
  } = propertiesOf('repair').Environment.Variables;

  expect(shared).toEqual(propertiesOf('consumer').Environment.Variables);
  expect({ KAFKA_BROKERS, KAFKA_AUTH }).toEqual({ KAFKA_BROKERS: expect.anything(), KAFKA_AUTH: 'iam' });
});

test('repair runs inside the VPC, in a group of its own', () => {
  expect(propertiesOf('repair').VpcConfig).toMatchObject({
    SubnetIds: [expect.anything(), expect.anything()],
  });
  expect(JSON.stringify(propertiesOf('repair').VpcConfig)).toContain('repairGroup');
});

test('repair runs each minute, may take ten, and the next run is its only retry', () => {
  expect(onlyResource(consumer, 'AWS::Events::Rule').Properties).toMatchObject({
    Name: 'clickstream-repair',
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
  });
  expect(functionOf(consumer, 'repair').Properties).toMatchObject({ Timeout: 600 });
  expect(onlyResource(consumer, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
  });
});

test('concurrency is kept neither for repair nor from it', () => {
  const { templates } = synthesizeStacks({ consumer: { reservedConcurrency: 10 } });

  expect(functionOf(templates.consumer, 'repair').Properties).not.toHaveProperty(
    'ReservedConcurrentExecutions',
  );
});
