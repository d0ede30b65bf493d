/** Whether people see the page, and events come in. */
import { Duration } from 'aws-cdk-lib';
import type { Configuration } from '../config';
import { apiLatencyMs, apiMetric } from '../constructs/api-metrics';
import type { AlarmRow, Watched } from './alarm-row';

const fiveMinutes = Duration.minutes(5);

function collectorAlarms({ collector }: Watched['producer']): AlarmRow[] {
  if (collector === undefined) return [];
  return [
    {
      name: 'Collector failing',
      meaning: 'Clicks of real visitors are refused: SDKs send them again for a while, most trackers do not.',
      metric: collector.api.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
      above: 10,
      periods: 3,
    },
  ];
}

export function edgeAlarms({ monitoring }: Configuration, { dashboard, producer }: Watched): AlarmRow[] {
  const { restApiName } = dashboard.api;
  return [
    ...collectorAlarms(producer),
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
