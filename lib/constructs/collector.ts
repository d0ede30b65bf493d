/** The way of clicks from the internet to the producer's tasks: what producer.collector names stands in front, and the tasks know of it. */
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { CollectorApi, FORGOTTEN_WITHIN_SECONDS } from './collector-api';
import { CollectorBalancer } from './collector-balancer';
import { CollectorDistribution } from './collector-distribution';
import type { CollectorEntrance, EntranceMetrics } from './collector-entrance';
import { CollectorTasks } from './collector-tasks';

export interface CollectorProps {
  readonly configuration: Configuration;
  readonly network: Network;
  /** Of the edge's stack; undefined: no firewall before CloudFront. */
  readonly webAclArn: string | undefined;
}

export class Collector extends Construct {
  readonly tasks: CollectorTasks;
  readonly metrics: EntranceMetrics;
  private readonly entrance: CollectorEntrance;

  constructor(scope: Construct, id: string, { configuration, network, webAclArn }: CollectorProps) {
    super(scope, id);
    const entranceProps = { configuration, network };
    const { collector: kind } = configuration.producer;
    this.entrance =
      kind === 'alb'
        ? new CollectorBalancer(this, 'Balancer', entranceProps)
        : kind === 'cloudfront'
          ? new CollectorDistribution(this, 'Distribution', { ...entranceProps, webAclArn })
          : new CollectorApi(this, 'Api', entranceProps);
    const { entrance } = this;
    this.metrics = entrance.metrics;
    const frontSecret = entrance instanceof CollectorDistribution ? (entrance.secret as ISecret) : undefined;
    this.tasks = new CollectorTasks(this, 'Tasks', { configuration, entrance, frontSecret });
  }

  serve(service: FargateService): void {
    this.entrance.serve(service);
  }
}

/** Longest that a task still takes requests after it was told to end. */
export const lingerSecondsMax = FORGOTTEN_WITHIN_SECONDS;
