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

  const { REPAIR_FUNCTION: _function, ...ofConsumer } = propertiesOf('consumer').Environment.Variables;
  expect(shared).toEqual(ofConsumer);
  expect({ KAFKA_BROKERS, KAFKA_AUTH }).toEqual({ KAFKA_BROKERS: expect.anything(), KAFKA_AUTH: 'iam' });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Resources that the template's roles may invoke. */
function invocable(template: Template): readonly unknown[] {
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ Properties }) =>
      (Properties as { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }).PolicyDocument
        .Statement,
  );
  return statements
    .filter(({ Action }) => [Action].flat().includes('lambda:InvokeFunction'))
    .map(({ Resource }) => Resource);
}

test('the consumer may call repair, that one function alone, and knows its name', () => {
  const name = propertiesOf('consumer').Environment.Variables.REPAIR_FUNCTION;

  expect(JSON.stringify(name)).toMatch(/^{"Ref":"Repair/);
  expect(invocable(consumer)).toEqual([{ 'Fn::GetAtt': [(name as { readonly Ref: string }).Ref, 'Arn'] }]);
});

test('beside provisioned pollers there is no way to Lambda, so that nobody tries to call', () => {
  const { templates } = synthesizeStacks({ consumer: { pollersMin: 1, pollersMax: 2 } });

  const found = functionOf(templates.consumer, 'consumer').Properties as unknown as FunctionProperties;
  expect(found.Environment.Variables).not.toHaveProperty('REPAIR_FUNCTION');
  expect(invocable(templates.consumer)).toEqual([]);
});

test('repair runs inside the VPC, in a group of its own', () => {
  expect(propertiesOf('repair').VpcConfig).toMatchObject({
    SubnetIds: [expect.anything(), expect.anything()],
  });
  expect(JSON.stringify(propertiesOf('repair').VpcConfig)).toContain('Groupsrepair');
});

test('repair runs each minute, may take ten, and the next run is its only retry', () => {
  const rule = resourcesOf(consumer, 'AWS::Events::Rule').find(
    ({ Properties }) => Properties.Name === 'clickstream-repair',
  );
  expect(rule?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
  });
  expect(functionOf(consumer, 'repair').Properties).toMatchObject({ Timeout: 600 });
  const invoked = resourcesOf(consumer, 'AWS::Lambda::EventInvokeConfig').find(({ Properties }) =>
    JSON.stringify(Properties.FunctionName).includes('Repair'),
  );
  expect(invoked?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
});

test('concurrency is kept neither for repair nor from it', () => {
  const { templates } = synthesizeStacks({ consumer: { reservedConcurrency: 10 } });

  expect(functionOf(templates.consumer, 'repair').Properties).not.toHaveProperty(
    'ReservedConcurrentExecutions',
  );
});
