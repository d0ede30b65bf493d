/** What MSK tells of a cluster and of its brokers. Which of it there is, depends on the kind of cluster (lib/alarms/stream-alarms.ts). */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

const fiveMinutes = Duration.minutes(5);
/** An alarm's expression takes ten metrics at most (CloudWatch quotas). */
const metricsMax = 10;

/** Some brokers of a cluster. */
export interface Brokers {
  readonly clusterName: string;
  /** Of the first one; they are counted from 1. */
  readonly first: number;
  readonly brokerCount: number;
}

/** All brokers of a cluster, in as few groups as alarms can look at that read `metricsOfBroker` metrics of each broker. */
export function brokerGroups(
  { clusterName, brokerCount }: Omit<Brokers, 'first'>,
  metricsOfBroker: number,
): readonly Brokers[] {
  const size = Math.floor(metricsMax / metricsOfBroker);
  return Array.from({ length: Math.ceil(brokerCount / size) }, (_, group) => ({
    clusterName,
    first: group * size + 1,
    brokerCount: Math.min(size, brokerCount - group * size),
  }));
}

function brokerMetric(clusterName: string, broker: number, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName,
    dimensionsMap: { 'Cluster Name': clusterName, 'Broker ID': String(broker) },
    statistic,
    period: fiveMinutes,
  });
}

/** One metric over brokers: `combine` of the sum of what `names` tell of each. */
function overBrokers(
  { clusterName, first, brokerCount }: Brokers,
  names: readonly string[],
  statistic: string,
  combine: 'MAX' | 'MIN' | 'SUM',
  label: string,
): IMetric {
  const brokers = Array.from({ length: brokerCount }, (_, index) => first + index);
  const usingMetrics = Object.fromEntries(
    brokers.flatMap((broker) =>
      names.map((name, part) => [`b${broker}m${part}`, brokerMetric(clusterName, broker, name, statistic)]),
    ),
  );
  const each = brokers.map((broker) => names.map((_, part) => `b${broker}m${part}`).join(' + '));
  return new MathExpression({
    expression: `${combine}([${each.join(', ')}])`,
    usingMetrics,
    period: fiveMinutes,
    label,
  });
}

export function brokerCpuPercent(brokers: Brokers): IMetric {
  return overBrokers(brokers, ['CpuUser', 'CpuSystem'], 'Average', 'MAX', 'busiest broker, percent');
}

/** The fullest disk of a standard cluster, in percent. Express and serverless clusters have no disks of ours. */
export function brokerDiskPercent(brokers: Brokers): IMetric {
  return overBrokers(brokers, ['KafkaDataLogsDiskUsed'], 'Maximum', 'MAX', 'fullest broker disk, percent');
}

/** Of t3 brokers: what is left to be used above their share of a processor. */
export function brokerCredits(brokers: Brokers): IMetric {
  return overBrokers(brokers, ['CPUCreditBalance'], 'Average', 'MIN', 'fewest CPU credits');
}

export function underReplicated(brokers: Brokers): IMetric {
  return overBrokers(brokers, ['UnderReplicatedPartitions'], 'Maximum', 'SUM', 'partitions that lack a copy');
}

/** Milliseconds by which an express cluster slows clients down. */
export function brokerThrottleMs(brokers: Brokers): IMetric {
  return overBrokers(
    brokers,
    ['ProduceThrottleTime', 'FetchThrottleTime'],
    'Average',
    'MAX',
    'throttled, ms',
  );
}

export function refusedConnections(brokers: Brokers): IMetric {
  return overBrokers(brokers, ['IAMTooManyConnections'], 'Sum', 'SUM', 'connections above the quota');
}

/** Of the controller: averages of it say nothing, since the other brokers tell zero. */
export function controllerMetric(
  clusterName: string,
  metricName: 'OfflinePartitionsCount' | 'ActiveControllerCount',
): Metric {
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName,
    dimensionsMap: { 'Cluster Name': clusterName },
    statistic: 'Maximum',
    period: fiveMinutes,
    label: metricName,
  });
}

/** Bytes that an express cluster keeps; it is billed by them. */
export function storedBytes(clusterName: string): Metric {
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName: 'StorageUsed',
    dimensionsMap: { 'Cluster Name': clusterName },
    statistic: 'Maximum',
    period: Duration.hours(1),
    label: 'bytes kept',
  });
}

/** MSK's estimate of how long the group needs to catch up: free, and told whether or not the mapping polls. */
export function groupTimeLagSeconds(clusterName: string, group: string, topic: string): Metric {
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName: 'EstimatedMaxTimeLag',
    dimensionsMap: { 'Cluster Name': clusterName, 'Consumer Group': group, Topic: topic },
    statistic: 'Maximum',
    period: Duration.minutes(1),
    label: 'seconds behind',
  });
}
