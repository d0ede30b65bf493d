/**
 * Every size and switch of a deployment, in one typed object. cdk.json (or `-c`) gives the preset and what differs from it;
 * readConfiguration checks it once, before any construct is made. Combinations that are wrong together: lib/guards.ts.
 */
export interface Configuration {
  readonly deployment: DeploymentConfiguration;
  readonly network: NetworkConfiguration;
  readonly stream: StreamConfiguration;
  readonly store: StoreConfiguration;
  readonly producer: ProducerConfiguration;
  readonly consumer: ConsumerConfiguration;
  readonly audit: AuditConfiguration;
  readonly dashboard: DashboardConfiguration;
  readonly monitoring: MonitoringConfiguration;
}

export interface DeploymentConfiguration {
  /** First part of every stack's and resource's name, so that several deployments fit one account. Default `clickstream`. */
  readonly name: string;
  /** Sites that are counted; the first is the default site. `["*"]`: the first 50 names seen. Default `["demo"]`. */
  readonly sites: readonly string[];
  /** Days that logs are kept. Default: dev 7, prod 90. Price: CloudWatch bills stored gigabytes by the month. */
  readonly logRetentionDays: number;
  /** Stacks refuse to be deleted until it is switched off. Default: dev false, prod true. */
  readonly terminationProtection: boolean;
}

export interface NetworkConfiguration {
  /** Availability zones, 2 or 3. Default: dev 2, prod 3. Price: brokers, endpoints and traffic between zones grow with it. */
  readonly zoneCount: number;
  /** Names of the zones, one for each; empty: the region's first ones. Some zones lack some broker types. Default empty. */
  readonly zoneNames: readonly string[];
  /** Zones that have interface endpoints, 1 to `zoneCount`. Default: dev 1, prod 3. Price: per endpoint, zone and hour. */
  readonly endpointZoneCount: number;
  /** NAT gateways, 0 to 3. Nothing here needs one. Default 0. Price: per gateway and hour, and per gigabyte. */
  readonly natGateways: number;
  /** Accepted and refused connections of the VPC into CloudWatch Logs. Default: dev false, prod true. Price: per gigabyte. */
  readonly flowLogs: boolean;
}

export interface StreamConfiguration {
  /**
   * Kind of MSK cluster. Default: dev `standard`, prod `express`. Price: standard bills brokers and disks, express brokers,
   * kept and received data, serverless cluster-hours (dear when idle), partitions and data.
   */
  readonly type: 'standard' | 'express' | 'serverless';
  /** Topic of events. Default `clicks`. */
  readonly topic: string;
  /** Partitions, 1 to 10,000: the most handlers that count at a time. Default: dev 8, prod 32. Growing it later is allowed. */
  readonly partitions: number;
  /** Broker type of a standard cluster. Default: dev `kafka.t3.small`, prod `kafka.m7g.large`. The largest item of dev's bill. */
  readonly standardBrokerType: string;
  /** Broker type of an express cluster. Default `express.m7g.large`. The largest item of prod's bill. */
  readonly expressBrokerType: string;
  /** Brokers in each zone, 1 to 20; standard and express. Default 1. Price: multiplies the brokers. */
  readonly brokersPerZone: number;
  /** Disk of each broker in GiB, 1 to 16,384; standard only. Default: dev 20, prod 500. Price: per gibibyte and month. */
  readonly storageGibPerBroker: number;
  /** Kafka of a standard cluster. Default `3.9.x.kraft`. */
  readonly standardKafkaVersion: string;
  /** Kafka of an express cluster. Default `3.8.x`. */
  readonly expressKafkaVersion: string;
  /** MSK's metrics; standard and express. Default: dev `DEFAULT` (free), prod `PER_BROKER` (priced by metric). */
  readonly metrics: 'DEFAULT' | 'PER_BROKER';
}

export interface StoreConfiguration {
  /** Kind of ElastiCache. Default: dev `serverless` (bills what is used), prod `nodes` (cheaper from a few gigabytes on). */
  readonly type: 'serverless' | 'nodes';
  /** Gigabytes that a serverless cache may hold, 1 to 5,000. Default: dev 1, prod 20. It caps the bill; full means refused. */
  readonly serverlessGbMax: number;
  /** ElastiCache processing units a second, 1,000 to 15,000,000; serverless. Default: dev 5,000, prod 50,000. Caps the bill. */
  readonly serverlessEcpuPerSecondMax: number;
  /** Node type; nodes. Default: dev `cache.t4g.micro`, prod `cache.r7g.large`. */
  readonly nodeType: string;
  /** Nodes with the primary, 1 to 6; from 2 on with automatic fail-over across zones. Default: dev 1, prod 2. */
  readonly nodeCount: number;
  /** Days that daily snapshots are kept, 0 to 35; 0: none. Default: dev 0, prod 7. Price: per gigabyte and month. */
  readonly snapshotDays: number;
}

