import { readMapping } from '../../local/event-source/mapping-options';
import { type MappingDescription, readMappingDescription } from '../../rehearse/deployed-mapping';

const description: MappingDescription = {
  FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:clickstream-consumer',
  Topics: ['clicks'],
  AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'clickstream' },
  BatchSize: 10_000,
  MaximumBatchingWindowInSeconds: 0,
  StartingPosition: 'TRIM_HORIZON',
};

test('a mapping on demand is read as it was deployed', () => {
  const { topic, groupId, functionName, options } = readMappingDescription(description);

  expect({ topic, groupId, functionName }).toEqual({
    topic: 'clicks',
    groupId: 'clickstream',
    functionName: 'clickstream-consumer',
  });
  expect(readMapping(topic, options)).toMatchObject({
    batchSize: 10_000,
    batchWindowMs: 500,
    readsFailures: false,
  });
});

test('with pollers of its own, partial responses are read', () => {
  const provisioned = {
    ...description,
    ProvisionedPollerConfig: { MinimumPollers: 1 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumBatchingWindowInSeconds: 2,
  };

  const { topic, options } = readMappingDescription(provisioned);

  expect(readMapping(topic, options)).toMatchObject({ batchWindowMs: 2_000, readsFailures: true });
});

test.each([{ Topics: [] }, { AmazonManagedKafkaEventSourceConfig: {} }, { StartingPosition: 'LATEST' }])(
  'one with %j is an error',
  (changed) => {
    expect(() => readMappingDescription({ ...description, ...changed })).toThrow(/the mapping/);
  },
);
