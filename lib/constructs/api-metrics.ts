/** What API Gateway tells of the dashboard. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

const minute = Duration.minutes(1);

/** Answers, by kind of failure. */
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

/** Milliseconds from request to answer, of 99 in 100 answers. */
export function apiLatencyMs(apiName: string): Metric {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName: 'Latency',
    dimensionsMap: { ApiName: apiName },
    statistic: 'p99',
    period: minute,
    label: '99 of 100 answers, ms',
  });
}
