/**
 * The collector's address: an HTTP API with HTTPS, and a link into the network to the tasks that Cloud Map knows
 * (docs/decisions/0009-collector-ingress.md). Whatever is asked goes to the tasks as it is, preflights too; the visitor's address in a header
 * of its own, which replaces what a client may have put there. The access log has neither addresses nor query strings.
 */
import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  MappingValue,
  ParameterMapping,
  VpcLink,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IService } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings } from './accepted-findings';

export interface CollectorApiProps {
  readonly network: Network;
  readonly link: ISecurityGroup;
  /** With SRV records: they tell the port. */
  readonly tasks: IService;
}

/** Set by the API, and by nobody else: the setting COLLECTOR_ADDRESS_HEADER of the tasks. */
export const ADDRESS_HEADER = 'x-visitor-address';
/** Longer than the collector takes for any answer. */
const answerWithin = Duration.seconds(29);

/** An account's own. */
const burstMax = 5_000;

export class CollectorApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, configuration: Configuration, props: CollectorApiProps) {
    super(scope, id);
    const { network, link, tasks } = props;
    const { name } = configuration.deployment;
    const vpcLink = new VpcLink(this, 'Link', {
      vpcLinkName: `${name}-collector`,
      vpc: network.vpc,
      subnets: { subnets: [...network.subnets] },
      securityGroups: [link],
    });
    const integration = new HttpServiceDiscoveryIntegration('Tasks', tasks, {
      vpcLink,
      method: HttpMethod.ANY,
      timeout: answerWithin,
      parameterMapping: new ParameterMapping().overwriteHeader(
        ADDRESS_HEADER,
        MappingValue.contextVariable('identity.sourceIp'),
      ),
    });
    this.api = new HttpApi(this, 'Api', {
      apiName: `${name}-collector`,
      description: 'Clicks of trackers and SDKs',
      defaultIntegration: integration,
      createDefaultStage: false,
    });
    this.createStage(configuration);
    acceptFindings(this.api, {
      'AwsSolutions-APIG4':
        'anybody may send: the collector knows sites by their keys and origins, and tells what it refused',
      'Serverless-APIGWXrayEnabled': 'the access log has the latency of each request',
    });
    new CfnOutput(this, 'Url', {
      value: this.api.apiEndpoint,
      description: 'for trackers and SDKs: docs/collector.md',
    });
  }

  private createStage({ deployment, producer }: Configuration): void {
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/apigateway/${deployment.name}-collector`,
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { collectorRequestsPerSecondMax: rate } = producer;
    const stage = this.api.addStage('Stage', {
      autoDeploy: true,
      throttle: { rateLimit: rate, burstLimit: Math.min(rate, burstMax) },
    });
    const format = {
      requestId: '$context.requestId',
      at: '$context.requestTimeEpoch',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      ms: '$context.responseLatency',
      error: '$context.integrationErrorMessage',
    };
    (stage.node.defaultChild as CfnStage).accessLogSettings = {
      destinationArn: accessLog.logGroupArn,
      format: JSON.stringify(format),
    };
  }
}
