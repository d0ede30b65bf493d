/** What a person is woken for, and the page that shows where to look. Each alarm has a section of its name in docs/runbook.md. */
import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { AlarmRow, Watched } from './alarms/alarm-row';
import { consumerAlarms } from './alarms/consumer-alarms';
import { edgeAlarms } from './alarms/edge-alarms';
import { auditAlarms, stateAlarms } from './alarms/state-alarms';
import { storeAlarms } from './alarms/store-alarms';
import { streamAlarms } from './alarms/stream-alarms';
import type { Configuration } from './config';
import { acceptFindings } from './constructs/accepted-findings';
import { apiMetric } from './constructs/api-metrics';
import { ExplainedAlarm } from './constructs/explained-alarm';
import { storeUnits } from './constructs/store-metrics';

export interface MonitoringStackProps extends StackProps, Watched {}

export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration, props: MonitoringStackProps) {
    super(scope, id, props);
    // What is watched may go while its alarm is still there: else no option could take a function away (decisions/0010).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { deployment, monitoring } = configuration;
    const topic = new Topic(this, 'Alarms', { topicName: `${deployment.name}-alarms`, enforceSSL: true });
    if (monitoring.alarmEmail) topic.addSubscription(new EmailSubscription(monitoring.alarmEmail));
    acceptFindings(topic, {
      'Serverless-SNSRedrivePolicy':
        'mail is tried again by SNS; what cannot be mailed is still on the page of alarms',
    });
    const rows = [
      ...stateAlarms(configuration),
      ...auditAlarms(configuration, props),
      ...consumerAlarms(configuration, props),
      ...streamAlarms(configuration, props),
      ...storeAlarms(configuration, props),
      ...edgeAlarms(configuration, props),
    ];
    const alarms = rows.map((row) => {
      const id = alarmTitle(row).replaceAll(/[ ,]/g, '');
      return new ExplainedAlarm(this, id, { ...row, deployment: deployment.name, topic: topic as ITopic })
        .alarm;
    });
    new Dashboard(this, 'Page', {
      dashboardName: deployment.name,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
        ...loads(configuration, props),
        rows.map((row) => graph(alarmTitle(row), row.metric)),
      ],
    });
  }
}

function alarmTitle({ name, part }: AlarmRow): string {
  return part === undefined ? name : `${name}, ${part}`;
}

function graph(title: string, ...left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8 });
}

/** What is no alarm, and explains one: how much there is to do. */
function loads({ store }: Configuration, watched: Watched): GraphWidget[][] {
  const { consumer, producer, dashboard } = watched;
  const { restApiName } = dashboard.api;
  return [
    [
      graph('Consumer: invocations', consumer.function.metricInvocations()),
      graph('Consumer: duration, p99', consumer.function.metricDuration({ statistic: 'p99' })),
      graph('Producer: CPU', producer.service.metricCpuUtilization()),
    ],
    [
      graph('Dashboard: requests', apiMetric(restApiName, 'Count')),
      graph('Dashboard: refused', apiMetric(restApiName, '4XXError')),
      graph('Dashboard: duration, p99', dashboard.function.metricDuration({ statistic: 'p99' })),
    ],
    store.type === 'serverless'
      ? [graph('Store: processing units', storeUnits(watched.store.cacheName))]
      : [],
  ];
}
