/** The consumer: a Lambda function that MSK's event source mapping feeds, and that writes counts to the store. And its repair and audit. */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  EventSourceMappingLogLevel,
  type Function as LambdaFunction,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { acceptFindings } from './constructs/accepted-findings';
import { FailedBatches } from './constructs/failed-batches';
import { type HandlerCode, HandlerFunction } from './constructs/handler-function';
import { pollingStatements } from './constructs/kafka-access';
import type { EventCluster } from './constructs/kafka-cluster';
import { metricsNamespace } from './constructs/own-metrics';
import { ScheduledAudit } from './constructs/scheduled-audit';
import { ScheduledRepair } from './constructs/scheduled-repair';
import type { Network } from './network-stack';
import type { StoreStack } from './store-stack';
import type { StreamStack } from './stream-stack';

export interface ConsumerStackProps extends StackProps {
  readonly network: Network;
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly code: HandlerCode;
}

/** Lambda's own window. It can only be had by not setting one, and is the one value that is not in whole seconds. */
const windowMsByDefault = 500;

export class ConsumerStack extends Stack {
  readonly function: LambdaFunction;
  readonly mapping: EventSourceMapping;
  readonly repair: LambdaFunction;
  /** Undefined where the configuration asks for none. */
  readonly audit: LambdaFunction | undefined;

  constructor(scope: Construct, id: string, configuration: Configuration, props: ConsumerStackProps) {
    super(scope, id, props);
    const { deployment, consumer, stream } = configuration;
    this.function = new HandlerFunction(this, 'Consumer', {
      deployment,
      code: props.code,
      handler: 'consumer',
      description: 'Counts events of the topic into the store',
      environment: {
        ...props.store.clientEnvironment,
        [SETTING.TOPIC]: stream.topic,
        [SETTING.TOPIC_PARTITIONS]: String(stream.partitions),
        [SETTING.SITES]: deployment.sites.join(','),
        [SETTING.METRICS_NAMESPACE]: metricsNamespace(deployment.name),
        // Of the same configuration as the mapping's option below: one without the other loses records.
        ...(consumer.reportBatchItemFailures ? { [SETTING.REPORT_BATCH_ITEM_FAILURES]: 'true' } : {}),
      },
      memoryMib: consumer.memoryMib,
      timeoutSeconds: consumer.timeoutSeconds,
      reservedConcurrency: consumer.reservedConcurrency,
      inside: { network: props.network, securityGroup: props.network.groups.consumer },
    }).function;
    props.store.secret.grantRead(this.function);
    this.mapping = this.mapTopic(configuration, props.stream.cluster);
    this.repair = new ScheduledRepair(this, 'Repair', { configuration, ...props }).function;
    this.audit =
      configuration.audit.intervalMinutes > 0
        ? new ScheduledAudit(this, 'Audit', { configuration, ...props }).function
        : undefined;
    if (props.network.reachesLambda) this.allowCall();
  }

  /**
   * A partition that stops is repaired in a second or two instead of at the next minute. The function reaches Lambda's API by the endpoint
   * that on-demand pollers need, by NAT, or by what an adopted VPC has. Beside provisioned ones there is else none, and the schedule alone
   * repairs: an endpoint in three zones costs as much as a broker of dev, for what an error of ours or a fail-over makes rare.
   */
  private allowCall(): void {
    this.function.addEnvironment(SETTING.REPAIR_FUNCTION, this.repair.functionName);
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.repair.functionArn] }),
    );
  }

  private mapTopic(configuration: Configuration, cluster: EventCluster): EventSourceMapping {
    const { consumer, stream } = configuration;
    const { clusterArn } = cluster;
    const group = consumer.consumerGroup;
    for (const statement of pollingStatements({ clusterArn, topic: stream.topic, group })) {
      this.function.addToRolePolicy(statement);
    }
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.function,
      eventSourceArn: clusterArn,
      kafkaTopic: stream.topic,
      // Not one that Lambda makes up: repair has to know whose offsets to read. Create-only.
      kafkaConsumerGroupId: group,
      startingPosition: StartingPosition[consumer.startingPosition],
      batchSize: consumer.batchSize,
      ...(consumer.batchWindowMs === windowMsByDefault
        ? {}
        : { maxBatchingWindow: Duration.millis(consumer.batchWindowMs) }),
      ...(consumer.pollersMax === 0 ? {} : this.provisionedOnly(configuration, cluster)),
    });
    acceptFindings(mapping, {
      givenUpBatchesAreKept:
        'with a limit on tries or age repair counts from the log what Lambda has given up',
      'Serverless-LambdaEventSourceMappingDestination':
        'without one Lambda tries until a batch is counted, and gives nothing up: consumer.onFailure decides',
    });
    acceptFindings(this.function, {
      'AwsSolutions-IAM5[Resource::*]':
        "the pollers' network interfaces do not exist yet when the role does, and Describe actions know no resource",
    });
    // Lambda tries the role's rights when the mapping is made, so they have to be there first (aws/aws-cdk#18571).
    if (this.function.role) mapping.node.addDependency(this.function.role);
    return mapping;
  }

  /** Lambda knows these beside provisioned pollers alone. A value of -1 is its own default, and left to it. */
  private provisionedOnly(configuration: Configuration, cluster: EventCluster) {
    const { consumer } = configuration;
    const { maximumRetryAttempts, maximumRecordAgeSeconds } = consumer;
    return {
      provisionedPollerConfig: {
        minimumPollers: consumer.pollersMin,
        maximumPollers: consumer.pollersMax,
      },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT, MetricType.ERROR_COUNT, MetricType.KAFKA_METRICS] },
      logLevel: EventSourceMappingLogLevel.WARN,
      ...(consumer.reportBatchItemFailures ? { reportBatchItemFailures: true } : {}),
      ...(consumer.bisectBatchOnFunctionError ? { bisectBatchOnError: true } : {}),
      ...(maximumRetryAttempts < 0 ? {} : { retryAttempts: maximumRetryAttempts }),
      ...(maximumRecordAgeSeconds < 0 ? {} : { maxRecordAge: Duration.seconds(maximumRecordAgeSeconds) }),
      ...(consumer.onFailure === 'none' ? {} : this.failureOptions(configuration, cluster)),
    };
  }

  private failureOptions(configuration: Configuration, cluster: EventCluster) {
    const { destination } = new FailedBatches(this, 'FailedBatches', {
      configuration,
      cluster,
      function: this.function,
    });
    return { onFailure: destination, supportS3OnFailureDestination: true };
  }
}
