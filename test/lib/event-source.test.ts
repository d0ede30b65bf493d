import { onlyResource, type Resource, resourcesOf, synthesizeStacks } from './synthesized';

function mappingOf(differences: object): Resource {
  return onlyResource(synthesizeStacks(differences).templates.consumer, 'AWS::Lambda::EventSourceMapping');
}

test('by default Lambda polls on demand, from the beginning, with its own window', () => {
  const { Properties } = mappingOf({});

  expect(Properties).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 10_000,
    Topics: ['clicks'],
    AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'clickstream' },
  });
  for (const absent of ['MaximumBatchingWindowInSeconds', 'ProvisionedPollerConfig', 'FilterCriteria']) {
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
    const filters = JSON.stringify(resourcesOf(consumer, 'AWS::Logs::MetricFilter'));
    expect(filters.includes('PartitionsReported')).toBe(isOn);
    expect(JSON.stringify(monitoring).includes('PartitionsReported')).toBe(isOn);
  },
);

test('the mapping waits for the rights that Lambda tries when it is made', () => {
  expect(mappingOf({}).DependsOn).toEqual(
    expect.arrayContaining([expect.stringMatching(/ServiceRoleDefaultPolicy/)]),
  );
});
