/** CloudWatch: metrics, alarms, a dashboard, logs. */
import type { Configuration } from '../lib/config';
import { PIPELINE_METRICS } from '../pipeline/settings';
import { assumed } from './assumptions';
import { brokersOf, type Load } from './demand';
import { type Item, item } from './item';
import { HOURS_PER_MONTH, PRICES, SECONDS_PER_MONTH } from './prices';

const GB = 1e9;
const daysPerMonth = HOURS_PER_MONTH / 24;
/** An alarm's expression takes ten metrics at most; what it adds up of a broker, two (lib/constructs/stream-metrics.ts). */
const metricsOfExpressionMax = 10;
/** State as repair tells it; functions and mapping; API and tasks; the two by which tasks are scaled. test/cost/stacks.test.ts holds these to the stacks. */
const alarmMetricsAlways = { state: 6, consumer: 5, edge: 4, scaling: 2 } as const;

function streamAlarmMetricsOf(configuration: Configuration): number {
  const { stream } = configuration;
  if (stream.type === 'serverless') return 0;
  const brokers = brokersOf(configuration);
  const perBroker = Math.min(brokers, metricsOfExpressionMax);
  const pairs = 2 * Math.min(brokers, metricsOfExpressionMax / 2);
  const group = 1;
  const cpu = pairs;
  const connections = stream.metrics === 'PER_BROKER' ? perBroker : 0;
  if (stream.type === 'express') return group + cpu + connections + pairs + 1;
  const copies = stream.metrics === 'PER_BROKER' ? perBroker : 0;
  const credits = stream.standardBrokerType.startsWith('kafka.t3.') ? perBroker : 0;
  return group + cpu + connections + copies + credits + perBroker + 2;
}

function storeAlarmMetricsOf({ store }: Configuration): number {
  if (store.type === 'serverless') return 3;
  return store.nodeCount * (store.nodeCount > 1 ? 4 : 3);
}

/** Metrics that alarms look at: an alarm over an expression is paid by the metrics in it. */
export function alarmMetricsOf(configuration: Configuration): number {
  const { consumer, audit } = configuration;
  const always = Object.values(alarmMetricsAlways).reduce((sum, each) => sum + each, 0);
  const pollers = consumer.pollersMax > 0 ? 2 : 0;
  const audited = audit.intervalMinutes > 0 ? 2 : 0;
  const services = streamAlarmMetricsOf(configuration) + storeAlarmMetricsOf(configuration);
  return always + pollers + audited + services;
}

/** Told by our handlers; those of the audit where there is one. */
export function toldMetricsOf({ audit }: Configuration): number {
  return PIPELINE_METRICS.length - (audit.intervalMinutes > 0 ? 0 : 1);
}

function brokerMetricsOf(configuration: Configuration): number {
  const { stream } = configuration;
  if (stream.type === 'serverless' || stream.metrics === 'DEFAULT') return 0;
  return brokersOf(configuration) * assumed('metricsPerBroker');
}

function logGbOf(configuration: Configuration, load: Load): number {
  const { stream, network } = configuration;
  const requests = load.dashboard.requestsPerSecond * SECONDS_PER_MONTH;
  const invocations = load.consumer.invocationsPerSecond * SECONDS_PER_MONTH + requests;
  const bytes = invocations * assumed('invocationLogBytes') + requests * assumed('requestLogBytes');
  const brokers = stream.type === 'standard' ? brokersOf(configuration) * assumed('brokerLogGb') : 0;
  const flows = network.flowLogs ? assumed('flowLogGb') : 0;
  return bytes / GB + brokers + flows + load.tasks * assumed('taskLogGb');
}

export function monitoringItems(configuration: Configuration, load: Load): Item[] {
  const logGb = logGbOf(configuration, load);
  const keptGb = (logGb * configuration.deployment.logRetentionDays) / daysPerMonth;
  const metrics = toldMetricsOf(configuration) + brokerMetricsOf(configuration);
  return [
    item('Monitoring', 'logs written', logGb, PRICES.logsIn, 'GB'),
    item('Monitoring', 'logs kept', keptGb, PRICES.logsKept, 'GB-months'),
    item('Monitoring', 'metrics', metrics, PRICES.metric, 'metrics'),
    item('Monitoring', 'alarms', alarmMetricsOf(configuration), PRICES.alarm, 'metrics'),
    item('Monitoring', 'CloudWatch page', 1, PRICES.dashboard, 'page'),
  ];
}
