/**
 * What the producer's stack and the alarms know of a way into the collector, whichever it is; and its security group. The group and its two
 * rules are made in the producer's stack, and not with all others in the network's: so the way in can be taken away again, without an
 * export that is still in use (docs/decisions/0010-references-between-stacks.md).
 */
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { Network } from '../network-stack';

export const COLLECTOR_PORT = 5001;

/** Each of a minute. */
export interface EntranceMetrics {
  /** Answers with an error that is not the client's. */
  readonly failures: IMetric;
  /** Milliseconds, of 99 in 100 answers. */
  readonly latencyMs: IMetric;
  /** Undefined where nothing is refused for being too much. */
  readonly requests?: IMetric;
}

export interface CollectorEntrance {
  /** By which clients reach it, without a path. */
  readonly url: string;
  /** Where tasks find the visitor's address and country, which no client can set. */
  readonly environment: Readonly<Record<string, string>>;
  readonly metrics: EntranceMetrics;
  /** Requests go to its tasks from now on. Once. */
  serve(service: FargateService): void;
}

/** A group for what stands in front of the tasks, with a way to their port and nowhere else. */
export function entranceGroup(
  scope: Construct,
  { vpc, groups }: Network,
  description: string,
): ISecurityGroup {
  const group = new SecurityGroup(scope, 'Group', { vpc, description, allowAllOutbound: false });
  const path = { ipProtocol: 'tcp', fromPort: COLLECTOR_PORT, toPort: COLLECTOR_PORT };
  const tasks = groups.producer.securityGroupId;
  new CfnSecurityGroupEgress(scope, 'ToTasks', {
    ...path,
    groupId: group.securityGroupId,
    destinationSecurityGroupId: tasks,
    description: 'to the collector',
  });
  new CfnSecurityGroupIngress(scope, 'IntoTasks', {
    ...path,
    groupId: tasks,
    sourceSecurityGroupId: group.securityGroupId,
    description,
  });
  return group;
}
