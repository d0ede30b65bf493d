/** Private subnets, the endpoints that the programs in them need and no others, and who may talk to whom on which port. */
import { Annotations, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { FlowLogDestination, type ISubnet, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Configuration } from './config';
import { acceptFindings } from './constructs/accepted-findings';
import { type Groups, SecurityGroups } from './constructs/security-groups';
import { reaches, ServiceEndpoints } from './constructs/service-endpoints';

export interface Network {
  readonly vpc: IVpc;
  /** One a zone, without a route to the internet unless NAT gateways are asked for. */
  readonly subnets: readonly ISubnet[];
  /** One a zone, for a load balancer; none where nothing needs them. */
  readonly publicSubnets: readonly ISubnet[];
  readonly groups: Groups;
  /** Whether functions in the subnets can call other functions. */
  readonly reachesLambda: boolean;
}

export class NetworkStack extends Stack implements Network {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly publicSubnets: readonly ISubnet[];
  readonly groups: Groups;
  readonly reachesLambda: boolean;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StackProps) {
    super(scope, id, props);
    const { network } = configuration;
    const isAdopted = network.vpcId !== '';
    this.vpc = isAdopted ? this.adoptVpc(configuration) : this.createVpc(configuration);
    this.subnets = network.natGateways > 0 ? this.vpc.privateSubnets : this.vpc.isolatedSubnets;
    this.publicSubnets = this.vpc.publicSubnets;
    this.groups = new SecurityGroups(this, 'Groups', configuration, this.vpc).groups;
    new ServiceEndpoints(this, 'Endpoints', {
      configuration,
      vpc: this.vpc,
      subnets: this.subnets,
      securityGroup: this.groups.endpoints,
    });
    this.reachesLambda = reaches(configuration, 'lambda');
    if (network.flowLogs && !isAdopted) this.createFlowLogs(configuration);
    else
      acceptFindings(this.vpc, {
        'AwsSolutions-VPC7': 'network.flowLogs is off: they are billed by gigabyte',
      });
    this.exportAll(isAdopted);
  }

  private createVpc({ network, deployment, producer }: Configuration): IVpc {
    const withNat = network.natGateways > 0;
    const withPublic = withNat || producer.collector === 'alb';
    // Named by position, because a template without an account does not know the names; see zoneNames.
    const zones =
      network.zoneNames.length > 0
        ? [...network.zoneNames]
        : Array.from({ length: network.zoneCount }, (_, zone) => Fn.select(zone, Fn.getAzs()));
    return new Vpc(this, 'Vpc', {
      vpcName: deployment.name,
      availabilityZones: zones,
      natGateways: network.natGateways,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        {
          name: 'private',
          subnetType: withNat ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED,
          cidrMask: 20,
        },
        ...(withPublic ? [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26 }] : []),
      ],
      // The library's own types disagree about an optional property of subnets.
    }) as IVpc;
  }

  /** By what the configuration names, and not by a look-up, which would need credentials to make a template. */
  private adoptVpc({ network }: Configuration): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      availabilityZones: [...network.zoneNames],
      isolatedSubnetIds: [...network.subnetIds],
      ...(network.publicSubnetIds.length > 0 ? { publicSubnetIds: [...network.publicSubnetIds] } : {}),
    });
    const reason = 'the endpoint of S3 takes routeTableIds, and nothing else asks for route tables';
    Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', reason);
    return vpc;
  }

  private createFlowLogs({ deployment }: Configuration): void {
    const logGroup = new LogGroup(this, 'FlowLog', {
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.vpc.addFlowLog('Flows', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
  }

  /**
   * Whether another stack uses them now or not: what is exported only while it is used cannot be taken back in the deployment that
   * stops using it, since this stack comes first (docs/decisions/0010-references-between-stacks.md).
   */
  private exportAll(isAdopted: boolean): void {
    for (const group of Object.values(this.groups)) {
      if (this.resolve(group.securityGroupId) !== group.securityGroupId)
        this.exportValue(group.securityGroupId);
    }
    if (isAdopted) return;
    this.exportValue(this.vpc.vpcId);
    for (const { subnetId } of [...this.subnets, ...this.publicSubnets]) this.exportValue(subnetId);
  }
}
