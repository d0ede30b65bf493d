/** Whether people see the page, and events come in. */
import { Duration } from 'aws-cdk-lib';
import type { Configuration } from '../config';
import { apiLatencyMs, apiMetric } from '../constructs/api-metrics';
import { ownMetric } from '../constructs/own-metrics';
import type { AlarmRow, Watched } from './alarm-row';

const fiveMinutes = Duration.minutes(5);

/** Of the most that API Gateway lets through. */
const nearShare = 0.8;

function collectorAlarms(
  { deployment, monitoring, producer }: Configuration,
  { collector }: Watched['producer'],
): AlarmRow[] {
  if (collector === undefined) return [];
  const { failures, latencyMs, requests } = collector.metrics;
  return [
    {
      name: 'Collector failing',
      meaning: 'Clicks of real visitors are refused: SDKs send them again for a while, most trackers do not.',
      metric: failures,
      above: 10,
      periods: 3,
    },
    {
      name: 'Collector slow',
      meaning: 'Answers to clicks take long: Kafka or the tasks are near what they can do.',
      metric: latencyMs,
      above: monitoring.answerMsMax,
      periods: 5,
    },
    {
      name: 'Collector refusing',
      meaning:
        'Much of what reaches the collector is refused for its key, its origin or its body: a site may be set up wrongly, and is not counted.',
      metric: ownMetric(deployment.name, 'EdgeRefusedPercent'),
      above: monitoring.refusedPercentMax,
      periods: 10,
    },
    ...(requests === undefined
      ? []
      : [
          {
            name: 'Collector near its limit',
            meaning: 'API Gateway soon answers 429 to clicks, after which some SDKs do not try again.',
            metric: requests,
            above: producer.collectorRequestsPerSecondMax * 60 * nearShare,
            periods: 3,
          },
        ]),
  ];
}

export function edgeAlarms(configuration: Configuration, { dashboard, producer }: Watched): AlarmRow[] {
  const { monitoring } = configuration;
  const { restApiName } = dashboard.api;
  return [
    ...collectorAlarms(configuration, producer),
    {
      name: 'Dashboard failing',
      meaning: 'Viewers get errors instead of numbers; counting goes on.',
      metric: apiMetric(restApiName, '5XXError'),
      above: 0,
      periods: 5,
    },
    {
      name: 'Dashboard slow',
      meaning: 'Viewers wait for numbers; counting goes on.',
      metric: apiLatencyMs(restApiName),
      above: monitoring.answerMsMax,
      periods: 5,
    },
    {
      name: 'Producer CPU',
      meaning:
        'Tasks of the producer are used up although more were added, or none runs: events wait, or none come.',
      metric: producer.service.metricCpuUtilization({ period: fiveMinutes, statistic: 'Average' }),
      above: 90,
      periods: 3,
      silence: 'bad',
    },
    {
      name: 'Producer memory',
      meaning: 'Tasks of the producer are about to be ended for want of memory, and started anew.',
      metric: producer.service.metricMemoryUtilization({ period: fiveMinutes, statistic: 'Maximum' }),
      above: 90,
      periods: 2,
    },
  ];
}
