/**
 * The page and its API: API Gateway in front of a Lambda function. Nobody may open it until address ranges are named; who
 * may is decided by API Gateway before the function is called, so strangers cost nothing but a refused request.
 */
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaRestApi,
  LogGroupLogDestination,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { type HandlerCode, HandlerFunction } from './constructs/handler-function';
import type { Network } from './network-stack';
import type { StoreStack } from './store-stack';

export interface DashboardStackProps extends StackProps {
  readonly network: Network;
  readonly store: StoreStack;
  readonly code: HandlerCode;
}

/** API Gateway gives up after 29 s; a snapshot takes a fraction of one. */
const timeoutSeconds = 10;

export class DashboardStack extends Stack {
  readonly function: LambdaFunction;
  readonly api: RestApi;

  constructor(scope: Construct, id: string, configuration: Configuration, props: DashboardStackProps) {
    super(scope, id, props);
    const { deployment, dashboard, stream } = configuration;
    this.function = new HandlerFunction(this, 'Dashboard', {
      deployment,
      code: props.code,
      handler: 'dashboard',
      description: 'The page and its JSON API',
      environment: {
        ...props.store.clientEnvironment,
        [SETTING.TOPIC]: stream.topic,
        [SETTING.TOPIC_PARTITIONS]: String(stream.partitions),
        [SETTING.SITES]: deployment.sites.join(','),
      },
      memoryMib: dashboard.memoryMib,
      timeoutSeconds,
      inside: { network: props.network, securityGroup: props.network.groups.dashboard },
    }).function;
    props.store.secret.grantRead(this.function);
    this.api = this.createApi(configuration);
  }

  private createApi({ deployment, dashboard }: Configuration): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/apigateway/${deployment.name}`,
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new LambdaRestApi(this, 'Api', {
      restApiName: deployment.name,
      handler: this.function,
      proxy: true,
      integrationOptions: { allowTestInvoke: false },
      endpointTypes: [EndpointType.REGIONAL],
      policy: onlyFrom(dashboard.allowedCidrs),
      // The handler compresses what it answers; base64 bodies are then bytes again for the browser.
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'live',
        throttlingRateLimit: dashboard.requestsPerSecondMax,
        throttlingBurstLimit: dashboard.requestBurstMax,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
  }
}

/** What no statement allows is refused: an empty list would allow nothing, but API Gateway wants a policy to say something. */
function onlyFrom(cidrs: readonly string[]): PolicyDocument {
  const invoke = {
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
    principals: [new AnyPrincipal()],
  };
  const statement =
    cidrs.length === 0
      ? new PolicyStatement({ ...invoke, effect: Effect.DENY })
      : new PolicyStatement({ ...invoke, conditions: { IpAddress: { 'aws:SourceIp': [...cidrs] } } });
  return new PolicyDocument({ statements: [statement] });
}
