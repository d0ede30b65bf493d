/**
 * Figures in CloudWatch's embedded metric format, by Powertools: a line in the log that CloudWatch makes metrics of, so that no
 * call goes out and no right is needed. Without a namespace nothing is written.
 */
import { MetricResolution, Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Environment, type PipelineMetric, SETTING } from '../pipeline/settings';
import { silentMetrics, type WriteMetrics } from './metrics-port';

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

function unitOf(name: PipelineMetric): Unit {
  if (name.endsWith('Ms')) return MetricUnit.Milliseconds;
  return name.endsWith('Percent') ? MetricUnit.Percent : MetricUnit.Count;
}

/** `service`: the handler; the one dimension of its metrics. */
export function metricsFrom(env: Environment, service: string): WriteMetrics {
  const namespace = env[SETTING.METRICS_NAMESPACE];
  if (!namespace) return silentMetrics;
  const metrics = new Metrics({ namespace, serviceName: service });
  return (figures) => {
    for (const [name, value] of Object.entries(figures) as [PipelineMetric, number][]) {
      metrics.addMetric(name, unitOf(name), value, MetricResolution.Standard);
    }
    metrics.publishStoredMetrics();
  };
}
