/** The consumer: a Lambda function that MSK's event source mapping feeds, and that writes counts to the store. And its repair and audit. */
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { S3OnFailureDestination } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PARTITIONS_REPORTED, SETTING } from '../pipeline/settings';
import type { Configuration, ConsumerConfiguration } from './config';
import { type HandlerCode, HandlerFunction } from './constructs/handler-function';
import { pollingStatements } from './constructs/kafka-access';
import { reportedFailures } from './constructs/pipeline-metrics';
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
/** What the destination holds are batches that repair has in the log as well; they are evidence for a person. */
const failedBatchesKept = Duration.days(30);

export class ConsumerStack extends Stack {
  readonly function: LambdaFunction;
  readonly repair: LambdaFunction;
  /** Undefined where the configuration asks for none. */
  readonly audit: LambdaFunction | undefined;

  constructor(scope: Construct, id: string, configuration: Configuration, props: ConsumerStackProps) {
    super(scope, id, props);
    const { deployment, consumer, stream } = configuration;
    const handler = new HandlerFunction(this, 'Consumer', {
      deployment,
      code: props.code,
      handler: 'consumer',
      description: 'Counts events of the topic into the store',
      environment: {
        ...props.store.clientEnvironment,
        [SETTING.TOPIC]: stream.topic,
        [SETTING.TOPIC_PARTITIONS]: String(stream.partitions),
        [SETTING.SITES]: deployment.sites.join(','),
        // Of the same configuration as the mapping's option below: one without the other loses records.
        ...(consumer.reportBatchItemFailures ? { [SETTING.REPORT_BATCH_ITEM_FAILURES]: 'true' } : {}),
      },
      memoryMib: consumer.memoryMib,
      timeoutSeconds: consumer.timeoutSeconds,
      reservedConcurrency: consumer.reservedConcurrency,
      inside: { network: props.network, securityGroup: props.network.groups.consumer },
    });
    this.function = handler.function;
    if (consumer.reportBatchItemFailures) this.countReports(deployment.name, handler.logGroup);
    props.store.secret.grantRead(this.function);
    this.mapTopic(configuration, props.stream.cluster.clusterArn);
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

  private mapTopic({ consumer, stream }: Configuration, clusterArn: string): void {
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
      ...this.provisionedOnly(consumer),
    });
    // Lambda tries the role's rights when the mapping is made, so they have to be there first (aws/aws-cdk#18571).
    if (this.function.role) mapping.node.addDependency(this.function.role);
  }

  /** An invocation that reports failures is none of Lambda's errors: its line in the log is counted instead. */
  private countReports(deployment: string, logGroup: ILogGroup): void {
    const { namespace, metricName } = reportedFailures(deployment);
    new MetricFilter(this, 'Reports', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', PARTITIONS_REPORTED),
      metricNamespace: namespace,
      metricName,
    });
  }

  private provisionedOnly({
    pollersMin,
    pollersMax,
    onFailure,
    reportBatchItemFailures,
  }: ConsumerConfiguration) {
    if (pollersMax === 0) return {};
    return {
      provisionedPollerConfig: { minimumPollers: pollersMin, maximumPollers: pollersMax },
      ...(reportBatchItemFailures ? { reportBatchItemFailures } : {}),
      ...(onFailure === 's3'
        ? {
            onFailure: new S3OnFailureDestination(this.createFailedBatches()),
            supportS3OnFailureDestination: true,
          }
        : {}),
    };
  }

  private createFailedBatches(): IBucket {
    return new Bucket(this, 'FailedBatches', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: failedBatchesKept }],
    }) as IBucket;
  }
}
