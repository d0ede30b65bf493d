import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK, runbookSection } from '../../lib/constructs/explained-alarm';
import { PIPELINE_METRICS } from '../../pipeline/settings';
import { resourcesOf, synthesizeStacks } from './synthesized';
import { withCollector } from './variants';

const runbook = readFileSync(join(__dirname, '../..', RUNBOOK), 'utf8');
const headings = Array.from(runbook.matchAll(/^## (.+)$/gm), (match) => match[1] as string);
const variants = [
  {},
  { preset: 'prod' },
  { store: { type: 'nodes' } },
  { stream: { metrics: 'PER_BROKER' } },
  { stream: { type: 'serverless' } },
  withCollector('api'),
];
const named = (differences: object): readonly string[] =>
  resourcesOf(synthesizeStacks(differences).templates.monitoring, 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => String(Properties.AlarmName).replace('clickstream: ', ''),
  );
const alarms = variants.flatMap((differences) =>
  resourcesOf(synthesizeStacks(differences).templates.monitoring, 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => ({
      name: String(Properties.AlarmName).replace('clickstream: ', ''),
      description: String(Properties.AlarmDescription),
    }),
  ),
);

test('every alarm says what it means, and where its section of the runbook is', () => {
  for (const { name, description } of alarms) {
    expect(description).toMatch(/^[A-Z].{20,}\. What to do: docs\/runbook\.md#[a-z-]+$/);
    expect(description).toContain(runbookSection(name));
    expect(headings).toContain(name);
  }
});

test('every section of the runbook is one of an alarm', () => {
  expect(new Set(headings)).toEqual(new Set(alarms.map(({ name }) => name)));
});

test('every section describes, investigates and resolves', () => {
  for (const section of runbook.split(/^## /m).slice(1)) {
    expect(section).toMatch(/\*\*Description\*\*[\s\S]+\*\*Investigation\*\*[\s\S]+\*\*Resolution\*\*/);
  }
});

test('silence of the lag is an alarm: the mapping does not poll', () => {
  const lag = resourcesOf(synthesizeStacks({}).templates.monitoring, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => String(Properties.AlarmName).endsWith('Consumer lag'),
  );

  expect(lag?.Properties).toMatchObject({ TreatMissingData: 'breaching' });
  expect(JSON.stringify(lag)).toContain('OffsetLag');
});

test('silence of repair is an alarm: its schedule does not run', () => {
  const repair = resourcesOf(synthesizeStacks({}).templates.monitoring, 'AWS::CloudWatch::Alarm').find(
    ({ Properties }) => String(Properties.AlarmName).endsWith('Repair errors'),
  );

  expect(repair?.Properties).toMatchObject({ TreatMissingData: 'breaching', MetricName: 'Errors' });
});

const ofStandardDisks = ['Broker disks', 'Offline partitions', 'Controller missing'];

test.each([
  [{}, ['Broker CPU', 'Broker credits', 'Group behind', ...ofStandardDisks]],
  [
    { stream: { standardBrokerType: 'kafka.m7g.large', metrics: 'PER_BROKER' } },
    ['Broker CPU', 'Broker connections', 'Copies missing', 'Group behind', ...ofStandardDisks],
  ],
  [
    { preset: 'prod' },
    ['Broker CPU', 'Broker connections', 'Broker storage', 'Broker throttled', 'Group behind'],
  ],
  [{ stream: { type: 'serverless' } }, []],
])('of the cluster of %j, what it tells is watched and nothing else', (differences, expected) => {
  const ofCluster = named(differences).filter((name) =>
    /^(Broker|Copies|Offline|Controller|Group)/.test(name),
  );

  expect([...ofCluster].sort()).toEqual([...expected].sort());
});

test('no alarm looks at more than ten metrics, CloudWatch’s limit, however many brokers and nodes there are', () => {
  const { monitoring } = synthesizeStacks({
    preset: 'prod',
    stream: { brokersPerZone: 20 },
    store: { nodeCount: 6 },
  }).templates;

  for (const { Properties } of resourcesOf(monitoring, 'AWS::CloudWatch::Alarm')) {
    const { length } = (Properties.Metrics as readonly unknown[] | undefined) ?? [];
    expect(length ?? 0).toBeLessThanOrEqual(11);
  }
});

test('all brokers are watched, by as many alarms as that takes, which share their section of the runbook', () => {
  const { monitoring } = synthesizeStacks({ preset: 'prod', stream: { brokersPerZone: 4 } }).templates;
  const all = resourcesOf(monitoring, 'AWS::CloudWatch::Alarm');
  const ofName = (name: string) =>
    all.filter(({ Properties }) => String(Properties.AlarmName).startsWith(`clickstream: ${name}`));
  const brokersIn = (resources: readonly object[]) =>
    Array.from(JSON.stringify(resources).matchAll(/"Broker ID","Value":"(\d+)"/g), ([, broker]) =>
      Number(broker),
    );

  expect(ofName('Broker CPU').map(({ Properties }) => Properties.AlarmName)).toEqual([
    'clickstream: Broker CPU, brokers 1 to 5',
    'clickstream: Broker CPU, brokers 6 to 10',
    'clickstream: Broker CPU, brokers 11 to 12',
  ]);
  for (const name of ['Broker CPU', 'Broker throttled', 'Broker connections']) {
    const watched = ofName(name);
    expect([...new Set(brokersIn(watched))].sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    for (const { Properties } of watched) expect(Properties.AlarmDescription).toContain(runbookSection(name));
  }
});

test.each([
  [{ store: { type: 'serverless' } }, ['Store throttled', 'Store units']],
  [{ store: { type: 'nodes', nodeCount: 2 } }, ['Replica behind', 'Store CPU', 'Store connections']],
])('of the store of %j, what it tells is watched', (differences, expected) => {
  const ofStore = named(differences).filter((name) => /^(Store|Replica)/.test(name));
  const ofBoth = ['Store evictions', 'Store memory'];

  expect([...ofStore].sort()).toEqual([...expected, ...ofBoth].sort());
});

test('pollers that are provisioned are watched; on demand Lambda tells nothing of them', () => {
  const ofPollers = (names: readonly string[]) =>
    names.filter((name) => /^(Poller|Dropped)/.test(name)).sort();

  expect(ofPollers(named({}))).toEqual([]);
  expect(ofPollers(named({ preset: 'prod' }))).toEqual(['Dropped events', 'Poller errors']);
});

test('every figure that a handler tells has an alarm, in the namespace and dimension that it is told by', () => {
  const { monitoring, consumer } = synthesizeStacks(withCollector('api')).templates;
  const watched = resourcesOf(monitoring, 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
    JSON.stringify(Properties),
  );
  const namespaces = resourcesOf(consumer, 'AWS::Lambda::Function').map(
    ({ Properties }) =>
      (Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> }).Variables
        .METRICS_NAMESPACE,
  );

  expect(namespaces).toEqual(namespaces.map(() => 'clickstream/clickstream'));
  for (const name of PIPELINE_METRICS) {
    const [found] = watched.filter((text) => text.includes(`"MetricName":"${name}"`));
    expect(found).toContain('"Namespace":"clickstream/clickstream"');
    expect(found).toContain('"Name":"service"');
  }
});
