/**
 * Private subnets, the endpoints that the programs in them need and no others, and who may talk to whom on which port. All
 * security groups are here, so that no stack has to change another one's.
 */
import { Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Configuration } from './config';

/** IAM over TLS: the one listener that is used of the brokers' several. */
export const BROKER_PORT = 9098;
/** ElastiCache Serverless answers reads on 6380 too; clients that follow replicas need both. */
export const CACHE_PORTS = { first: 6379, last: 6380 } as const;
const HTTPS_PORT = 443;

export interface Network {
  readonly vpc: IVpc;
  /** One a zone, without a route to the internet unless NAT gateways are asked for. */
  readonly subnets: readonly ISubnet[];
  readonly groups: Groups;
}

export type Peers =
  | 'brokers'
  | 'cache'
  | 'endpoints'
  | 'producer'
  | 'topicAdmin'
  | 'consumer'
  | 'repair'
  | 'audit'
  | 'dashboard';
export type Groups = Readonly<Record<Peers, SecurityGroup>>;

/** Who calls whom. Event pollers of Lambda have the brokers' group, so brokers call themselves and the endpoints. */
const PATHS: readonly { from: Peers; to: Peers; port: Port; why: string }[] = [
  { from: 'brokers', to: 'brokers', port: Port.tcp(BROKER_PORT), why: 'event pollers to brokers' },
  { from: 'producer', to: 'brokers', port: Port.tcp(BROKER_PORT), why: 'producer to brokers' },
  { from: 'topicAdmin', to: 'brokers', port: Port.tcp(BROKER_PORT), why: 'topic administration to brokers' },
  { from: 'repair', to: 'brokers', port: Port.tcp(BROKER_PORT), why: 'repair to brokers' },
  { from: 'audit', to: 'brokers', port: Port.tcp(BROKER_PORT), why: 'audit to brokers' },
  ...(['consumer', 'repair', 'audit', 'dashboard'] as const).map((from) => ({
    from,
    to: 'cache' as const,
    port: Port.tcpRange(CACHE_PORTS.first, CACHE_PORTS.last),
    why: `${from} to cache`,
  })),
  ...(['brokers', 'producer', 'consumer', 'repair', 'audit', 'dashboard'] as const).map((from) => ({
    from,
    to: 'endpoints' as const,
    port: Port.tcp(HTTPS_PORT),
    why: `${from === 'brokers' ? 'event pollers' : from} to AWS endpoints`,
  })),
];

export class NetworkStack extends Stack implements Network {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly groups: Groups;

  constructor(scope: Construct, id: string, configuration: Configuration, props: StackProps) {
    super(scope, id, props);
    this.vpc = this.createVpc(configuration);
    this.subnets = configuration.network.natGateways > 0 ? this.vpc.privateSubnets : this.vpc.isolatedSubnets;
    this.groups = this.createGroups();
    this.createEndpoints(configuration);
    if (configuration.network.flowLogs) this.createFlowLogs(configuration);
  }

  private createVpc({ network, deployment }: Configuration): IVpc {
    const withNat = network.natGateways > 0;
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
        ...(withNat ? [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26 }] : []),
      ],
      // The library's own types disagree about an optional property of subnets.
    }) as IVpc;
  }

  private createGroups(): Groups {
    const group = (peer: Peers, description: string): SecurityGroup =>
      new SecurityGroup(this, `${peer}Group`, { vpc: this.vpc, description, allowAllOutbound: false });
    const groups: Groups = {
      brokers: group('brokers', 'MSK brokers, and the event pollers of Lambda'),
      cache: group('cache', 'ElastiCache'),
      endpoints: group('endpoints', 'Interface endpoints of AWS services'),
      producer: group('producer', 'Producer tasks'),
      topicAdmin: group('topicAdmin', 'Function that creates the topic'),
      consumer: group('consumer', 'Consumer function'),
      repair: group('repair', 'Repair function'),
      audit: group('audit', 'Audit function'),
      dashboard: group('dashboard', 'Dashboard function'),
    };
    // Not connections.allowTo: where a group calls itself, that forgets to let it in.
    for (const { from, to, port, why } of PATHS) {
      groups[from].addEgressRule(groups[to], port, why);
      groups[to].addIngressRule(groups[from], port, why);
    }
    // ECR keeps image layers in S3. Its gateway endpoint has no security group, and there is no other way out.
    groups.producer.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(HTTPS_PORT),
      'image layers through the S3 gateway endpoint',
    );
    return groups;
  }

  private createEndpoints({ network, consumer }: Configuration): void {
    this.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    const services: Record<string, InterfaceVpcEndpointAwsService> = {
      EcrApi: InterfaceVpcEndpointAwsService.ECR,
      EcrImages: InterfaceVpcEndpointAwsService.ECR_DOCKER,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    };
    // On-demand pollers live in the cluster's subnets and call Lambda and STS from there; provisioned ones do not.
    if (consumer.pollersMax === 0) {
      services.Lambda = InterfaceVpcEndpointAwsService.LAMBDA;
      services.Sts = InterfaceVpcEndpointAwsService.STS;
    }
    for (const [id, service] of Object.entries(services)) {
      this.vpc.addInterfaceEndpoint(id, {
        service,
        subnets: { subnets: this.subnets.slice(0, network.endpointZoneCount) },
        securityGroups: [this.groups.endpoints],
        open: false,
      });
    }
  }

  private createFlowLogs({ deployment }: Configuration): void {
    const logGroup = new LogGroup(this, 'FlowLog', {
      retention: deployment.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.vpc.addFlowLog('Flows', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
  }
}
