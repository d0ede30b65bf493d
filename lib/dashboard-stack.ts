/**
 * The page and its API: API Gateway in front of a Lambda function. Numbers are for people who have signed in, or for the
 * address ranges that are named, or for those who are both. Strangers are refused before the function is called.
 */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import { DashboardApi } from './constructs/dashboard-api';
import { DashboardDomain } from './constructs/dashboard-domain';
import { DashboardFirewall } from './constructs/dashboard-firewall';
import { type HandlerCode, HandlerFunction } from './constructs/handler-function';
import { ViewerLogin } from './constructs/viewer-login';
import type { Network } from './network-stack';
import type { StoreStack } from './store-stack';

export interface DashboardStackProps extends StackProps {
  readonly network: Network;
  readonly store: StoreStack;
  readonly code: HandlerCode;
  /** For the page's "Install"; undefined: there is no collector. */
  readonly collectorUrl: string | undefined;
}

/** API Gateway gives up after 29 s; a snapshot takes a fraction of one. */
const timeoutSeconds = 10;

export class DashboardStack extends Stack {
  readonly function: LambdaFunction;
  /** Undefined where nobody signs in. */
  readonly authorizer: LambdaFunction | undefined;
  readonly api: RestApi;

  constructor(scope: Construct, id: string, configuration: Configuration, props: DashboardStackProps) {
    super(scope, id, props);
    const { deployment, dashboard, stream } = configuration;
    const front = new DashboardApi(this, 'Front', configuration);
    this.api = front.api;
    const login =
      dashboard.login === 'none'
        ? undefined
        : new ViewerLogin(this, 'Login', { configuration, home: front.home });
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
        ...(props.collectorUrl === undefined ? {} : { [SETTING.COLLECTOR_URL]: props.collectorUrl }),
        ...login?.environment,
      },
      memoryMib: dashboard.memoryMib,
      timeoutSeconds,
      inside: { network: props.network, securityGroup: props.network.groups.dashboard },
    }).function;
    props.store.secret.grantRead(this.function);
    this.authorizer = login && this.createAuthorizer(configuration, props.code, login);
    front.serve(this.function, this.authorizer);
    if (dashboard.domainName !== '') new DashboardDomain(this, 'Domain', this.api, dashboard);
    if (dashboard.firewall) {
      const { stageArn } = this.api.deploymentStage;
      new DashboardFirewall(this, 'Firewall', { configuration, stageArn });
    }
  }

  /** Outside the VPC: it asks the issuer for its keys, and knows nothing of the store. */
  private createAuthorizer(
    { deployment }: Configuration,
    code: HandlerCode,
    login: ViewerLogin,
  ): LambdaFunction {
    return new HandlerFunction(this, 'Authorizer', {
      deployment,
      code,
      handler: 'authorizer',
      description: 'Lets signed-in viewers through to the API',
      environment: login.environment,
      memoryMib: 256,
      timeoutSeconds,
    }).function;
  }
}
