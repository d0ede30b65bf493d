/**
 * Repair when the consumer calls it, and every minute: a partition that stopped as `behind` goes on within a minute without a person, and a loss on an idle
 * partition, which no delivery would meet, is found too. A run that finds nothing missing asks for offsets and is done.
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
import { repairingStatements } from './kafka-access';
import { metricsNamespace } from './own-metrics';

export interface ScheduledRepairProps {
  readonly configuration: Configuration;
  readonly network: Network;
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly code: HandlerCode;
}

const interval = Duration.minutes(1);
/**
 * Longer than the interval on purpose: a day of log takes longer than a minute to count. Runs may therefore overlap, with each
 * other and with the consumer, and need neither a lock nor a reserved concurrency of one: all commit through the same
 * script, which holds each to the shard's `next`, so whoever comes second finds a duplicate. They do not pile up: what one is at, the
 * others leave to it (RepairLease). A run that is cut off has moved `next` as far as it came, and the one after it goes on from there.
 */
const timeout = Duration.minutes(10);

export class ScheduledRepair extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ScheduledRepairProps) {
    super(scope, id);
    const { configuration, network, stream, store, code } = props;
    const { deployment, consumer } = configuration;
    this.function = new HandlerFunction(this, 'Handler', {
      deployment,
      code,
      handler: 'repair',
      description: 'Counts what the consumer will not be given again, from the log',
      environment: {
        ...stream.clientEnvironment,
        ...store.clientEnvironment,
        [SETTING.SITES]: deployment.sites.join(','),
        [SETTING.METRICS_NAMESPACE]: metricsNamespace(deployment.name),
        [SETTING.CONSUMER_GROUP]: consumer.consumerGroup,
      },
      // It folds runs as the consumer does, so it needs what the consumer needs.
      memoryMib: consumer.memoryMib,
      timeoutSeconds: timeout.toSeconds(),
      inside: { network, securityGroup: network.groups.repair },
    }).function;
    store.secret.grantRead(this.function);
    const source = {
      clusterArn: stream.cluster.clusterArn,
      topic: configuration.stream.topic,
      group: consumer.consumerGroup,
    };
    for (const statement of repairingStatements(source)) this.function.addToRolePolicy(statement);
    this.runEachInterval(deployment.name);
  }

  private runEachInterval(deploymentName: string): void {
    // The next run is the retry, for the consumer's calls too. Lambda's own two, and events that pile up while it is throttled, would only
    // crowd it.
    acceptFindings(this, {
      'Serverless-EventBusDLQ': 'the next run is the retry',
      'Serverless-LambdaAsyncFailureDestination': 'the next run is the retry',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval });
    new Rule(this, 'Schedule', {
      ruleName: `${deploymentName}-repair`,
      description: 'Runs repair',
      schedule: Schedule.rate(interval),
      targets: [new LambdaTarget(this.function, { retryAttempts: 0, maxEventAge: interval })],
    });
  }
}
