/** Each rule on a whole preset of which one thing is changed: it speaks, and no other does. */
import { type Base, type Change, judge, set, withoutAction } from './change-template';

const mapping = (path: string, value: unknown): Change =>
  set('consumer', 'AWS::Lambda::EventSourceMapping', 'Mapping', path, value);
const bucket = 'arn:aws:s3:::given-up';

test.each<[string, string, Base, Change]>([
  ['optionsSuitThePollers', 'retries on demand', 'dev', mapping('MaximumRetryAttempts', -1)],
  ['optionsSuitThePollers', 'bisecting on demand', 'dev', mapping('BisectBatchOnFunctionError', true)],
  [
    'optionsSuitThePollers',
    'a log level on demand',
    'dev',
    mapping('LoggingConfig', { SystemLogLevel: 'INFO' }),
  ],
  [
    'optionsSuitThePollers',
    'metrics on demand',
    'dev',
    mapping('MetricsConfig', { Metrics: ['EventCount'] }),
  ],
  ['pollersAreARange', 'fewest above most', 'prod', mapping('ProvisionedPollerConfig.MinimumPollers', 9)],
  ['pollersAreARange', 'too many', 'prod', mapping('ProvisionedPollerConfig.MaximumPollers', 2_001)],
  ['startsWhereNothingIsLost', 'LATEST', 'dev', mapping('StartingPosition', 'LATEST')],
  ['batchSizeIsAllowed', 'too large', 'dev', mapping('BatchSize', 20_000)],
  ['batchSizeIsAllowed', 'none', 'dev', mapping('BatchSize', 0)],
  ['batchWindowIsAllowed', 'too long', 'dev', mapping('MaximumBatchingWindowInSeconds', 301)],
  ['batchWindowIsAllowed', 'half a second', 'dev', mapping('MaximumBatchingWindowInSeconds', 0.5)],
  ['everyRecordIsDelivered', 'a filter', 'dev', mapping('FilterCriteria', { Filters: [{ Pattern: '{}' }] })],
  [
    'timeoutFitsTheMapping',
    'a quarter of an hour',
    'dev',
    set('consumer', 'AWS::Lambda::Function', 'ConsumerFunction', 'Timeout', 900),
  ],
  ['givenUpBatchesAreKept', 'a limit of retries', 'prod', mapping('MaximumRetryAttempts', 3)],
  ['givenUpBatchesAreKept', 'a limit of age', 'prod', mapping('MaximumRecordAgeInSeconds', 3_600)],
  [
    'responsesAreReadAsMeant',
    'reports that nobody reads',
    'prod',
    mapping('FunctionResponseTypes', undefined),
  ],
  [
    'responsesAreReadAsMeant',
    'nothing reported where it is read',
    'prod',
    set(
      'consumer',
      'AWS::Lambda::Function',
      'ConsumerFunction',
      'Environment.Variables.REPORT_BATCH_ITEM_FAILURES',
      undefined,
    ),
  ],
  [
    'givenUpBatchesCanBePut',
    'a topic that may not be written',
    'prod',
    mapping('DestinationConfig', { OnFailure: { Destination: 'kafka://given-up' } }),
  ],
  [
    'givenUpBatchesCanBePut',
    'the topic that they come from',
    'prod',
    mapping('DestinationConfig', { OnFailure: { Destination: 'kafka://clicks' } }),
  ],
  [
    'givenUpBatchesCanBePut',
    'a bucket that may not be written',
    'prod',
    mapping('DestinationConfig', { OnFailure: { Destination: bucket } }),
  ],
])('%s: %s', (rule, _, base, change) => {
  const { rules, sentences } = judge(base, change);

  expect(rules).toEqual([rule]);
  for (const sentence of sentences) expect(sentence.length).toBeGreaterThan(20);
});

test.each<[string, Base, Change]>([
  ['the most records', 'dev', mapping('BatchSize', 10_000)],
  ['the longest window', 'dev', mapping('MaximumBatchingWindowInSeconds', 300)],
  ['another start that loses nothing', 'dev', mapping('StartingPosition', 'AT_TIMESTAMP')],
  ['14 minutes', 'dev', set('consumer', 'AWS::Lambda::Function', 'ConsumerFunction', 'Timeout', 840)],
  [
    '15 minutes of a function behind no mapping',
    'dev',
    set('consumer', 'AWS::Lambda::Function', 'RepairHandler', 'Timeout', 900),
  ],
  ['a limit of retries with a destination', 'failuresToS3', mapping('MaximumRetryAttempts', 3)],
  ['bisecting with provisioned pollers', 'prod', mapping('BisectBatchOnFunctionError', true)],
])('%s is fine', (_, base, change) => {
  expect(judge(base, change)).toEqual({ rules: [], sentences: [] });
});

test('without its pollers, options and the way to Lambda are both wrong', () => {
  const { rules } = judge('prod', mapping('ProvisionedPollerConfig', undefined));

  expect(rules).toEqual(['optionsSuitThePollers', 'pollersReachLambda']);
});

test('a destination needs the right to put there', () => {
  const change = withoutAction('consumer', 'Consumer', 's3:PutObject');

  expect(judge('failuresToS3', change).rules).toEqual(['givenUpBatchesCanBePut']);
});
