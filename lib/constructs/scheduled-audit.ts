/**
 * The audit of closed minutes on a schedule: an independent recount of what log time has closed since the run before. It only
 * reads the topic, and writes its mark and HyperLogLogs of its own to the store.
 */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import type { StoreStack } from '../store-stack';
import type { StreamStack } from '../stream-stack';
import { acceptFindings } from './accepted-findings';
import { type HandlerCode, HandlerFunction } from './handler-function';
import { readingStatements } from './kafka-access';
import { metricsNamespace } from './own-metrics';

export interface ScheduledAuditProps {
  readonly configuration: Configuration;
  readonly network: Network;
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly code: HandlerCode;
}

/** A run that is not through by then compares what it has reached, and the next goes on from there. */
const timeout = Duration.minutes(5);

export class ScheduledAudit extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ScheduledAuditProps) {
    super(scope, id);
    const { configuration, network, stream, store, code } = props;
    const { deployment, audit } = configuration;
    this.function = new HandlerFunction(this, 'Handler', {
      deployment,
      code,
      handler: 'audit',
      description: 'Recounts closed minutes from the log and compares them with the store',
      environment: {
        ...stream.clientEnvironment,
        ...store.clientEnvironment,
        [SETTING.SITES]: deployment.sites.join(','),
        [SETTING.METRICS_NAMESPACE]: metricsNamespace(deployment.name),
      },
      memoryMib: audit.memoryMib,
      timeoutSeconds: timeout.toSeconds(),
      inside: { network, securityGroup: network.groups.audit },
    }).function;
    store.secret.grantRead(this.function);
    const source = { clusterArn: stream.cluster.clusterArn, topic: configuration.stream.topic };
    for (const statement of readingStatements(source)) this.function.addToRolePolicy(statement);
    this.runEachInterval(deployment.name, Duration.minutes(audit.intervalMinutes));
  }

  private runEachInterval(deploymentName: string, interval: Duration): void {
    // The next run is the retry: it goes on where this one broke off.
    acceptFindings(this, {
      'Serverless-EventBusDLQ': 'the next run is the retry',
      'Serverless-LambdaAsyncFailureDestination': 'the next run is the retry',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
    new Rule(this, 'Schedule', {
      ruleName: `${deploymentName}-audit`,
      description: 'Audits the minutes that were closed since the last run',
      schedule: Schedule.rate(interval),
      targets: [new LambdaTarget(this.function, { retryAttempts: 0, maxEventAge: interval })],
    });
  }
}
