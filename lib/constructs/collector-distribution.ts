/**
 * CloudFront before the collector's API: the visitor's country, and a place for a firewall, which HTTP APIs take none of
 * (docs/decisions/0009-collector-ingress.md). The API's own address stays public; what comes there by itself lacks the secret that CloudFront
 * adds to each request, and the collector refuses it. Nothing is logged here: CloudFront's logs hold addresses and query strings.
 */
import { Aws, Duration, Fn, SecretValue } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheHeaderBehavior,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { COLLECTOR_FRONT_HEADER, SETTING } from '../../pipeline/settings';
import type { Configuration } from '../config';
import type { Network } from '../network-stack';
import { acceptFindings } from './accepted-findings';
import { ADDRESS_HEADER, CollectorApi } from './collector-api';
import type { CollectorEntrance, EntranceMetrics } from './collector-entrance';
import { enterCollectorName } from './collector-name';

export interface CollectorDistributionProps {
  readonly configuration: Configuration;
  readonly network: Network;
  /** Of a web ACL of us-east-1; undefined: none. */
  readonly webAclArn: string | undefined;
}

/** Of every distribution (Route 53 guide, "Routing traffic to an Amazon CloudFront distribution"). */
const CLOUDFRONT_ZONE_ID = 'Z2FDTNDATAQYW2';
const countryHeader = 'CloudFront-Viewer-Country';

/**
 * CloudFront's own header of the address can go to an origin only with the viewer's Host, which API Gateway answers with 403; so it is said
 * here, over whatever the viewer has put there, and without the port that would make another visitor of each connection.
 */
const sayAddress = `function handler(event) {
  var request = event.request;
  request.headers['${ADDRESS_HEADER}'] = { value: event.viewer.ip };
  return request;
}`;

export class CollectorDistribution extends Construct implements CollectorEntrance {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly metrics: EntranceMetrics;
  /** What CloudFront says with each request. */
  readonly secret: Secret;
  private readonly api: CollectorApi;

  constructor(
    scope: Construct,
    id: string,
    { configuration, network, webAclArn }: CollectorDistributionProps,
  ) {
    super(scope, id);
    this.api = new CollectorApi(this, 'Behind', { configuration, network, isBehindCloudFront: true });
    this.secret = new Secret(this, 'FrontSecret', {
      description: 'CloudFront says it with each request to the collector, which refuses what comes without',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acceptFindings(this.secret, {
      'AwsSolutions-SMG4':
        'both sides would have to change at once: docs/collector.md says how it is changed',
    });
    const origin = new HttpOrigin(Fn.select(1, Fn.split('://', this.api.url)), {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      customHeaders: {
        [COLLECTOR_FRONT_HEADER]: SecretValue.secretsManager(this.secret.secretArn).unsafeUnwrap(),
      },
    });
    const { collectorDomainName: name, collectorCertificateArn: certificateArn } = configuration.producer;
    const distribution = new Distribution(this, 'Front', {
      comment: `${configuration.deployment.name}: clicks of trackers and SDKs`,
      defaultBehavior: this.clicks(origin, configuration),
      additionalBehaviors: { '/tracker.js': this.script(origin, configuration) },
      ...(webAclArn === undefined ? {} : { webAclId: webAclArn }),
      ...(name === ''
        ? {}
        : {
            domainNames: [name],
            certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }),
    });
    acceptFindings(distribution, {
      'AwsSolutions-CFR1': 'visitors come from everywhere',
      'AwsSolutions-CFR2': 'producer.collectorFirewall decides: it costs 7 dollars a month, and by request',
      'AwsSolutions-CFR3':
        "CloudFront's logs hold visitors' addresses; API Gateway logs each request without",
      ...(name === ''
        ? {
            'AwsSolutions-CFR4':
              "the certificate of CloudFront's own names comes with its own versions of TLS",
          }
        : {}),
    });
    const { distributionDomainName: dnsName } = distribution;
    this.url = `https://${name === '' ? dnsName : name}`;
    if (name !== '') {
      enterCollectorName(this, configuration.producer, { dnsName, hostedZoneId: CLOUDFRONT_ZONE_ID });
    }
    this.environment = { ...this.api.environment, [SETTING.COLLECTOR_COUNTRY_HEADER]: countryHeader };
    this.metrics = this.api.metrics;
  }

  serve(service: FargateService): void {
    this.api.serve(service);
  }

  /** All methods and paths, and never from a cache. A policy that names a header may not forbid a cache, so it allows a second of it to who asks for it. */
  private clicks(origin: IOrigin, { deployment }: Configuration): BehaviorOptions {
    const cachePolicy = new CachePolicy(this, 'NoCache', {
      cachePolicyName: nameInAccount(deployment.name, 'clicks'),
      comment: 'Nothing is kept; the origin is told the country',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(1),
      headerBehavior: CacheHeaderBehavior.allowList(countryHeader),
    });
    const sayWho = new EdgeFunction(this, 'SayAddress', {
      functionName: nameInAccount(deployment.name, 'address'),
      comment: "the visitor's address, for the collector",
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(sayAddress),
    });
    return {
      origin,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      functionAssociations: [{ function: sayWho, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
  }

  /** As long as the collector says; an origin that asks as one gets an answer of its own. */
  private script(origin: IOrigin, { deployment }: Configuration): BehaviorOptions {
    const cachePolicy = new CachePolicy(this, 'Script', {
      cachePolicyName: nameInAccount(deployment.name, 'script'),
      comment: 'The tracker, as long as the collector says',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(1),
      headerBehavior: CacheHeaderBehavior.allowList('Origin'),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
    return {
      origin,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };
  }
}

/** Policies and functions of CloudFront are the account's, whatever the region. */
function nameInAccount(deployment: string, purpose: string): string {
  return `${deployment}-collector-${purpose}-${Aws.REGION}`;
}
