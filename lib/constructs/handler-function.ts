import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploymentConfiguration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings, managedPolicy } from './accepted-findings';

/** The asset of a handler, by its folder's name under lambdas/. The app bundles it; tests hand in a stand-in. */
export type HandlerCode = (handler: string) => Code;

export interface HandlerFunctionProps {
  readonly deployment: DeploymentConfiguration;
  readonly code: HandlerCode;
  /** Folder under lambdas/. */
  readonly handler: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMib: number;
  readonly timeoutSeconds: number;
  /** 0: unreserved. Default 0. */
  readonly reservedConcurrency?: number;
  /** Default: outside the VPC, with the internet and without our services. */
  readonly inside?: { readonly network: Network; readonly securityGroup: ISecurityGroup };
}

const olderRuntime = 'kafkajs warns and polls without a pause on Node 24 (kafkajs#1751)';
const ACCEPTED = {
  [managedPolicy('AWSLambdaBasicExecutionRole')]: 'the role is of this function alone, and may write logs',
  [managedPolicy('AWSLambdaVPCAccessExecutionRole')]:
    'the role is of this function alone; network interfaces do not exist yet when it is written, and have no name',
  'AwsSolutions-L1': olderRuntime,
  'Serverless-LambdaLatestVersion': olderRuntime,
  'Serverless-LambdaDLQ':
    'nothing that it is given exists only in the call: records are in the log, schedules come again, people ask again',
  'Serverless-LambdaTracing':
    'X-Ray would need an endpoint in the VPC by the hour; metrics and logs say what a batch took, and alarms watch them',
};

/** One of our handlers as a Lambda function: arm64, a log group of its own that forgets, and no right that it does not need. */
export class HandlerFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const functionName = `${props.deployment.name}-${props.handler}`;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      code: props.code(props.handler),
      handler: 'index.handler',
      // Bundles are minified; their source maps lie beside them.
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      tracing: props.deployment.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      memorySize: props.memoryMib,
      timeout: Duration.seconds(props.timeoutSeconds),
      logGroup: this.logGroup,
      ...(props.reservedConcurrency ? { reservedConcurrentExecutions: props.reservedConcurrency } : {}),
      ...(props.inside
        ? {
            vpc: props.inside.network.vpc,
            vpcSubnets: { subnets: [...props.inside.network.subnets] },
            securityGroups: [props.inside.securityGroup],
          }
        : {}),
    });
    acceptFindings(this, ACCEPTED);
  }
}
