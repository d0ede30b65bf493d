/**
 * The settings of what everything else stands on: network, stream, store. What is there already can be adopted instead of made;
 * lib/adoption-guards.ts says what has to be named then. How a comment has to end: lib/config.ts.
 */

/** Services of AWS that the programs in the VPC call, by the names that VPC endpoints have. */
export const CALLED_SERVICES = [
  's3',
  'ecr.api',
  'ecr.dkr',
  'logs',
  'secretsmanager',
  'lambda',
  'sts',
] as const;
export type CalledService = (typeof CALLED_SERVICES)[number];

export interface NetworkConfiguration {
  /** Availability zones, 2 or 3. Default: dev 2, prod 3. Price: brokers, endpoints and traffic between zones grow with it. */
  readonly zoneCount: number;
  /**
   * Names of the zones, one for each; empty: the region's first ones. Some zones lack some broker types. With `vpcId` the zones of
   * `subnetIds`, in their order. Default: empty. Price: none.
   */
  readonly zoneNames: readonly string[];
  /** Zones that have interface endpoints, 1 to `zoneCount`. Default: dev 1, prod 3. Price: each endpoint, by zone and hour. */
  readonly endpointZoneCount: number;
  /**
   * NAT gateways, 0 to 3, in a public subnet each. With them there are no interface endpoints: AWS is called through them, and so is
   * the rest of the internet. Default: 0. Price: each gateway by the hour, and all traffic by the gigabyte.
   */
  readonly natGateways: number;
  /** Accepted and refused connections of the VPC go to CloudWatch Logs. Not for a VPC that is adopted. Default: dev false, prod true. Price: logs by the gigabyte. */
  readonly flowLogs: boolean;
  /** A VPC that is there, such as `vpc-0a1b2c3d`, instead of one that is made. Default: empty. Price: none. */
  readonly vpcId: string;
  /** Its private subnets, one in each zone of `zoneNames`. Default: empty. Price: none. */
  readonly subnetIds: readonly string[];
  /** Its public subnets, one in each zone of `zoneNames`, for the load balancer of `producer.collector` `alb`. Default: empty. Price: none. */
  readonly publicSubnetIds: readonly string[];
  /** Its route tables of these subnets, for the endpoint of S3; empty where `reachableServices` has `s3`. Default: empty. Price: none. */
  readonly routeTableIds: readonly string[];
  /**
   * Services that it reaches already, by endpoints of its own or through NAT; none is made for these. Of: s3, ecr.api, ecr.dkr, logs,
   * secretsmanager, lambda, sts. Default: empty. Price: what is reached needs no endpoint of ours.
   */
  readonly reachableServices: readonly CalledService[];
  /** Security group of these endpoints, which gets rules that let our programs in. Empty: it lets the subnets in, or it is NAT. Default: empty. Price: none. */
  readonly endpointSecurityGroupId: string;
}

export interface StreamConfiguration {
  /**
   * Kind of MSK cluster, of the one that is adopted, too. Default: dev `standard`, prod `express`. Price: standard bills brokers
   * and disks; express brokers, kept and received data; serverless cluster-hours (dear when idle), partitions and data.
   */
  readonly type: 'standard' | 'express' | 'serverless';
  /** Topic of events. A new name is a new topic: the old one stays, uncounted. Default: `clicks`. Price: none. */
  readonly topic: string;
  /**
   * Partitions, 1 to 10,000: the most handlers that count at a time. It can grow later, and never shrink. Default: dev 1, prod 32.
   * Price: on serverless each by the hour; in the store each has a history and commits of its own.
   */
  readonly partitions: number;
  /** Broker type of a standard cluster. Default: dev `kafka.t3.small`, prod `kafka.m7g.large`. Price: each broker by the hour, the largest item of dev's bill. */
  readonly standardBrokerType: string;
  /** Broker type of an express cluster. Default: `express.m7g.large`. Price: each broker by the hour, the largest item of prod's bill. */
  readonly expressBrokerType: string;
  /** Brokers in each zone, 1 to 20; standard and express. Default: 1. Price: multiplies the brokers. */
  readonly brokersPerZone: number;
  /** Disk of each broker in GiB, 1 to 16,384; standard only. Default: dev 10, prod 500. Price: by gibibyte and month. */
  readonly storageGibPerBroker: number;
  /** Kafka of a standard cluster. Default: `3.9.x.kraft`. Price: none. */
  readonly standardKafkaVersion: string;
  /** Kafka of an express cluster. Default: `3.8.x`. Price: none. */
  readonly expressKafkaVersion: string;
  /** Metrics of MSK; standard and express. Default: dev `DEFAULT`, prod `PER_BROKER`. Price: DEFAULT is free, PER_BROKER by metric. */
  readonly metrics: 'DEFAULT' | 'PER_BROKER';
  /** An MSK cluster that is there, in the VPC of `network.vpcId`, instead of one that is made. It needs IAM authentication. Default: empty. Price: none. */
  readonly clusterArn: string;
  /** Its security group, which gets rules that let our programs in on port 9098. Default: empty. Price: none. */
  readonly securityGroupId: string;
  /**
   * That group lets its own members in on port 9098 already, as event pollers need it: they have the group of the cluster. Then no
   * rule is added, because the same one twice is refused. Default: false. Price: none.
   */
  readonly securityGroupAdmitsItself: boolean;
}

export interface StoreConfiguration {
  /** Kind of ElastiCache for Valkey, of the one that is adopted, too. Default: dev `serverless`, prod `nodes`. Price: serverless bills what is used; nodes are cheaper from a few gigabytes on. */
  readonly type: 'serverless' | 'nodes';
  /** Gigabytes that a serverless cache may hold, 1 to 5,000; when it is full, counts are refused and wait. Default: dev 1, prod 20. Price: caps the bill of memory. */
  readonly serverlessGbMax: number;
  /** ElastiCache processing units a second, 1,000 to 15,000,000; serverless. Default: dev 5,000, prod 50,000. Price: caps the bill of commands. */
  readonly serverlessEcpuPerSecondMax: number;
  /** Node type; nodes. Default: dev `cache.t4g.micro`, prod `cache.r7g.large`. Price: each node by the hour. */
  readonly nodeType: string;
  /** Nodes with the primary, 1 to 6; from 2 on with automatic fail-over across zones. Default: dev 1, prod 2. Price: multiplies the nodes. */
  readonly nodeCount: number;
  /** Days that daily snapshots are kept, 0 to 35; 0: none. Default: dev 0, prod 7. Price: by gigabyte and month. */
  readonly snapshotDays: number;
  /**
   * Address of a cache that is there, in the VPC of `network.vpcId`, instead of one that is made: `rediss://HOST:6379`, or
   * `rediss+cluster://HOST:6379` where it runs in cluster mode, as serverless always does. Default: empty. Price: none.
   */
  readonly url: string;
  /** Secrets Manager secret with its user, `{"username","password"}`. Default: empty. Price: none. */
  readonly secretArn: string;
  /** Its security group, which gets rules that let our programs in. Default: empty. Price: none. */
  readonly securityGroupId: string;
  /** Its name, or that of its replication group, as its metrics have it. Default: empty. Price: none. */
  readonly cacheName: string;
}
