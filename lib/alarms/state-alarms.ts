/** Whether the numbers are right and new: what repair and audit tell of the store. */
import { Duration } from 'aws-cdk-lib';
import type { Configuration } from '../config';
import { ownMetric } from '../constructs/own-metrics';
import type { AlarmRow, Watched } from './alarm-row';

export function stateAlarms({ deployment, monitoring }: Configuration): AlarmRow[] {
  const { name } = deployment;
  return [
    {
      name: 'Partition behind',
      meaning:
        'A partition has waited for repair for five minutes: its records are in Kafka, and not counted yet.',
      metric: ownMetric(name, 'ShardsBehind'),
      above: 0,
      periods: 5,
    },
    {
      name: 'Torn shard',
      meaning:
        'A write to the store broke off half-way: the partition stands still until repair has rebuilt it.',
      metric: ownMetric(name, 'ShardsTorn'),
      above: 0,
      periods: 5,
    },
    {
      name: 'Wrong log',
      meaning:
        'A partition holds other records than those that were counted: it stands still until a person decides.',
      metric: ownMetric(name, 'ShardsWrongLog'),
      above: 0,
      periods: 1,
    },
    {
      name: 'Records lost',
      meaning:
        'Records had left the log before they were counted: they are missing for good, and the ledger says how many.',
      metric: ownMetric(name, 'RecordsLost'),
      above: 0,
      periods: 1,
    },
    {
      name: 'Rejected records',
      meaning:
        'Many records cannot be counted: a producer sends what is no event, or sites that are not known.',
      metric: ownMetric(name, 'RejectedPercent'),
      above: monitoring.rejectedPercentMax,
      periods: 10,
    },
    {
      name: 'Stale numbers',
      meaning: 'The numbers on the page are older than they may be.',
      metric: ownMetric(name, 'LagMs'),
      above: monitoring.lagSecondsMax * 1_000,
      periods: 5,
    },
  ];
}

export function auditAlarms({ deployment, audit }: Configuration, { consumer }: Watched): AlarmRow[] {
  if (consumer.audit === undefined) return [];
  return [
    {
      name: 'Audit differences',
      meaning: 'An independent recount of the log has found that numbers of the store are wrong.',
      metric: ownMetric(deployment.name, 'CellsThatDiffer'),
      above: 0,
      periods: 1,
    },
    {
      name: 'Audit errors',
      meaning: 'The audit fails or does not run: numbers are counted as ever, and nobody checks them.',
      metric: consumer.audit.metricErrors({ period: Duration.minutes(Math.max(5, audit.intervalMinutes)) }),
      above: 0,
      periods: 3,
      silence: 'bad',
    },
  ];
}
