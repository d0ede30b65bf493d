/** CloudWatch: metrics, alarms, a dashboard, logs. */
import type { Configuration } from '../lib/config';
import { assumed } from './assumptions';
import { brokersOf, type Load } from './demand';
import { type Item, item } from './item';
import { HOURS_PER_MONTH, PRICES, SECONDS_PER_MONTH } from './prices';

const GB = 1e9;
const daysPerMonth = HOURS_PER_MONTH / 24;
/** Functions and mapping; a failing dashboard; memory and evictions of the store. test/cost/stacks.test.ts holds these to the stacks. */
const alarmMetricsAlways = 5;

/** Metrics that alarms look at: an alarm over an expression is paid by the metrics in it. */
export function alarmMetricsOf(configuration: Configuration): number {
  const { consumer, audit, store, stream } = configuration;
  const reported = consumer.reportBatchItemFailures ? 1 : 0;
  const audited = audit.intervalMinutes > 0 ? 2 : 0;
  const ofStore = store.type === 'serverless' ? 3 : 2 * store.nodeCount;
  const disks = stream.type === 'standard' ? brokersOf(configuration) : 0;
  return alarmMetricsAlways + reported + audited + ofStore + disks;
}

/** Counted out of log lines. */
export function logMetricsOf({ consumer, audit }: Configuration): number {
  return (consumer.reportBatchItemFailures ? 1 : 0) + (audit.intervalMinutes > 0 ? 1 : 0);
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
  const metrics = logMetricsOf(configuration) + brokerMetricsOf(configuration);
  return [
    item('Monitoring', 'logs written', logGb, PRICES.logsIn, 'GB'),
    item('Monitoring', 'logs kept', keptGb, PRICES.logsKept, 'GB-months'),
    item('Monitoring', 'metrics', metrics, PRICES.metric, 'metrics'),
    item('Monitoring', 'alarms', alarmMetricsOf(configuration), PRICES.alarm, 'metrics'),
    item('Monitoring', 'CloudWatch page', 1, PRICES.dashboard, 'page'),
  ];
}
