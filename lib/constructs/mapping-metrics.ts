/** What Lambda tells of the event source mapping. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

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

/** Told where the mapping's own metrics are on, which provisioned pollers alone have (Lambda guide, monitoring-metrics-types). */
export function mappingMetric(
  mappingId: string,
  metricName:
    | 'PolledEventCount'
    | 'DroppedEventCount'
    | 'OnFailureDestinationDeliveredEventCount'
    | 'PollingErrorCount'
    | 'CommitErrorCount',
): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { EventSourceMappingUUID: mappingId },
    statistic: 'Sum',
    period: fiveMinutes,
    label: metricName,
  });
}
