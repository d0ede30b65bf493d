/** CloudWatch: metrics, alarms, a dashboard, logs. */
import type { Configuration } from '../lib/config';
import { PIPELINE_METRICS, type PipelineMetric } from '../pipeline/settings';
import { assumed } from './assumptions';
import { brokersOf, type Load } from './demand';
import { type Item, item } from './item';
import { HOURS_PER_MONTH, PRICES, SECONDS_PER_MONTH } from './prices';

const GB = 1e9;
const daysPerMonth = HOURS_PER_MONTH / 24;
/** State as repair tells it; functions and mapping; API and tasks; the two by which tasks are scaled. test/cost/stacks.test.ts holds these to the stacks. */
const alarmMetricsAlways = { state: 6, consumer: 5, edge: 4, scaling: 2 } as const;

function streamAlarmMetricsOf(configuration: Configuration): number {
  const { stream } = configuration;
  if (stream.type === 'serverless') return 0;
  const brokers = brokersOf(configuration);
  const group = 1;
  // User and system.
  const cpu = 2 * brokers;
  const connections = stream.metrics === 'PER_BROKER' ? brokers : 0;
  // Of writing and of reading; and of what is kept, one.
  if (stream.type === 'express') return group + cpu + connections + 2 * brokers + 1;
  const disks = brokers;
  const copies = stream.metrics === 'PER_BROKER' ? brokers : 0;
  const credits = stream.standardBrokerType.startsWith('kafka.t3.') ? brokers : 0;
  const controller = 2;
  return group + cpu + connections + disks + copies + credits + controller;
}

function storeAlarmMetricsOf({ store }: Configuration): number {
  if (store.type === 'serverless') return 4;
  return store.nodeCount * (store.nodeCount > 1 ? 5 : 4);
}

/** Metrics that alarms look at: an alarm over an expression is paid by the metrics in it. */
export function alarmMetricsOf(configuration: Configuration): number {
  const { consumer, audit, producer } = configuration;
  const always = Object.values(alarmMetricsAlways).reduce((sum, each) => sum + each, 0);
  const pollers = consumer.pollersMax > 0 ? 2 : 0;
  const audited = audit.intervalMinutes > 0 ? 2 : 0;
  const services = streamAlarmMetricsOf(configuration) + storeAlarmMetricsOf(configuration);
  // Failing, slow, refusing; and of API Gateway its limit, of a load balancer two kinds of failures.
  const collector = producer.collector === 'none' ? 0 : 4;
  return always + pollers + audited + collector + services;
}

/** Billed by the hours in which they are told. */
const toldWhenAny: readonly PipelineMetric[] = ['PartitionsFailed', 'RecordsLost'];
/** Told where a collector is. */
const toldOfCollector: readonly PipelineMetric[] = ['EdgeRefusedPercent'];

/** Told by our handlers while all is well; those of the audit where there is one. */
export function toldMetricsOf({ audit, producer }: Configuration): number {
  const untold = toldWhenAny.length + (producer.collector === 'none' ? toldOfCollector.length : 0);
  return PIPELINE_METRICS.length - untold - (audit.intervalMinutes > 0 ? 0 : 1);
}

/** Of a stream of requests the default rule of X-Ray takes one a second, and 5 % of the others. */
function tracesPerSecond(requestsPerSecond: number): number {
  const [reservoir, share] = [1, 0.05];
  return Math.min(requestsPerSecond, reservoir) + share * Math.max(0, requestsPerSecond - reservoir);
}

function traceItems({ deployment, audit }: Configuration, load: Load): Item[] {
  if (!deployment.tracing) return [];
  const repairs = 1 / 60;
  const audits = audit.intervalMinutes > 0 ? 1 / (60 * audit.intervalMinutes) : 0;
  const perSecond = [load.consumer.invocationsPerSecond, load.dashboard.requestsPerSecond, repairs, audits]
    .map(tracesPerSecond)
    .reduce((sum, each) => sum + each, 0);
  return [item('Monitoring', 'traces', (perSecond * SECONDS_PER_MONTH) / 1e6, PRICES.traces, 'million')];
}

function brokerMetricsOf(configuration: Configuration): number {
  const { stream } = configuration;
  if (stream.type === 'serverless' || stream.metrics === 'DEFAULT') return 0;
  return brokersOf(configuration) * assumed('metricsPerBroker');
}

function logGbOf(configuration: Configuration, load: Load): number {
  const { stream, network, producer } = configuration;
  const requests = load.dashboard.requestsPerSecond * SECONDS_PER_MONTH;
  // A load balancer writes none.
  const isLogged = producer.collector === 'api' || producer.collector === 'cloudfront';
  const clicks = isLogged ? load.eventsPerSecond * SECONDS_PER_MONTH : 0;
  const invocations = load.consumer.invocationsPerSecond * SECONDS_PER_MONTH + requests;
  const bytes =
    invocations * assumed('invocationLogBytes') + (requests + clicks) * assumed('requestLogBytes');
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
    ...traceItems(configuration, load),
  ];
}
