import {
  type MappingOptions,
  OptionRefusedError,
  readMapping,
} from '../../../local/event-source/mapping-options';

const provisioned = { mode: 'provisioned' } as const;

// Source: msk-esm-parameters, kafka-retry-configurations; starting position: ours, since Lambda asks for one.
test('what is not said is as Lambda has it', () => {
  expect(readMapping('clicks', {})).toMatchObject({
    batchSize: 100,
    batchWindowMs: 500,
    retriesMax: Number.POSITIVE_INFINITY,
    recordAgeMsMax: Number.POSITIVE_INFINITY,
    bisects: false,
    readsFailures: false,
    startingPosition: { kind: 'TRIM_HORIZON' },
  });
});

// Source: msk-esm-parameters (batch size, window), kafka-retry-configurations (retries, age), kafka-scaling-modes (pollers).
test.each([
  ['batchSize', 0, 10_000, 1, 10_001],
  ['batchWindowMs', -1, 300_000, 0, 300_001],
  ['maximumRetryAttempts', -2, 10_000, -1, 10_001],
  ['maximumRecordAgeSeconds', 59, 604_800, 60, 604_801],
  ['maximumRecordAgeSeconds', 0, -1, 60, 1.5],
  ['pollers', 0, 2_000, 1, 2_001],
] as const)('%s is held to its limits', (option, tooSmall, most, least, tooLarge) => {
  for (const value of [most, least]) {
    expect(() => readMapping('clicks', { ...provisioned, [option]: value })).not.toThrow();
  }
  for (const value of [tooSmall, tooLarge, Number.NaN]) {
    expect(() => readMapping('clicks', { ...provisioned, [option]: value })).toThrow(OptionRefusedError);
  }
});

// Source: kafka-scaling-modes, kafka-on-failure-destination ("Provisioned mode required"); aws-lambda-event-sources README.
test.each<[MappingOptions, string]>([
  [{ maximumRetryAttempts: 3 }, 'maximumRetryAttempts: 3; allowed: in provisioned mode only'],
  [{ maximumRecordAgeSeconds: 60 }, 'maximumRecordAgeSeconds: 60; allowed: in provisioned mode only'],
  [
    { bisectBatchOnFunctionError: true },
    'bisectBatchOnFunctionError: true; allowed: in provisioned mode only',
  ],
  [{ reportBatchItemFailures: true }, 'reportBatchItemFailures: true; allowed: in provisioned mode only'],
  [
    { onFailure: { kind: 'kafka_topic', topic: 'f' } },
    'onFailure: "kafka://f"; allowed: in provisioned mode only',
  ],
])('options of provisioned mode are refused on demand: %j', (options, message) => {
  expect(() => readMapping('clicks', options)).toThrow(message);
  expect(() => readMapping('clicks', { ...options, ...provisioned })).not.toThrow();
});

// Source: kafka-on-failure-destination ("Recursion prevention").
test('the topic of failures is another than the source', () => {
  const onFailure = { kind: 'kafka_topic', topic: 'clicks' } as const;
  expect(() => readMapping('clicks', { ...provisioned, onFailure })).toThrow(
    'onFailure: "kafka://clicks"; allowed: another topic than the source',
  );
});

// Source: kafka-retry-configurations ("infinite retries and an on-failure destination: ... a maximum of 10 retry attempts").
test('infinite retries with a destination are ten', () => {
  const onFailure = { kind: 'queue_folder', folder: '/tmp/failures' } as const;
  expect(readMapping('clicks', { ...provisioned, onFailure }).retriesMax).toBe(10);
  expect(readMapping('clicks', { ...provisioned, onFailure, maximumRetryAttempts: -1 }).retriesMax).toBe(10);
  expect(readMapping('clicks', { ...provisioned, onFailure, maximumRetryAttempts: 500 }).retriesMax).toBe(
    500,
  );
});
