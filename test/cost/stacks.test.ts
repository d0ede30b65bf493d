/** The bill follows the stacks: what it counts is in the templates, and as often. */
import { COLLECTOR_FIREWALL_RULES, collectorItems } from '../../cost/collector-items';
import { FIREWALL_RULES } from '../../cost/compute-items';
import { type Load, RETENTION_DAYS } from '../../cost/demand';
import { estimate, type Question } from '../../cost/estimate';
import { alarmMetricsOf } from '../../cost/monitoring-items';
import { endpointsOf } from '../../cost/network-items';
import { TOPIC_SETTINGS } from '../../lib/constructs/event-topic';
import { readConfiguration } from '../../lib/read-configuration';
import { type Resource, resourcesOf, synthesizeStacks, type Templates } from '../lib/synthesized';
import { COLLECTORS } from '../lib/variants';

jest.setTimeout(120_000);

type Settings = Question['settings'];
type Variant = readonly [name: string, preset: 'dev' | 'prod', settings: Settings];
const variants: readonly Variant[] = [
  ['dev', 'dev', {}],
  ['prod', 'prod', {}],
  ['prod, serverless both', 'prod', { stream: { type: 'serverless' }, store: { type: 'serverless' } }],
  [
    'many brokers',
    'prod',
    {
      stream: {
        type: 'standard',
        brokersPerZone: 5,
        metrics: 'PER_BROKER',
        standardBrokerType: 'kafka.t3.small',
      },
    },
  ],
  ['dev with a collector', 'dev', { producer: COLLECTORS.api }],
  ['a collector behind CloudFront', 'dev', { producer: COLLECTORS.cloudfront }],
  ['a collector behind a load balancer', 'dev', { producer: COLLECTORS.alb }],
  ['dev on one node with NAT', 'dev', { network: { natGateways: 1 }, store: { type: 'nodes' } }],
];

function all(templates: Templates, type: string): readonly Resource[] {
  return Object.values(templates).flatMap((template) => resourcesOf(template, type));
}

/** An alarm over an expression is paid by the metrics in it. */
function metricsOf({ Properties }: Resource): number {
  const metrics = Properties.Metrics as readonly { readonly MetricStat?: object }[] | undefined;
  return metrics === undefined ? 1 : metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
}

describe.each(variants)('%s', (_, preset, settings) => {
  const configuration = readConfiguration({ clickstream: settings, preset });
  const { templates } = synthesizeStacks({ preset, ...settings });

  test('interface endpoints, in as many zones', () => {
    const made = all(templates, 'AWS::EC2::VPCEndpoint').filter(
      ({ Properties }) => Properties.VpcEndpointType === 'Interface',
    );
    expect(made.length).toBe(endpointsOf(configuration).length);
    for (const { Properties } of made) {
      expect((Properties.SubnetIds as readonly unknown[]).length).toBe(
        configuration.network.endpointZoneCount,
      );
    }
  });

  test('metrics of alarms, pages, gateways and secrets', () => {
    const alarms = all(templates, 'AWS::CloudWatch::Alarm');
    expect(alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0)).toBe(alarmMetricsOf(configuration));
    expect(all(templates, 'AWS::Logs::MetricFilter')).toEqual([]);
    expect(all(templates, 'AWS::CloudWatch::Dashboard').length).toBe(1);
    expect(all(templates, 'AWS::EC2::NatGateway').length).toBe(configuration.network.natGateways);
  });

  test('what is paid of the collector is there, and as often', () => {
    const load = { eventsPerSecond: 1e6, tasks: 1 } as Load;
    const named = (pattern: RegExp) =>
      collectorItems(configuration, load).filter(({ name }) => pattern.test(name)).length;
    const made = (type: string) => all(templates, `AWS::${type}`).length;
    expect(made('SecretsManager::Secret')).toBe(1 + named(/: (sites|secret of CloudFront)$/));
    expect(made('ApiGatewayV2::Api')).toBe(named(/: API$/));
    expect(made('ServiceDiscovery::PrivateDnsNamespace')).toBe(named(/: names of the tasks$/));
    expect(made('CloudFront::Distribution')).toBe(named(/: CloudFront$/));
    expect(made('CloudFront::Function')).toBe(named(/: CloudFront, function$/));
    expect(made('ElasticLoadBalancingV2::LoadBalancer')).toBe(named(/: load balancer$/));
    const rules = all(templates, 'AWS::WAFv2::WebACL').map(
      ({ Properties }) => (Properties.Rules as readonly unknown[]).length,
    );
    expect(rules).toEqual(named(/: firewall$/) > 0 ? [COLLECTOR_FIREWALL_RULES] : []);
  });

  test('nothing that is paid by the hour and that the bill does not know', () => {
    const unknown = [
      'AWS::EC2::Instance',
      'AWS::EC2::EIP',
      'AWS::KMS::Key',
      'AWS::Kinesis::Stream',
      'AWS::RDS::DBInstance',
    ];
    // Each NAT gateway has an address of its own, which is in the price of none.
    const allowed = configuration.network.natGateways;
    const made = unknown.flatMap((type) => all(templates, type).map(() => type));
    expect(made.filter((type) => type !== 'AWS::EC2::EIP')).toEqual([]);
    expect(made.length).toBeLessThanOrEqual(allowed);
  });
});

test('a firewall has as many rules as are billed, and is there only where it is asked for', () => {
  const rulesOf = (firewall: boolean) =>
    all(synthesizeStacks({ dashboard: { firewall } }).templates, 'AWS::WAFv2::WebACL').map(
      ({ Properties }) => (Properties.Rules as readonly unknown[]).length,
    );
  expect(rulesOf(true)).toEqual([FIREWALL_RULES]);
  expect(rulesOf(false)).toEqual([]);
});

test('the log is kept as long as the topic says', () => {
  expect(Number(TOPIC_SETTINGS['retention.ms'])).toBe(RETENTION_DAYS * 86_400_000);
});

test('settings of cdk.json and of the environment are in the bill, and --set is above both', () => {
  const ask = (environment: Readonly<Record<string, string>>, settings: Settings) =>
    estimate({
      context: { clickstream: { preset: 'prod', stream: { brokersPerZone: 2 } } },
      environment,
      preset: undefined,
      settings,
      demand: { eventsPerMinute: 1_000, viewers: 0, sites: undefined, historyDays: 30 },
      isFit: false,
    }).bill.load.brokers;
  expect(ask({}, {})).toBe(6);
  expect(ask({ CLICKSTREAM_STREAM_BROKERS_PER_ZONE: '3' }, {})).toBe(9);
  expect(ask({ CLICKSTREAM_STREAM_BROKERS_PER_ZONE: '3' }, { stream: { brokersPerZone: 4 } })).toBe(12);
});