export interface ProducerConfiguration {
  /** CPU units of a task: 256, 512, 1024, 2048, 4096 (1024 = one vCPU). Default: dev 256, prod 512. */
  readonly taskCpu: number;
  /** Memory of a task in MiB, as Fargate pairs it with the CPU. Default: dev 512, prod 1024. */
  readonly taskMemoryMib: number;
  /** Fewest tasks, 1 to 100. Default: dev 1, prod 2. */
  readonly taskCountMin: number;
  /** Most tasks, 1 to 100. Default: dev 1, prod 10. */
  readonly taskCountMax: number;
  /** Average CPU in percent that scaling aims at, 10 to 90. Default 60. */
  readonly cpuPercentTarget: number;
  /** Simulated traffic; without it the tasks write heartbeats only. Default: dev true, prod false. */
  readonly simulator: boolean;
  /** Simulated events a second of each task, 0 to 1,000,000. Default 17, about 1,000 a minute. */
  readonly eventsPerSecond: number;
}

export interface ConsumerConfiguration {
  /** Memory in MiB, 128 to 10,240; CPU grows with it (1,769 is one vCPU). Default: dev 512, prod 1,769. */
  readonly memoryMib: number;
  /** Time-out of one invocation in seconds. Default 60. */
  readonly timeoutSeconds: number;
  /** Records in one invocation. Default 10,000: a batch costs the store about the same whatever its size. */
  readonly batchSize: number;
  /** How long Lambda waits to fill a batch, in milliseconds: 500 or whole seconds up to 300,000. Default 500. */
  readonly batchWindowMs: number;
  /** Where a new consumer group starts. Default `TRIM_HORIZON`: every record counts. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /**
   * Consumer group of the mapping, whose committed offsets repair reads. Create-only: another name is another mapping, which
   * reads the log from its start and finds everything counted. Default `clickstream`.
   */
  readonly consumerGroup: string;
  /** Event pollers kept ready, 0 to 200; 0 with `pollersMax` 0: on demand. Default: dev 0, prod 1. Price: per poller unit and hour. */
  readonly pollersMin: number;
  /** Most event pollers, 0 to 2,000. Default: dev 0, prod 8. */
  readonly pollersMax: number;
  /**
   * Where Lambda puts a batch that it gives up after ten tries. Default `none`: it tries until the batch is counted. With
   * `s3` the partition stops as `behind` after such a batch, until repair has read it from the log.
   */
  readonly onFailure: 'none' | 's3';
  /**
   * The consumer tells Lambda which partitions failed, and these alone come again; else the whole batch does. Needs pollers of its own.
   * Default: dev false, prod true.
   */
  readonly reportBatchItemFailures: boolean;
  /** Invocations kept for this function, and at most, 0 to 1,000; 0: unreserved. Default 0: a new account has few. */
  readonly reservedConcurrency: number;
}

export interface AuditConfiguration {
  /** Minutes between audits of what has been closed since, 0 to 60; 0: none. Default 5. Price: it reads each record once more. */
  readonly intervalMinutes: number;
  /** Memory in MiB, 128 to 10,240; CPU grows with it. It holds a quarter of an hour of traffic. Default: dev 512, prod 3,008. */
  readonly memoryMib: number;
}

export interface DashboardConfiguration {
  /** Addresses that may open the page and its API, as CIDR ranges. Default empty: nobody may. */
  readonly allowedCidrs: readonly string[];
  /** Memory in MiB, 128 to 10,240. Default 512. */
  readonly memoryMib: number;
  /** Requests a second, all viewers together, 1 to 10,000. Default 50. It caps the bill. */
  readonly requestsPerSecondMax: number;
  /** Requests at once above that rate, 1 to 5,000. Default 100. */
  readonly requestBurstMax: number;
}

export interface MonitoringConfiguration {
  /** Address that alarms are mailed to; empty: the topic has no subscriber. Default empty. */
  readonly alarmEmail: string;
  /** Records not counted yet, above which an alarm goes off, 1 to 1,000,000,000. Default: dev 10,000, prod 1,000,000. */
  readonly lagRecordsMax: number;
}
