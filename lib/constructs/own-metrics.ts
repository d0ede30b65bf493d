/** Figures that our handlers tell CloudWatch in their logs (lambdas/metrics.ts), each with the statistic that fits it. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { PipelineMetric } from '../../pipeline/settings';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

export function metricsNamespace(deploymentName: string): string {
  return `clickstream/${deploymentName}`;
}

interface Told {
  /** Handler that tells it. */
  readonly by: 'consumer' | 'repair' | 'audit';
  readonly statistic: 'Sum' | 'Maximum';
  readonly period: Duration;
  readonly label: string;
}

const told: Readonly<Record<PipelineMetric, Told>> = {
  PartitionsFailed: {
    by: 'consumer',
    statistic: 'Sum',
    period: fiveMinutes,
    label: 'partitions that failed',
  },
  ShardsBehind: {
    by: 'repair',
    statistic: 'Maximum',
    period: minute,
    label: 'partitions that wait for repair',
  },
  ShardsTorn: { by: 'repair', statistic: 'Maximum', period: minute, label: 'torn shards' },
  ShardsWrongLog: { by: 'repair', statistic: 'Maximum', period: minute, label: 'shards of another log' },
  LagMs: { by: 'repair', statistic: 'Maximum', period: minute, label: 'age of the numbers, ms' },
  RejectedPercent: { by: 'repair', statistic: 'Maximum', period: minute, label: 'rejected, percent' },
  EdgeRefusedPercent: {
    by: 'repair',
    statistic: 'Maximum',
    period: minute,
    label: 'refused by the collector, percent',
  },
  RecordsLost: { by: 'repair', statistic: 'Sum', period: fiveMinutes, label: 'records that were lost' },
  CellsThatDiffer: { by: 'audit', statistic: 'Sum', period: fiveMinutes, label: 'cells that differ' },
};

export function ownMetric(deploymentName: string, metricName: PipelineMetric): Metric {
  const { by, ...properties } = told[metricName];
  return new Metric({
    namespace: metricsNamespace(deploymentName),
    metricName,
    dimensionsMap: { service: by },
    ...properties,
  });
}

/** Invocations that failed, and partitions that were reported as failed: for Lambda the latter are successes. */
export function consumerFailures(errors: IMetric, deploymentName: string): IMetric {
  return new MathExpression({
    expression: 'FILL(errors, 0) + FILL(partitions, 0)',
    usingMetrics: { errors, partitions: ownMetric(deploymentName, 'PartitionsFailed') },
    period: fiveMinutes,
    label: 'failed invocations, and partitions that failed',
  });
}
