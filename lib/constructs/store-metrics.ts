/** What ElastiCache tells. A serverless cache is one; of nodes, each tells by itself, and the worst counts. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Configuration } from '../config';

const fiveMinutes = Duration.minutes(5);
const minute = Duration.minutes(1);

/** The fullest of the nodes, in percent; of a serverless cache, the bytes in percent of its limit. */
export function storeMemoryPercent(cacheName: string, { store }: Configuration): IMetric {
  if (store.type === 'nodes') {
    return overNodes(cacheName, store.nodeCount, 'DatabaseMemoryUsagePercentage', 'MAX', 'Maximum');
  }
  return new MathExpression({
    expression: `100 * bytes / ${store.serverlessGbMax * 1e9}`,
    usingMetrics: { bytes: serverlessMetric(cacheName, 'BytesUsedForCache', 'Maximum') },
    period: fiveMinutes,
    label: 'percent of the memory limit',
  });
}

/** Keys that the store dropped by itself. */
export function storeEvictions(cacheName: string, { store }: Configuration): IMetric {
  if (store.type === 'serverless') return serverlessMetric(cacheName, 'Evictions', 'Sum');
  return overNodes(cacheName, store.nodeCount, 'Evictions', 'SUM', 'Sum');
}

/** Commands that a serverless cache refused because its limit of processing units was reached. */
export function storeThrottles(cacheName: string): IMetric {
  return serverlessMetric(cacheName, 'ThrottledCmds', 'Sum');
}

/** Work of a serverless cache, in percent of its limit of processing units a second. */
export function storeUnitsPercent(cacheName: string, { store }: Configuration): IMetric {
  return new MathExpression({
    expression: `100 * units / PERIOD(units) / ${store.serverlessEcpuPerSecondMax}`,
    usingMetrics: { units: serverlessMetric(cacheName, 'ElastiCacheProcessingUnits', 'Sum') },
    period: fiveMinutes,
    label: 'percent of the limit of processing units',
  });
}

/** Connections that clients have opened in a minute, on the node that has most. */
export function storeConnections(cacheName: string, nodeCount: number): IMetric {
  return overNodes(cacheName, nodeCount, 'NewConnections', 'MAX', 'Sum', minute);
}

/** Work of a serverless cache, in processing units a second. */
export function storeUnits(cacheName: string): IMetric {
  return new MathExpression({
    expression: 'units / PERIOD(units)',
    usingMetrics: { units: serverlessMetric(cacheName, 'ElastiCacheProcessingUnits', 'Sum') },
    period: fiveMinutes,
    label: 'processing units a second',
  });
}

/** CPU of the engine's one thread, on the busiest node. */
export function storeCpuPercent(cacheName: string, nodeCount: number): IMetric {
  return overNodes(cacheName, nodeCount, 'EngineCPUUtilization', 'MAX', 'Maximum', minute);
}

/** Seconds that the slowest replica is behind the primary: what a fail-over would set back. */
export function replicationLagSeconds(cacheName: string, nodeCount: number): IMetric {
  return overNodes(cacheName, nodeCount, 'ReplicationLag', 'MAX', 'Maximum', minute);
}

function serverlessMetric(cacheName: string, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap: { clusterId: cacheName },
    statistic,
    period: fiveMinutes,
    label: metricName,
  });
}

/** Nodes of a replication group are called `<group>-001` and so on. */
function overNodes(
  cacheName: string,
  nodeCount: number,
  metricName: string,
  combine: 'MAX' | 'SUM',
  statistic: string,
  period: Duration = fiveMinutes,
): IMetric {
  const nodes = Array.from({ length: nodeCount }, (_, index) => index + 1);
  const usingMetrics = Object.fromEntries(
    nodes.map((node) => [
      `node${node}`,
      new Metric({
        namespace: 'AWS/ElastiCache',
        metricName,
        dimensionsMap: { CacheClusterId: `${cacheName}-${String(node).padStart(3, '0')}` },
        statistic,
        period,
      }),
    ]),
  );
  return new MathExpression({
    expression: `${combine}([${Object.keys(usingMetrics).join(',')}])`,
    usingMetrics,
    period,
    label: `${metricName}, all nodes`,
  });
}
