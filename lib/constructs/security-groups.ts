/**
 * Who may talk to whom, and on which port. All groups and all their rules are made in one place, so that no stack has to
 * change another one's; but the collector's way in, which comes and goes with the producer's stack (collector-entrance.ts). Groups of what
 * is adopted get the same rules, and are otherwise left as they are.
 */
import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Configuration } from '../config';
import { madeEndpoints } from './service-endpoints';

/** IAM over TLS: the one listener that is used of the brokers' several. */
export const BROKER_PORT = 9098;
export const CACHE_PORT = 6379;
const https = Port.tcp(443);

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
export type Groups = Readonly<Record<Peers, ISecurityGroup>>;

const DESCRIPTIONS: Readonly<Record<Peers, string>> = {
  brokers: 'MSK brokers, and the event pollers of Lambda',
  cache: 'ElastiCache',
  endpoints: 'Interface endpoints of AWS services',
  producer: 'Producer tasks',
  topicAdmin: 'Function that creates the topic',
  consumer: 'Consumer function',
  repair: 'Repair function',
  audit: 'Audit function',
  dashboard: 'Dashboard function',
};

const callsBrokers = ['producer', 'topicAdmin', 'repair', 'audit'] as const;
const callsCache = ['consumer', 'repair', 'audit', 'dashboard'] as const;
/** Images, logs and secrets; the consumer calls Lambda, too. */
const callsAws = ['producer', 'consumer', 'repair', 'audit', 'dashboard'] as const;

interface Path {
  readonly from: Peers;
  readonly to: Peers;
  readonly port: Port;
  readonly why: string;
}

/** Event pollers of Lambda have the brokers' group. On demand they call Lambda and STS; provisioned ones call brokers only. */
function pathsOf({ consumer, store, stream }: Configuration): readonly Path[] {
  const pollers: Path = {
    from: 'brokers',
    to: 'brokers',
    port: Port.tcp(BROKER_PORT),
    why: 'event pollers to brokers',
  };
  return [
    ...(stream.securityGroupAdmitsItself ? [] : [pollers]),
    ...callsBrokers.map((from) => ({
      from,
      to: 'brokers' as const,
      port: Port.tcp(BROKER_PORT),
      why: `${from} to brokers`,
    })),
    ...callsCache.map((from) => ({
      from,
      to: 'cache' as const,
      port: cachePorts(store),
      why: `${from} to cache`,
    })),
    ...(consumer.pollersMax === 0
      ? [
          {
            from: 'brokers' as const,
            to: 'endpoints' as const,
            port: https,
            why: 'event pollers to AWS endpoints',
          },
        ]
      : []),
    ...callsAws.map((from) => ({
      from,
      to: 'endpoints' as const,
      port: https,
      why: `${from} to AWS endpoints`,
    })),
  ];
}

/** A serverless cache answers reads on the port after the first one; clients that follow replicas need both. */
function cachePorts({ type, url }: Configuration['store']): Port {
  const first = Number(/:(\d+)$/.exec(url)?.[1] ?? CACHE_PORT);
  return type === 'serverless' ? Port.tcpRange(first, first + 1) : Port.tcp(first);
}

export class SecurityGroups extends Construct {
  readonly groups: Groups;

  constructor(scope: Construct, id: string, configuration: Configuration, vpc: IVpc) {
    super(scope, id);
    const { network, stream, store } = configuration;
    const group = (peer: Peers, adopted = ''): ISecurityGroup =>
      adopted === ''
        ? new SecurityGroup(this, peer, { vpc, description: DESCRIPTIONS[peer], allowAllOutbound: false })
        : SecurityGroup.fromSecurityGroupId(this, peer, adopted, { allowAllOutbound: false });
    this.groups = {
      brokers: group('brokers', stream.securityGroupId),
      cache: group('cache', store.securityGroupId),
      endpoints: group('endpoints'),
      producer: group('producer'),
      topicAdmin: group('topicAdmin'),
      consumer: group('consumer'),
      repair: group('repair'),
      audit: group('audit'),
      dashboard: group('dashboard'),
    };
    const theirs = network.endpointSecurityGroupId;
    const adoptedEndpoints =
      theirs === ''
        ? undefined
        : SecurityGroup.fromSecurityGroupId(this, 'adoptedEndpoints', theirs, { allowAllOutbound: false });
    for (const path of pathsOf(configuration)) {
      if (path.to === 'endpoints') this.openAws(path, configuration, adoptedEndpoints);
      else this.open(path.from, this.groups[path.to], path);
    }
    this.openS3(configuration);
  }

  /** Not connections.allowTo: where a group calls itself, that forgets to let it in. */
  private open(from: Peers, to: ISecurityGroup, { port, why }: Path): void {
    this.groups[from].addEgressRule(to, port, why);
    to.addIngressRule(this.groups[from], port, why);
  }

  /** By endpoints of ours, by those that an adopted VPC has, and by addresses of the internet where it is NAT. */
  private openAws(
    path: Path,
    configuration: Configuration,
    adoptedEndpoints: ISecurityGroup | undefined,
  ): void {
    const { natGateways, reachableServices } = configuration.network;
    if (madeEndpoints(configuration).some((service) => service !== 's3'))
      this.open(path.from, this.groups.endpoints, path);
    if (adoptedEndpoints !== undefined) this.open(path.from, adoptedEndpoints, path);
    const isElsewhere =
      adoptedEndpoints === undefined && reachableServices.some((service) => service !== 's3');
    if (natGateways > 0 || isElsewhere)
      this.groups[path.from].addEgressRule(Peer.anyIpv4(), path.port, path.why);
  }

  /** ECR keeps image layers in S3, and pollers put given-up batches there. A gateway endpoint has no security group. */
  private openS3({ consumer }: Configuration): void {
    const gateway = (peer: Peers, why: string) => this.groups[peer].addEgressRule(Peer.anyIpv4(), https, why);
    gateway('producer', 'image layers through the S3 gateway endpoint');
    if (consumer.onFailure === 's3') gateway('brokers', 'given-up batches through the S3 gateway endpoint');
  }
}
