/**
 * The collector's address: an HTTP API with HTTPS, and a link into the network to the tasks that Cloud Map knows
 * (docs/decisions/0009-collector-ingress.md). Whatever is asked goes to the tasks as it is, preflights too; the visitor's address in a header
 * of its own, which replaces what a client may have put there. The access log has neither addresses nor query strings.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  MappingValue,
  ParameterMapping,
  VpcLink,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DnsRecordType, type IService, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings } from './accepted-findings';
import {
  COLLECTOR_PORT,
  type CollectorEntrance,
  type EntranceMetrics,
  entranceGroup,
} from './collector-entrance';

/** Set by the API, or by CloudFront in front of it, and by nobody else. */
export const ADDRESS_HEADER = 'x-visitor-address';
/** Longer than the collector takes for any answer. */
const answerWithin = Duration.seconds(29);
const minute = Duration.minutes(1);
/** How long API Gateway may still send to a task that Cloud Map has forgotten. */
export const FORGOTTEN_WITHIN_SECONDS = 15;

/** An account's own. */
const burstMax = 5_000;

export interface CollectorApiProps {
  readonly configuration: Configuration;
  readonly network: Network;
  /** CloudFront says whose request it is; the API knows CloudFront's address alone. Default: false. */
  readonly isBehindCloudFront?: boolean;
}

export class CollectorApi extends Construct implements CollectorEntrance {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly metrics: EntranceMetrics;
  private readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CollectorApiProps,
  ) {
    super(scope, id);
    const { configuration } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: `${configuration.deployment.name}-collector`,
      description: 'Clicks of trackers and SDKs',
      createDefaultStage: false,
    });
    this.createStage(configuration);
    // The route, too, which is made beside it.
    acceptFindings(this, {
      'AwsSolutions-APIG4':
        'anybody may send: the collector knows sites by their keys and origins, and tells what it refused',
      'Serverless-APIGWXrayEnabled': 'the access log has the latency of each request',
    });
    this.url = this.api.apiEndpoint;
    this.environment = {
      [SETTING.COLLECTOR_ADDRESS_HEADER]: ADDRESS_HEADER,
      [SETTING.COLLECTOR_LINGER_SECONDS]: String(FORGOTTEN_WITHIN_SECONDS),
    };
    this.metrics = {
      failures: this.api.metricServerError({ period: minute, statistic: 'Sum' }),
      latencyMs: this.api.metricLatency({ period: minute, statistic: 'p99' }),
      requests: this.api.metricCount({ period: minute, statistic: 'Sum' }),
    };
  }

  serve(service: FargateService): void {
    const { configuration, network, isBehindCloudFront = false } = this.props;
    const { name } = configuration.deployment;
    const vpcLink = new VpcLink(this, 'Link', {
      vpcLinkName: `${name}-collector`,
      vpc: network.vpc,
      subnets: { subnets: [...network.subnets] },
      securityGroups: [entranceGroup(this, network, 'API Gateway, on its way to the collector')],
    });
    const ofItsOwn = new ParameterMapping().overwriteHeader(
      ADDRESS_HEADER,
      MappingValue.contextVariable('identity.sourceIp'),
    );
    const integration = new HttpServiceDiscoveryIntegration('Tasks', this.discover(service, name), {
      vpcLink,
      method: HttpMethod.ANY,
      timeout: answerWithin,
      ...(isBehindCloudFront ? {} : { parameterMapping: ofItsOwn }),
    });
    new HttpRoute(this, 'Everything', { httpApi: this.api, routeKey: HttpRouteKey.DEFAULT, integration });
  }

  private discover(service: FargateService, name: string): IService {
    const namespace = new PrivateDnsNamespace(this, 'Namespace', {
      name: `${name}.local`,
      vpc: this.props.network.vpc,
    });
    return service.enableCloudMap({
      cloudMapNamespace: namespace,
      name: 'collector',
      // A record of an address alone would not tell API Gateway the port.
      dnsRecordType: DnsRecordType.SRV,
      dnsTtl: Duration.seconds(10),
      containerPort: COLLECTOR_PORT,
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
