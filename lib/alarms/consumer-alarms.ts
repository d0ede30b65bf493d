/** Whether records are counted at all: the function, the mapping that feeds it, repair. */
import { Duration } from 'aws-cdk-lib';
import type { Configuration } from '../config';
import { mappingMetric, offsetLag } from '../constructs/mapping-metrics';
import { consumerFailures } from '../constructs/own-metrics';
import type { AlarmRow, Watched } from './alarm-row';

const fiveMinutes = Duration.minutes(5);

export function consumerAlarms(configuration: Configuration, { consumer }: Watched): AlarmRow[] {
  const { monitoring, deployment } = configuration;
  return [
    {
      name: 'Consumer errors',
      meaning: 'Batches fail and are delivered again: their partitions stand still, nothing is lost.',
      metric: consumerFailures(consumer.function.metricErrors({ period: fiveMinutes }), deployment.name),
      above: 0,
      periods: 2,
    },
    {
      name: 'Consumer throttled',
      meaning: 'Lambda refuses to run the consumer: the account or the function is at its concurrency limit.',
      metric: consumer.function.metricThrottles({ period: fiveMinutes }),
      above: 0,
      periods: 2,
    },
    {
      name: 'Consumer lag',
      meaning: 'Records wait in Kafka, or the event source mapping does not poll: the page is late.',
      metric: offsetLag(consumer.function.functionName),
      above: monitoring.lagRecordsMax,
      periods: 3,
      silence: 'bad',
    },
    ...(configuration.consumer.pollersMax > 0 ? pollerAlarms(consumer.mapping.eventSourceMappingId) : []),
    {
      name: 'Repair errors',
      meaning:
        'Repair fails or does not run: a partition that waits for it stands still, nothing is lost yet.',
      metric: consumer.repair.metricErrors({ period: fiveMinutes }),
      above: 0,
      periods: 2,
      silence: 'bad',
    },
  ];
}

/** Lambda tells these of provisioned pollers alone. */
function pollerAlarms(mappingId: string): AlarmRow[] {
  return [
    {
      name: 'Poller errors',
      meaning: 'Lambda cannot read from the brokers: records wait in Kafka, and the page is late.',
      metric: mappingMetric(mappingId, 'PollingErrorCount'),
      above: 0,
      periods: 3,
    },
    {
      name: 'Dropped events',
      meaning:
        'Lambda has given up records: their partition waits until repair has counted them from the log.',
      metric: mappingMetric(mappingId, 'DroppedEventCount'),
      above: 0,
      periods: 1,
    },
  ];
}
