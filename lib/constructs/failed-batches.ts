/**
 * Where Lambda puts batches that it has given up. They are evidence for a person: repair counts what was in them from the log,
 * and nothing reads them back.
 */
import { Duration } from 'aws-cdk-lib';
import type { IEventSourceDlq, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { KafkaDlq, S3OnFailureDestination } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import { acceptFindings, below } from './accepted-findings';
import { givingUpStatements } from './kafka-access';
import type { EventCluster } from './kafka-cluster';

export interface FailedBatchesProps {
  readonly configuration: Configuration;
  readonly cluster: EventCluster;
  /** The consumer, with whose role Lambda writes. */
  readonly function: LambdaFunction;
}

const kept = Duration.days(30);
/** Records of a kind that should not be: one partition holds them, and in order. */
const partitions = 1;

/** Another topic than the one that is read: Lambda refuses that, and it would never end. */
export function failedTopicOf(topic: string): string {
  return `${topic}-failed`;
}

export class FailedBatches extends Construct {
  readonly destination: IEventSourceDlq;

  constructor(scope: Construct, id: string, props: FailedBatchesProps) {
    super(scope, id);
    this.destination =
      props.configuration.consumer.onFailure === 'kafka'
        ? this.createTopic(props)
        : this.createBucket(props.function);
  }

  private createBucket(consumer: LambdaFunction): IEventSourceDlq {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: kept }],
    });
    acceptFindings(bucket, { 'AwsSolutions-S1': 'Lambda alone writes it, and people look by hand' });
    const grantedByCdk = 'what CDK grants for a destination, on this bucket alone';
    acceptFindings(consumer, {
      [below(bucket, '/*')]: grantedByCdk,
      ...Object.fromEntries(
        ['Abort', 'DeleteObject', 'GetBucket', 'GetObject', 'List'].map((action) => [
          `AwsSolutions-IAM5[Action::s3:${action}*]`,
          grantedByCdk,
        ]),
      ),
    });
    return new S3OnFailureDestination(bucket as IBucket);
  }

  private createTopic({ configuration, cluster, function: consumer }: FailedBatchesProps): IEventSourceDlq {
    const topic = failedTopicOf(configuration.stream.topic);
    new CfnTopic(this, 'Topic', {
      clusterArn: cluster.clusterArn,
      topicName: topic,
      partitionCount: partitions,
      replicationFactor: Math.min(3, cluster.brokerCount),
      configs: Buffer.from(JSON.stringify({ 'retention.ms': String(kept.toMilliseconds()) })).toString(
        'base64',
      ),
    });
    for (const statement of givingUpStatements({ clusterArn: cluster.clusterArn, topic })) {
      consumer.addToRolePolicy(statement);
    }
    return new KafkaDlq(topic);
  }
}
