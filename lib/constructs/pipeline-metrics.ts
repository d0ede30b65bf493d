/** The metrics that the alarms and the CloudWatch page look at, each made in one place with the statistic that fits it. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Configuration } from '../config';

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** Records that the consumer group has not counted yet. Emitted while the mapping polls, so silence means that it does not. */
export function offsetLag(functionName: string): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'OffsetLag',
    dimensionsMap: { FunctionName: functionName },
    statistic: 'Maximum',
    period: fiveMinutes,
    label: 'records not counted yet',
  });
}

/** Invocations of the consumer that reported failed partitions: for Lambda they are successes. */
export function reportedFailures(deployment: string): Metric {
  return new Metric({
    namespace: `clickstream/${deployment}`,
    metricName: 'PartitionsReported',
    statistic: 'Sum',
    period: fiveMinutes,
    label: 'invocations that reported failures',
  });
}

/** Scheduled audits that found numbers of the store to differ from the log. */
export function auditsThatDiffer(deployment: string): Metric {
  return new Metric({
    namespace: `clickstream/${deployment}`,
    metricName: 'AuditsThatDiffer',
    statistic: 'Sum',
    period: fiveMinutes,
    label: 'audits that found differences',
  });
}

/** Invocations of the consumer that failed, in whichever way. */
export function consumerFailures(errors: IMetric, { deployment, consumer }: Configuration): IMetric {
  if (!consumer.reportBatchItemFailures) return errors;
  return new MathExpression({
    expression: 'FILL(errors, 0) + FILL(reports, 0)',
    usingMetrics: { errors, reports: reportedFailures(deployment.name) },
    period: fiveMinutes,
    label: 'failed, or reported failures',
  });
}

/** The fullest of the nodes, in percent; of a serverless cache, the bytes in percent of its limit. */
export function storeMemoryPercent(cacheName: string, { store }: Configuration): IMetric {
  if (store.type === 'serverless') {
    const bytesMax = store.serverlessGbMax * 1e9;
    return new MathExpression({
      expression: `100 * bytes / ${bytesMax}`,
      usingMetrics: { bytes: serverlessMetric(cacheName, 'BytesUsedForCache', 'Maximum') },
      period: fiveMinutes,
      label: 'percent of the memory limit',
    });
  }
  return overNodes(cacheName, store.nodeCount, 'DatabaseMemoryUsagePercentage', 'MAX', 'Maximum');
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
        period: fiveMinutes,
      }),
    ]),
  );
  return new MathExpression({
    expression: `${combine}([${Object.keys(usingMetrics).join(',')}])`,
    usingMetrics,
    period: fiveMinutes,
    label: `${metricName}, all nodes`,
  });
}

/** The fullest disk of a standard cluster, in percent. Express and serverless clusters have no disks of ours. */
export function brokerDiskPercent(clusterName: string, brokerCount: number): IMetric {
  const brokers = Array.from({ length: brokerCount }, (_, index) => index + 1);
  const usingMetrics = Object.fromEntries(
    brokers.map((broker) => [
      `broker${broker}`,
      new Metric({
        namespace: 'AWS/Kafka',
        metricName: 'KafkaDataLogsDiskUsed',
        dimensionsMap: { 'Cluster Name': clusterName, 'Broker ID': String(broker) },
        statistic: 'Maximum',
        period: fiveMinutes,
      }),
    ]),
  );
  return new MathExpression({
    expression: `MAX([${Object.keys(usingMetrics).join(',')}])`,
    usingMetrics,
    period: fiveMinutes,
    label: 'fullest broker disk, percent',
  });
}

/** Answers of the API by kind of failure. */
export function apiMetric(apiName: string, metricName: '5XXError' | '4XXError' | 'Count'): Metric {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiName: apiName },
    statistic: 'Sum',
    period: minute,
    label: metricName,
  });
}
