import { ADOPTED, type Synthesis, validateStacks } from './synthesized';

const variants = ['standard', 'express', 'serverless'].flatMap((stream) =>
  ['serverless', 'nodes'].flatMap((store) =>
    ['created', 'adopted'].map((origin) => ({ stream, store, origin })),
  ),
);

/** Templates may have 500 resources and 1 MB (CloudFormation quotas). */
const resourcesMax = 500;
const templateBytesMax = 1_000_000;

function expectDeployable({ templates, findings }: Synthesis): void {
  expect(findings).toEqual([]);
  for (const template of Object.values(templates)) {
    expect(Object.keys(template.Resources).length).toBeLessThan(resourcesMax);
    expect(JSON.stringify(template).length).toBeLessThan(templateBytesMax);
  }
}

test.each(['dev', 'prod'])('%s is made without a finding', (preset) => {
  expectDeployable(validateStacks({ preset }));
});

test.each(variants)(
  '$stream with $store, $origin, is made without a finding',
  ({ stream, store, origin }) => {
    const isAdopted = origin === 'adopted';
    expectDeployable(
      validateStacks({
        preset: 'prod',
        network: isAdopted ? ADOPTED.network : {},
        stream: { type: stream, ...(isAdopted ? ADOPTED.stream : {}) },
        store: { type: store, ...(isAdopted ? ADOPTED.store : {}) },
      }),
    );
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
