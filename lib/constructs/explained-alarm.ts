import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface ExplainedAlarmProps {
  /** Name of the alarm, and heading of its section in docs/runbook.md. */
  readonly name: string;
  /** Where several alarms share a section, each for a part of what is watched: which part. `brokers 6 to 10`. */
  readonly part?: string;
  /** First part of the alarm's name: which deployment. */
  readonly deployment: string;
  /** What it means for the person who is woken, in one sentence. */
  readonly meaning: string;
  readonly metric: IMetric;
  /** It goes off above this. One of the two. */
  readonly above?: number;
  /** It goes off below this. */
  readonly below?: number;
  /** Periods of the metric in a row. */
  readonly periods: number;
  /** Whether silence is bad too. Default: silence is well. */
  readonly silence?: 'well' | 'bad';
  readonly topic: ITopic;
}

export const RUNBOOK = 'docs/runbook.md';

/** GitHub's rule for anchors, for headings of plain words. */
export function runbookSection(name: string): string {
  return `${RUNBOOK}#${name.toLowerCase().replaceAll(' ', '-')}`;
}

/** An alarm that says what it means and where its section of the runbook is. */
export class ExplainedAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: ExplainedAlarmProps) {
    super(scope, id);
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: `${props.deployment}: ${props.name}${props.part === undefined ? '' : `, ${props.part}`}`,
      alarmDescription: `${props.meaning} What to do: ${runbookSection(props.name)}`,
      metric: props.metric,
      threshold: props.above ?? props.below ?? 0,
      comparisonOperator:
        props.below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: props.periods,
      treatMissingData: props.silence === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    this.alarm.addAlarmAction(new SnsAction(props.topic));
    this.alarm.addOkAction(new SnsAction(props.topic));
  }
}
