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

test('the mapping waits for the rights that Lambda tries when it is made', () => {
  expect(mappingOf({}).DependsOn).toEqual(
    expect.arrayContaining([expect.stringMatching(/ServiceRoleDefaultPolicy/)]),
  );
});
