/** Which limit a rate meets first, by configurations in which one part alone is small; and sizes that carry it. */
import type { Bill } from '../../cost/bill';
import { estimate, type Question } from '../../cost/estimate';
import { differences } from '../../cost/fit';
import { firstLimit } from '../../cost/limits';

function billOf(
  eventsPerMinute: number,
  preset: 'dev' | 'prod',
  settings: Question['settings'] = {},
  isFit = false,
): Bill {
  const demand = { eventsPerMinute, viewers: 1, sites: undefined, historyDays: 400 };
  return estimate({ context: {}, environment: {}, preset, settings, demand, isFit }).bill;
}

function firstOf(bill: Bill): string | undefined {
  return firstLimit(bill.limits)?.name;
}

test('the presets carry what they are for', () => {
  expect(firstOf(billOf(1_000, 'dev'))).toBeUndefined();
  expect(firstOf(billOf(100_000, 'prod'))).toBeUndefined();
});

const large = {
  stream: { expressBrokerType: 'express.m7g.16xlarge', partitions: 256 },
  store: { type: 'serverless', serverlessGbMax: 5_000, serverlessEcpuPerSecondMax: 15_000_000 },
  consumer: { pollersMax: 200 },
};
/** `large`, with these settings. */
function but(section: 'stream' | 'store' | 'consumer', settings: Readonly<Record<string, unknown>>) {
  return { ...large, [section]: { ...large[section], ...settings } };
}

test.each([
  ['nothing', large, undefined],
  // 83 MB a second into three brokers that take 15.6 each.
  ['small brokers', but('stream', { expressBrokerType: 'express.m7g.large' }), 'broker input'],
  // 15 MB a second is the most for a partition, and a handler of one cannot count them either.
  ['one partition', but('stream', { partitions: 1 }), 'event pollers'],
  // 5 MB a second for each poller.
  ['few pollers', but('consumer', { pollersMax: 4 }), 'event pollers'],
  ['a small cache', but('store', { serverlessGbMax: 1 }), 'store memory'],
  ['few processing units', but('store', { serverlessEcpuPerSecondMax: 1_000 }), 'store processing units'],
  ['one node', but('store', { type: 'nodes', nodeType: 'cache.r7g.16xlarge' }), 'store processor'],
  ['few invocations at a time', but('consumer', { reservedConcurrency: 1 }), 'concurrency'],
] as const)('10,000,000 events a minute with %s', (_, settings, first) => {
  expect(firstOf(billOf(10_000_000, 'prod', settings))).toBe(first);
});

test('disks of standard brokers: a week of log, three copies', () => {
  const settings = {
    ...but('stream', {
      type: 'standard',
      standardBrokerType: 'kafka.m7g.16xlarge',
      storageGibPerBroker: 100,
    }),
    network: { zoneCount: 3 },
  };
  expect(firstOf(billOf(1_000_000, 'prod', settings))).toBe('broker disks');
});

test('API Gateway takes 10,000 requests a second, and a load balancer what comes', () => {
  const name = {
    collectorDomainName: 'clicks.example.com',
    collectorCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  };
  const tasks = { taskCpu: 1_024, taskMemoryMib: 2_048, taskCountMax: 100 };
  expect(firstOf(billOf(700_000, 'prod', { producer: { ...tasks, collector: 'api' } }))).toBe(
    'collector requests',
  );
  expect(
    firstOf(billOf(700_000, 'prod', { producer: { ...tasks, ...name, collector: 'alb' } })),
  ).toBeUndefined();
});

test('serverless Kafka takes 200 MB a second', () => {
  const settings = but('stream', { type: 'serverless' });
  expect(firstOf(billOf(10_000_000, 'prod', settings))).toBeUndefined();
  expect(firstOf(billOf(50_000_000, 'prod', settings))).toBe('serverless input');
});

test('what stays behind beside counting is no first limit', () => {
  const bill = billOf(10_000_000, 'prod', large);
  const audit = bill.limits.find(({ name }) => name === 'audit');
  expect(audit?.isBeside).toBe(true);
  expect((audit?.used ?? 0) / (audit?.allowed ?? 1)).toBeGreaterThan(1);
  expect(firstOf(bill)).toBeUndefined();
});

test.each([10_000, 100_000, 1_000_000, 10_000_000])(
  'sizes are raised until %d events a minute are carried',
  (rate) => {
    const asked = billOf(rate, 'prod');
    const fitted = billOf(rate, 'prod', {}, true);
    expect(firstOf(fitted)).toBeUndefined();
    const raised = Object.keys(differences(asked.configuration, fitted.configuration));
    expect(raised.length > 0).toBe(firstOf(asked) !== undefined);
  },
);

test('where no setting helps, the limit stays named', () => {
  expect(firstOf(billOf(100_000_000, 'prod', { stream: { type: 'serverless' } }, true))).toMatch(
    /^serverless/,
  );
});
