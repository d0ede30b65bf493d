/**
 * API Gateway in front of the dashboard's function: the page's files for whoever may reach it, the API for whom the authorizer
 * lets in. Strangers are refused before the function is called. REST and not HTTP: docs/decisions/0008-dashboard-access.md.
 */
import { Aws, CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IAuthorizer,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodOptions,
  ResponseType,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import { acceptFindings, managedPolicy } from './accepted-findings';

const stageName = 'live';
/** How long API Gateway keeps the authorizer's answer for a token. */
const answerKept = Duration.minutes(5);

const ACCEPTED = {
  [managedPolicy('AmazonAPIGatewayPushToCloudWatchLogs')]:
    "API Gateway's own, for access logs of the account",
  'AwsSolutions-APIG2': 'the handler judges each parameter, and answers with the one that is wrong',
  'AwsSolutions-APIG3': 'dashboard.firewall decides: it costs 9 dollars a month',
  'AwsSolutions-APIG4': 'the files of the page hold no numbers; the API asks who it is',
  'AwsSolutions-APIG6': "execution logs would hold viewers' tokens; each request is in the access log",
  'AwsSolutions-COG4':
    'one authorizer for Cognito and for any issuer: docs/decisions/0008-dashboard-access.md',
  'Serverless-APIGWXrayEnabled': 'the access log has the latency of each request',
};

export class DashboardApi extends Construct {
  readonly api: RestApi;
  /** Address of the page, with its last slash. */
  readonly home: string;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    const { deployment, dashboard } = configuration;
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/apigateway/${deployment.name}`,
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const hasDomain = dashboard.domainName !== '';
    this.api = new RestApi(this, 'Api', {
      restApiName: deployment.name,
      endpointTypes: [EndpointType.REGIONAL],
      ...(dashboard.allowedCidrs.length > 0 ? { policy: onlyFrom(dashboard.allowedCidrs) } : {}),
      // The handler compresses what it answers; base64 bodies are then bytes again for the browser.
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      // Behind a domain of one's own there is no second way in.
      disableExecuteApiEndpoint: hasDomain,
      deployOptions: {
        stageName,
        throttlingRateLimit: dashboard.requestsPerSecondMax,
        throttlingBurstLimit: dashboard.requestBurstMax,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: accessLogFormat(),
      },
    });
    acceptFindings(this.api, ACCEPTED);
    // Not the stage's own address: what the function is told would then depend on the stage, and the stage on the function.
    this.home = hasDomain
      ? `https://${dashboard.domainName}/`
      : `https://${this.api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stageName}/`;
    new CfnOutput(this, 'Page', { value: this.home, description: 'The page' });
    this.makeRefusalsStrict();
  }

  /** `authorize`: undefined where addresses alone decide. */
  serve(page: LambdaFunction, authorize: LambdaFunction | undefined): void {
    const integration = new LambdaIntegration(page, { allowTestInvoke: false });
    const { root } = this.api;
    root.addMethod('ANY', integration);
    root.addProxy({ anyMethod: true, defaultIntegration: integration });
    root.addResource('api').addProxy({
      anyMethod: true,
      defaultIntegration: integration,
      defaultMethodOptions: authorize === undefined ? {} : this.signedIn(authorize),
    });
  }

  private signedIn(authorize: LambdaFunction): MethodOptions {
    const authorizer = new TokenAuthorizer(this, 'SignedIn', {
      handler: authorize,
      identitySource: IdentitySource.header('Authorization'),
      // What is no token is refused without a call of the function.
      validationRegex: '^Bearer [-\\w]+\\.[-\\w]+\\.[-\\w]+$',
      resultsCacheTtl: answerKept,
    });
    return { authorizer: authorizer as IAuthorizer, authorizationType: AuthorizationType.CUSTOM };
  }

  /** Answers that API Gateway gives by itself are of our origin too. */
  private makeRefusalsStrict(): void {
    for (const type of [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX]) {
      this.api.addGatewayResponse(type.responseType, {
        type,
        responseHeaders: {
          'X-Content-Type-Options': "'nosniff'",
          'Cache-Control': "'no-store'",
        },
      });
    }
  }
}

/** Resources and not paths: what is asked for may hold a site's name. `viewer`: the issuer's identifier of the person. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTime(),
      ip: AccessLogField.contextIdentitySourceIp(),
      viewer: AccessLogField.contextAuthorizerPrincipalId(),
      method: AccessLogField.contextHttpMethod(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      bytes: AccessLogField.contextResponseLength(),
      latencyMs: AccessLogField.contextResponseLatency(),
    }),
  );
}

/** What no statement allows is refused, before anybody is asked to sign in. */
function onlyFrom(cidrs: readonly string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        principals: [new AnyPrincipal()],
        conditions: { IpAddress: { 'aws:SourceIp': [...cidrs] } },
      }),
    ],
  });
}
