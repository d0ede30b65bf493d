/**
 * Deploying over what is deployed, by CloudFormation's own rule: what a stack exports can be neither changed nor taken back while
 * another imports it. Stacks are updated in order, so when one is, those after it still are what they were.
 */
import {
  ADOPTED,
  type StackName,
  stackNames,
  synthesizeStacks,
  type Template,
  type Templates,
} from './synthesized';
import { withCollector } from './variants';

function exportsOf(template: Template): ReadonlyMap<string, string> {
  const outputs = Object.values(template.Outputs ?? {});
  return new Map(
    outputs.flatMap(({ Export, Value }) => (Export ? [[Export.Name, JSON.stringify(Value)] as const] : [])),
  );
}

function importsOf(template: Template): readonly string[] {
  const names = JSON.stringify(template).matchAll(/\{"Fn::ImportValue":"([^"]+)"\}/g);
  return [...new Set(Array.from(names, ([, name]) => name as string))];
}

/** What CloudFormation would refuse, stack by stack. */
function refusedBy(before: Templates, after: Templates): readonly string[] {
  return stackNames.flatMap((name) => {
    const [held, wanted] = [exportsOf(before[name]), exportsOf(after[name])];
    const stillUsed = new Set(stackNames.flatMap((other) => importsOf(before[other])));
    return [...held]
      .filter(([key, value]) => stillUsed.has(key) && wanted.get(key) !== value)
      .map(([key]) => key);
  });
}

const first = synthesizeStacks({});
const { templates: dev } = first;

function importersOf(name: StackName): readonly StackName[] {
  const own = new Set(exportsOf(dev[name]).keys());
  return stackNames.filter((other) => importsOf(dev[other]).some((key) => own.has(key)));
}

test.each<[string, object]>([
  ['brokers are added', { stream: { brokersPerZone: 2 } }],
  ['partitions are added', { stream: { partitions: 16 } }],
  ['a zone is added', { network: { zoneCount: 3 } }],
  ['NAT comes', { network: { natGateways: 1 } }],
  ['flow logs come', { network: { flowLogs: true } }],
  ['pollers are provisioned', { consumer: { pollersMin: 1, pollersMax: 2, reportBatchItemFailures: true } }],
  ['given-up batches are kept', { consumer: { pollersMin: 1, pollersMax: 2, onFailure: 's3' } }],
  ['the audit goes', { audit: { intervalMinutes: 0 } }],
  ['the cache grows', { store: { serverlessGbMax: 5, snapshotDays: 3 } }],
  ['sites are added', { deployment: { sites: ['demo', 'shop'] } }],
  ['tasks are added', { producer: { taskCountMax: 4 } }],
  ['clicks come in', withCollector('api')],
  ['clicks come in by CloudFront', withCollector('cloudfront')],
  ['alarms are mailed', { monitoring: { alarmEmail: 'ops@example.com' } }],
])('it can be deployed when %s, and taken back', (_, differences) => {
  const { templates } = synthesizeStacks(differences);

  expect(refusedBy(dev, templates)).toEqual([]);
  if (!('network' in differences && 'zoneCount' in (differences.network as object))) {
    expect(refusedBy(templates, dev)).toEqual([]);
  }
});

test.each<[string, object]>([
  ['kind of cluster', { stream: { type: 'serverless' } }],
  ['kind of cache', { store: { type: 'nodes' } }],
  ['VPC', { network: ADOPTED.network }],
  ['cluster', { network: ADOPTED.network, stream: ADOPTED.stream }],
])('another %s is refused before log or counts are left behind', (_, differences) => {
  expect(refusedBy(dev, synthesizeStacks(differences).templates)).not.toEqual([]);
});

test('a load balancer can come; before its subnets can go, the producer’s stack has to be deployed alone', () => {
  const { templates } = synthesizeStacks(withCollector('alb'));

  expect(refusedBy(dev, templates)).toEqual([]);
  expect(refusedBy(templates, dev)).toHaveLength(2);
  expect(refusedBy({ ...templates, producer: dev.producer }, dev)).toEqual([]);
});

test('producer, consumer, dashboard and monitoring can each be destroyed alone', () => {
  for (const name of ['producer', 'consumer', 'dashboard', 'monitoring'] as const) {
    expect(importersOf(name)).toEqual([]);
  }
  expect(importersOf('stream')).toEqual(['producer', 'consumer']);
  expect(importersOf('store')).toEqual(['consumer', 'dashboard']);
  expect(importersOf('network')).toEqual(['stream', 'store', 'producer', 'consumer', 'dashboard']);
});

test('stacks are deployed after what they refer to, by either kind of reference', () => {
  for (const [name, before] of Object.entries(first.dependencies)) {
    for (const earlier of before) {
      expect(stackNames.indexOf(earlier)).toBeLessThan(stackNames.indexOf(name as StackName));
    }
  }
  expect(first.dependencies.monitoring).toEqual(
    expect.arrayContaining(['consumer', 'dashboard', 'producer']),
  );
  expect(first.dependencies.consumer).toEqual(expect.arrayContaining(['network', 'stream', 'store']));
});

test("the brokers' addresses are no export: they change when the cluster grows", () => {
  const all = stackNames.flatMap((name) => [...exportsOf(dev[name]).values()]);

  expect(all.filter((value) => value.includes('brokers"]'))).toEqual([]);
  expect(JSON.stringify(dev.consumer)).toContain('"KAFKA_BROKERS":{"Fn::GetStackOutput":');
});
