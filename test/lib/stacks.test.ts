import { type StackName, stackNames, synthesizeStacks, type Template, validateStacks } from './synthesized';

const streams = ['standard', 'express', 'serverless'];
const stores = ['serverless', 'nodes'];
const variants = ['dev', 'prod'].flatMap((preset) =>
  streams.flatMap((stream) => stores.map((store) => ({ preset, stream, store }))),
);

/** Templates may have 500 resources and 1 MB (CloudFormation quotas). */
const resourcesMax = 500;
const templateBytesMax = 1_000_000;

test.each(variants)(
  '$preset with $stream and $store is made without a finding',
  ({ preset, stream, store }) => {
    const { templates, findings } = validateStacks({
      preset,
      stream: { type: stream },
      store: { type: store },
      network: { zoneCount: 3 },
    });

    expect(findings).toEqual([]);
    for (const template of Object.values(templates)) {
      expect(Object.keys(template.Resources).length).toBeLessThan(resourcesMax);
      expect(JSON.stringify(template).length).toBeLessThan(templateBytesMax);
    }
  },
);

test('what CloudFormation would refuse is an error at synth, and not a warning that scrolls by', () => {
  const planted = { stream: { topic: 'a' } };

  expect(() => validateStacks(planted)).toThrow(/CloudFormation Validate/);
});

test('NAT gateways, mail, a failed-batches bucket and narrow access can be asked for', () => {
  const { findings } = validateStacks({
    preset: 'prod',
    network: { natGateways: 1, zoneNames: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] },
    consumer: { onFailure: 's3', reservedConcurrency: 10, batchWindowMs: 1000 },
    dashboard: { allowedCidrs: ['203.0.113.0/24'] },
    monitoring: { alarmEmail: 'ops@example.com' },
  });

  expect(findings).toEqual([]);
});

function countTypes(template: Template): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(template.Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}

describe.each(['dev', 'prod'])('%s is made of', (preset) => {
  const { templates } = synthesizeStacks({ preset });

  test.each(stackNames)('these resources: %s', (name: StackName) => {
    expect(countTypes(templates[name])).toMatchSnapshot();
  });
});
