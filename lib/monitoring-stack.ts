/** What a person is woken for, and the page that shows where to look. Each alarm has a section of its name in docs/runbook.md. */
import { CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Configuration } from './config';
import { ExplainedAlarm, type ExplainedAlarmProps } from './constructs/explained-alarm';
import {
  apiMetric,
  auditsThatDiffer,
  brokerDiskPercent,
  consumerFailures,
  offsetLag,
  storeEvictions,
  storeMemoryPercent,
  storeThrottles,
} from './constructs/pipeline-metrics';
import type { ConsumerStack } from './consumer-stack';
import type { DashboardStack } from './dashboard-stack';
import type { ProducerStack } from './producer-stack';
import type { StoreStack } from './store-stack';
import type { StreamStack } from './stream-stack';

export interface MonitoringStackProps extends StackProps {
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly producer: ProducerStack;
  readonly consumer: ConsumerStack;
  readonly dashboard: DashboardStack;
}

type AlarmRow = Omit<ExplainedAlarmProps, 'deployment' | 'topic'>;

const fiveMinutes = Duration.minutes(5);

export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration, props: MonitoringStackProps) {
    super(scope, id, props);
    // What is watched may go while its alarm is still there: else no option could take a function away (decisions/0010).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { deployment, monitoring } = configuration;
    const topic = new Topic(this, 'Alarms', { topicName: `${deployment.name}-alarms`, enforceSSL: true });
    if (monitoring.alarmEmail) topic.addSubscription(new EmailSubscription(monitoring.alarmEmail));
    const rows = [
      ...consumerAlarms(configuration, props),
      ...auditAlarms(configuration, props),
      ...storeAlarms(configuration, props),
      ...edgeAlarms(configuration, props),
    ];
    for (const row of rows) {
      const id = row.name.replaceAll(' ', '');
      new ExplainedAlarm(this, id, { ...row, deployment: deployment.name, topic: topic as ITopic });
    }
    this.createDashboard(configuration, props, rows);
  }

  private createDashboard(
    { deployment }: Configuration,
    { producer, consumer, dashboard }: MonitoringStackProps,
    rows: readonly AlarmRow[],
  ): void {
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
    new Dashboard(this, 'Page', {
      dashboardName: deployment.name,
      widgets: [
        [
          graph('Consumer: invocations', consumer.function.metricInvocations()),
          graph('Consumer: duration, p99', consumer.function.metricDuration({ statistic: 'p99' })),
          graph('Producer: CPU', producer.service.metricCpuUtilization()),
        ],
        [
          graph('Dashboard: requests', apiMetric(dashboard.api.restApiName, 'Count')),
          graph('Dashboard: refused', apiMetric(dashboard.api.restApiName, '4XXError')),
          graph('Dashboard: duration, p99', dashboard.function.metricDuration({ statistic: 'p99' })),
        ],
        rows.map((row) => graph(row.name, row.metric)),
      ],
    });
  }
}

function consumerAlarms(configuration: Configuration, { consumer }: MonitoringStackProps): AlarmRow[] {
  const { monitoring } = configuration;
  return [
    {
      name: 'Consumer errors',
      meaning: 'Batches fail and are delivered again: their partitions stand still, nothing is lost.',
      metric: consumerFailures(consumer.function.metricErrors({ period: fiveMinutes }), configuration),
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

function auditAlarms({ deployment, audit }: Configuration, { consumer }: MonitoringStackProps): AlarmRow[] {
  if (consumer.audit === undefined) return [];
  return [
    {
      name: 'Audit differences',
      meaning: 'An independent recount of the log has found that numbers of the store are wrong.',
      metric: auditsThatDiffer(deployment.name),
      above: 0,
      periods: 1,
    },
    {
      name: 'Audit errors',
      meaning: 'The audit fails or does not run: numbers are counted as ever, and nobody checks them.',
      metric: consumer.audit.metricErrors({ period: Duration.minutes(Math.max(5, audit.intervalMinutes)) }),
      above: 0,
      periods: 3,
      silence: 'bad',
    },
  ];
}

function storeAlarms(configuration: Configuration, { store }: MonitoringStackProps): AlarmRow[] {
  const rows: AlarmRow[] = [
    {
      name: 'Store memory',
      meaning: 'The store fills up: when it is full it refuses counts, and the consumer waits.',
      metric: storeMemoryPercent(store.cacheName, configuration),
      above: 80,
      periods: 2,
    },
    {
      name: 'Store evictions',
      meaning: 'The store dropped keys by itself: numbers on the page are wrong.',
      metric: storeEvictions(store.cacheName, configuration),
      above: 0,
      periods: 1,
    },
  ];
  if (configuration.store.type === 'nodes') return rows;
  const throttled: AlarmRow = {
    name: 'Store throttled',
    meaning: 'The cache refuses commands above its limit of processing units: counting slows down.',
    metric: storeThrottles(store.cacheName),
    above: 0,
    periods: 2,
  };
  return [...rows, throttled];
}

function edgeAlarms({ stream }: Configuration, props: MonitoringStackProps): AlarmRow[] {
  const failing: AlarmRow = {
    name: 'Dashboard failing',
    meaning: 'Viewers get errors instead of numbers; counting goes on.',
    metric: apiMetric(props.dashboard.api.restApiName, '5XXError'),
    above: 0,
    periods: 5,
  };
  if (stream.type !== 'standard') return [failing];
  const { clusterName, brokerCount } = props.stream.cluster;
  const disks: AlarmRow = {
    name: 'Broker disks',
    meaning: 'Disks of the brokers fill up: when one is full, Kafka takes no more events.',
    metric: brokerDiskPercent(clusterName, brokerCount),
    above: 85,
    periods: 2,
  };
  return [failing, disks];
}
