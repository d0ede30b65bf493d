import { onlyResource, type Resource, resourcesOf, synthesizeStacks } from './synthesized';

function mappingOf(differences: object): Resource {
  return onlyResource(synthesizeStacks(differences).templates.consumer, 'AWS::Lambda::EventSourceMapping');
}

test('dev polls on demand, from the beginning; a window of half a second is the one that Lambda has by itself', () => {
  const { Properties } = mappingOf({ consumer: { batchWindowMs: 500 } });

  expect(mappingOf({}).Properties).toMatchObject({ MaximumBatchingWindowInSeconds: 1 });

  expect(Properties).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 10_000,
    Topics: ['clicks'],
    AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'clickstream' },
  });
  for (const absent of [
    'MaximumBatchingWindowInSeconds',
    'ProvisionedPollerConfig',
    'FilterCriteria',
    'MetricsConfig',
    'LoggingConfig',
  ]) {
    expect(Properties).not.toHaveProperty(absent);
  }
});

test('pollers, window and a bucket for given-up batches can be asked for', () => {
  const differences = { consumer: { pollersMin: 2, pollersMax: 4, batchWindowMs: 1_000, onFailure: 's3' } };
  const { templates } = synthesizeStacks(differences);

  expect(onlyResource(templates.consumer, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
    ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 4 },
    MaximumBatchingWindowInSeconds: 1,
    DestinationConfig: { OnFailure: { Destination: expect.anything() } },
  });
  expect(resourcesOf(templates.consumer, 'AWS::S3::Bucket')).toHaveLength(1);
});

test.each([true, false])(
  'mapping and handler agree on partial responses (%s), and the alarm knows of them',
  (isOn) => {
    const differences = { consumer: { pollersMin: 1, pollersMax: 2, reportBatchItemFailures: isOn } };
    const { consumer, monitoring } = synthesizeStacks(differences).templates;

    const { FunctionResponseTypes } = onlyResource(consumer, 'AWS::Lambda::EventSourceMapping').Properties;
    const functions = resourcesOf(consumer, 'AWS::Lambda::Function').map(({ Properties }) =>
      JSON.stringify(Properties),
    );
    expect(FunctionResponseTypes).toEqual(isOn ? ['ReportBatchItemFailures'] : undefined);
    expect(functions.filter((text) => text.includes('"REPORT_BATCH_ITEM_FAILURES":"true"'))).toHaveLength(
      isOn ? 1 : 0,
    );
    expect(JSON.stringify(monitoring)).toContain('PartitionsFailed');
  },
);

test('the mapping waits for the rights that Lambda tries when it is made', () => {
  expect(mappingOf({}).DependsOn).toEqual(
    expect.arrayContaining([expect.stringMatching(/ServiceRoleDefaultPolicy/)]),
  );
});

test('prod’s mapping has pollers, tells its metrics, halves what fails, and tries for ever', () => {
  const { Properties } = mappingOf({ preset: 'prod' });

  expect(Properties).toMatchObject({
    ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 8 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MetricsConfig: { Metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
  });
  for (const absent of ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds', 'DestinationConfig']) {
    expect(Properties).not.toHaveProperty(absent);
  }
});

test('tries and age can be limited', () => {
  const consumer = { pollersMin: 1, pollersMax: 1, maximumRetryAttempts: 0, maximumRecordAgeSeconds: 3_600 };

  expect(mappingOf({ consumer }).Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumRecordAgeInSeconds: 3_600,
  });
});

test('what is given up can go to a topic of the cluster, which is made, and which the consumer may write and not read', () => {
  const differences = { consumer: { pollersMin: 1, pollersMax: 1, onFailure: 'kafka' } };
  const { consumer } = synthesizeStacks(differences).templates;

  expect(mappingOf(differences).Properties).toMatchObject({
    DestinationConfig: { OnFailure: { Destination: 'kafka://clicks-failed' } },
  });
  expect(onlyResource(consumer, 'AWS::MSK::Topic').Properties).toMatchObject({ TopicName: 'clicks-failed' });
  const statements = resourcesOf(consumer, 'AWS::IAM::Policy').flatMap(
    ({ Properties }) =>
      (
        Properties.PolicyDocument as {
          readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
        }
      ).Statement,
  );
  const ofTopic = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('clicks-failed'));
  expect(ofTopic.map(({ Action }) => Action)).toEqual([
    ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
  ]);
});

test('traces are an option, of every function', () => {
  const modes = (differences: object) =>
    resourcesOf(synthesizeStacks(differences).templates.consumer, 'AWS::Lambda::Function').map(
      ({ Properties }) => (Properties.TracingConfig as { readonly Mode: string } | undefined)?.Mode,
    );

  expect(new Set(modes({}))).toEqual(new Set([undefined]));
  expect(new Set(modes({ deployment: { tracing: true } }))).toEqual(new Set(['Active']));
});
