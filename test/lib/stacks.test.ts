import { type Synthesis, validateStacks } from './synthesized';
import { configurationOf, variants } from './variants';

const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f';

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
  '$stream with $store, $origin, clicks by $collector, is made without a finding',
  (variant) => {
    expectDeployable(validateStacks(configurationOf(variant)));
  },
);

test('what CloudFormation would refuse is an error at synth, and not a warning that scrolls by', () => {
  const planted = { stream: { topic: 'a' } };

  expect(() => validateStacks(planted)).toThrow(/CloudFormation Validate/);
});

test.each<[string, object]>([
  [
    'a firewall and a domain',
    { dashboard: { firewall: true, domainName: 'stats.example.com', certificateArn } },
  ],
  ['addresses and no login', { dashboard: { login: 'none', allowedCidrs: ['203.0.113.0/24'] } }],
  ['no audit, and flow logs', { audit: { intervalMinutes: 0 }, network: { flowLogs: true } }],
])('%s give no finding', (_, differences) => {
  expectDeployable(validateStacks(differences));
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
