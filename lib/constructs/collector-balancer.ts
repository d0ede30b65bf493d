/**
 * A load balancer before the collector, by a name and a certificate of one's own: a tenth of the API's price by request, and no limit of
 * requests (docs/decisions/0009-collector-ingress.md). It adds the visitor's address to X-Forwarded-For, behind what a client may have put
 * there, and the collector takes the last one. It writes no log: that would hold addresses and query strings.
 */
import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Peer, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { CfnService, FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
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
import { collectorFirewall } from './collector-firewall';
import { enterCollectorName } from './collector-name';

const minute = Duration.minutes(1);
/** Shorter than the collector keeps a connection, so that it is never the collector that closes one which is about to be used. */
const idle = Duration.seconds(60);
/** Requests under way are answered within seconds; ECS ends a task no sooner than this after nobody sends to it any more. */
const draining = Duration.seconds(15);
/** A task listens before Kafka has acknowledged anything. */
const startsWithinSeconds = 60;

export interface CollectorBalancerProps {
  readonly configuration: Configuration;
  readonly network: Network;
}

export class CollectorBalancer extends Construct implements CollectorEntrance {
  readonly url: string;
  readonly environment = { [SETTING.COLLECTOR_PROXIES]: '1' };
  readonly metrics: EntranceMetrics;
  private readonly targets: ApplicationTargetGroup;
  private readonly listener: Construct;

  constructor(scope: Construct, id: string, { configuration, network }: CollectorBalancerProps) {
    super(scope, id);
    const { deployment, producer } = configuration;
    const balancer = this.createBalancer(configuration, network);
    this.targets = new ApplicationTargetGroup(this, 'Tasks', {
      vpc: network.vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port: COLLECTOR_PORT,
      deregistrationDelay: draining,
      healthCheck: { path: '/api/v1/health', interval: Duration.seconds(10), timeout: Duration.seconds(5) },
    });
    this.listener = balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      certificates: [Certificate.fromCertificateArn(this, 'Certificate', producer.collectorCertificateArn)],
      // The rule that lets visitors in stands with the group.
      open: false,
      defaultTargetGroups: [this.targets],
    });
    if (producer.collectorFirewall) {
      const { arn: webAclArn } = collectorFirewall(this, configuration, 'REGIONAL');
      new CfnWebACLAssociation(this, 'OfBalancer', { resourceArn: balancer.loadBalancerArn, webAclArn });
    }
    enterCollectorName(this, producer, {
      dnsName: balancer.loadBalancerDnsName,
      hostedZoneId: balancer.loadBalancerCanonicalHostedZoneId,
    });
    this.url = `https://${producer.collectorDomainName}`;
    this.metrics = metricsOf(balancer);
    acceptFindings(balancer, {
      'AwsSolutions-ELB2': `its log holds visitors' addresses and query strings; ${deployment.name} counts what it refuses`,
    });
  }

  /** By its template, and not by CDK's attachment, which would change the groups of the network's stack. */
  serve(service: FargateService): void {
    const element = service.node.defaultChild as CfnService;
    element.loadBalancers = [
      {
        containerName: 'producer',
        containerPort: COLLECTOR_PORT,
        targetGroupArn: this.targets.targetGroupArn,
      },
    ];
    element.healthCheckGracePeriodSeconds = startsWithinSeconds;
    // ECS takes no target group that belongs to no load balancer yet.
    service.node.addDependency(this.listener);
  }

  private createBalancer({ deployment }: Configuration, network: Network): ApplicationLoadBalancer {
    const group = entranceGroup(this, network, 'Load balancer, on its way to the collector') as SecurityGroup;
    group.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'visitors of the sites');
    acceptFindings(group, { 'AwsSolutions-EC23': 'visitors come from everywhere, by HTTPS alone' });
    return new ApplicationLoadBalancer(this, 'Balancer', {
      vpc: network.vpc,
      vpcSubnets: { subnets: [...network.publicSubnets] },
      internetFacing: true,
      securityGroup: group,
      idleTimeout: idle,
      dropInvalidHeaderFields: true,
      deletionProtection: deployment.terminationProtection,
    });
  }
}

function metricsOf({ metrics }: ApplicationLoadBalancer): EntranceMetrics {
  const sum = { period: minute, statistic: 'Sum' };
  return {
    failures: new MathExpression({
      expression: 'FILL(tasks, 0) + FILL(balancer, 0)',
      usingMetrics: {
        tasks: metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
        balancer: metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
      },
      period: minute,
      label: 'answers 5xx, of the tasks and of the load balancer',
    }),
    latencyMs: new MathExpression({
      expression: '1000 * seconds',
      usingMetrics: { seconds: metrics.targetResponseTime({ period: minute, statistic: 'p99' }) },
      period: minute,
      label: '99 of 100 answers, ms',
    }),
  };
}
