import { resourcesOf, synthesizeStacks, type Template } from './synthesized';

const { templates } = synthesizeStacks({ deployment: { sites: ['shop', 'blog'] } });
const { consumer, monitoring } = templates;

function propertiesOf(template: Template, type: string, text: string): Readonly<Record<string, unknown>> {
  const found = resourcesOf(template, type).find(({ Properties }) =>
    JSON.stringify(Properties).includes(text),
  );
  if (found === undefined) throw new Error(`no ${type} with ${text}`);
  return found.Properties as Readonly<Record<string, unknown>>;
}

test('the audit knows the topic, the store and the sites, and runs inside the VPC in a group of its own', () => {
  const properties = propertiesOf(consumer, 'AWS::Lambda::Function', '"clickstream-audit"');

  expect(properties.Environment).toMatchObject({
    Variables: {
      KAFKA_BROKERS: expect.anything(),
      KAFKA_AUTH: 'iam',
      REDIS_URL: expect.anything(),
      TOPIC: 'clicks',
      SITES: 'shop,blog',
    },
  });
  expect(JSON.stringify(properties.VpcConfig)).toContain('Groupsaudit');
  expect(properties).toMatchObject({ MemorySize: 512, Timeout: 300 });
});

test('the audit runs each five minutes, and the next run is its only retry', () => {
  expect(propertiesOf(consumer, 'AWS::Events::Rule', 'clickstream-audit')).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
  });
  expect(propertiesOf(consumer, 'AWS::Lambda::EventInvokeConfig', 'Audit')).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 300,
  });
});

test('one cell that differs is an alarm, and so is silence of the audit', () => {
  expect(propertiesOf(monitoring, 'AWS::CloudWatch::Alarm', 'Audit differences')).toMatchObject({
    Metrics: [{ MetricStat: { Metric: { MetricName: 'CellsThatDiffer' }, Stat: 'Sum' } }],
    Threshold: 0,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  });
  expect(propertiesOf(monitoring, 'AWS::CloudWatch::Alarm', 'Audit errors')).toMatchObject({
    MetricName: 'Errors',
    TreatMissingData: 'breaching',
  });
});

test('an interval of 0 is no audit, and no alarm that waits for one', () => {
  const without = synthesizeStacks({ audit: { intervalMinutes: 0 } }).templates;

  expect(JSON.stringify(without.consumer)).not.toContain('clickstream-audit');
  expect(JSON.stringify(without.monitoring)).not.toContain('Audit');
});
