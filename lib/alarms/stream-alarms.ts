/**
 * Whether Kafka takes and gives records. Each kind of cluster tells other things: serverless none of these; express has no
 * disks, replicas and controller of ours to watch, and throttles instead; some are told at PER_BROKER alone.
 */
import type { Configuration } from '../config';
import {
  type Brokers,
  brokerCpuPercent,
  brokerCredits,
  brokerDiskPercent,
  brokerGroups,
  brokerThrottleMs,
  controllerMetric,
  groupTimeLagSeconds,
  refusedConnections,
  storedBytes,
  underReplicated,
} from '../constructs/stream-metrics';
import type { AlarmRow, Watched } from './alarm-row';

type Cluster = Watched['stream']['cluster'];

export function streamAlarms(configuration: Configuration, { stream: { cluster } }: Watched): AlarmRow[] {
  const { stream, consumer, monitoring } = configuration;
  if (stream.type === 'serverless') return [];
  const lag: AlarmRow = {
    name: 'Group behind',
    meaning: 'By the estimate of MSK the consumer group needs longer to catch up than the page may be late.',
    metric: groupTimeLagSeconds(cluster.clusterName, consumer.consumerGroup, stream.topic),
    above: monitoring.lagSecondsMax,
    periods: 15,
  };
  const cpu = ofBrokers(cluster, 2, (brokers) => ({
    name: 'Broker CPU',
    meaning:
      'A broker works above what leaves room for the loss of another one: writing and reading slow down.',
    metric: brokerCpuPercent(brokers),
    above: 60,
    periods: 1,
  }));
  const kind =
    stream.type === 'express'
      ? expressAlarms(cluster, monitoring.storedGbMax)
      : standardAlarms(configuration, cluster);
  const connections = stream.metrics === 'PER_BROKER' ? ofBrokers(cluster, 1, tooManyConnections) : [];
  return [lag, ...cpu, ...kind, ...connections];
}

/** An alarm for so many brokers as one can look at: as a rule for all of them. */
function ofBrokers(
  cluster: Cluster,
  metricsOfBroker: number,
  alarmOf: (brokers: Brokers) => AlarmRow,
): AlarmRow[] {
  const groups = brokerGroups(cluster, metricsOfBroker);
  return groups.map((brokers) => {
    const { first, brokerCount } = brokers;
    const row = alarmOf(brokers);
    return groups.length === 1 ? row : { ...row, part: `brokers ${first} to ${first + brokerCount - 1}` };
  });
}

function tooManyConnections(brokers: Brokers): AlarmRow {
  return {
    name: 'Broker connections',
    meaning: 'Clients connect faster than a broker signs them in: some are refused, and try again.',
    metric: refusedConnections(brokers),
    above: 0,
    periods: 1,
  };
}

function expressAlarms(cluster: Cluster, gbMax: number): AlarmRow[] {
  return [
    ...ofBrokers(cluster, 2, (brokers) => ({
      name: 'Broker throttled',
      meaning:
        'The brokers slow clients down, because these write or read more than the broker type is made for.',
      metric: brokerThrottleMs(brokers),
      above: 0,
      periods: 1,
    })),
    {
      name: 'Broker storage',
      meaning: 'The cluster keeps more than was planned: it is billed by the gigabyte.',
      metric: storedBytes(cluster.clusterName),
      above: gbMax * 1e9,
      periods: 1,
    },
  ];
}

function standardAlarms({ stream }: Configuration, cluster: Cluster): AlarmRow[] {
  const { clusterName } = cluster;
  return [
    ...ofBrokers(cluster, 1, (brokers) => ({
      name: 'Broker disks',
      meaning: 'Disks of the brokers fill up: when one is full, Kafka takes no more events.',
      metric: brokerDiskPercent(brokers),
      above: 85,
      periods: 2,
    })),
    {
      name: 'Offline partitions',
      meaning: 'Partitions have no leader: nothing can be written to them or read from them.',
      metric: controllerMetric(clusterName, 'OfflinePartitionsCount'),
      above: 0,
      periods: 1,
    },
    {
      name: 'Controller missing',
      meaning: 'The cluster has no controller: what fails now is not replaced.',
      metric: controllerMetric(clusterName, 'ActiveControllerCount'),
      below: 1,
      periods: 1,
      silence: 'bad',
    },
    ...(stream.metrics === 'PER_BROKER' ? ofBrokers(cluster, 1, copies) : []),
    ...(stream.standardBrokerType.startsWith('kafka.t3.') ? ofBrokers(cluster, 1, credits) : []),
  ];
}

function copies(brokers: Brokers): AlarmRow {
  return {
    name: 'Copies missing',
    meaning: 'Partitions have fewer copies than they should: the loss of one more broker may stop them.',
    metric: underReplicated(brokers),
    above: 0,
    periods: 3,
  };
}

function credits(brokers: Brokers): AlarmRow {
  return {
    name: 'Broker credits',
    meaning: 'A t3 broker has used up what it may use above its share of a processor: it slows down.',
    metric: brokerCredits(brokers),
    below: 100,
    periods: 3,
  };
}
