import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK, runbookSection } from '../../lib/constructs/explained-alarm';
import { resourcesOf, synthesizeStacks } from './synthesized';

const runbook = readFileSync(join(__dirname, '../..', RUNBOOK), 'utf8');
const headings = Array.from(runbook.matchAll(/^## (.+)$/gm), (match) => match[1] as string);
const variants = [{}, { preset: 'prod' }, { store: { type: 'nodes' } }];
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
