/**
 * Every size and switch of a deployment, in one typed object. cdk.json (or `-c`) gives the preset and what differs from it;
 * readConfiguration checks it once, before any construct is made. Combinations that are wrong together: lib/guards.ts.
 *
 * docs/configuration.md is made of these comments (test/support/write-configuration.ts). Each ends with `Default: ... Price: ...`;
 * a test holds the defaults to the presets.
 */
import type { NetworkConfiguration, StoreConfiguration, StreamConfiguration } from './foundation-config';

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
  /** First part of every stack's and resource's name, so that several deployments fit one account. Default: `clickstream`. Price: none. */
  readonly name: string;
  /** Sites that are counted; the first is the default site. `["*"]`: the first 50 names seen. Default: `["demo"]`. Price: counts in the store grow with the sites. */
  readonly sites: readonly string[];
  /** Days that logs are kept. Default: dev 7, prod 90. Price: logs by gigabyte and month. */
  readonly logRetentionDays: number;
  /**
   * AWS X-Ray traces of the functions: when each was called, how long it waited and ran. Logs, metrics and the ledger answer what the runbook
   * asks, so it is off. Default: false. Price: 5 dollars a million traces; one a second and 5 % of the others are taken.
   */
  readonly tracing: boolean;
  /** Stacks refuse to be deleted until it is switched off. Default: dev false, prod true. Price: none. */
  readonly terminationProtection: boolean;
}

export interface ProducerConfiguration {
  /** CPU units of a task: 256, 512, 1024, 2048, 4096 (1024 = one vCPU). Default: dev 256, prod 512. Price: each task by vCPU and hour. */
  readonly taskCpu: number;
  /** Memory of a task in MiB, as Fargate pairs it with the CPU. Default: dev 512, prod 1,024. Price: each task by gigabyte and hour. */
  readonly taskMemoryMib: number;
  /** Fewest tasks, 1 to 100. Default: dev 1, prod 2. Price: multiplies the tasks. */
  readonly taskCountMin: number;
  /** Most tasks, 1 to 100. Default: dev 1, prod 10. Price: caps the bill of tasks. */
  readonly taskCountMax: number;
  /** Average CPU in percent above which tasks are added, 10 to 75; below half of it they are taken away. Default: 60. Price: lower means more tasks. */
  readonly cpuPercentTarget: number;
  /** Most tasks that are added at a time, 1 to 20. Default: 2. Price: a smaller step keeps a short peak cheap. */
  readonly taskStepMax: number;
  /** Kind of processor. Default: `ARM64`. Price: X86_64 costs a quarter more. */
  readonly architecture: 'ARM64' | 'X86_64';
  /**
   * Tasks run on spare capacity, which AWS takes back with two minutes of notice: a task then sends what it holds, and another one is started as
   * soon as there is room. Until then no heartbeat comes. Default: dev true, prod false. Price: half of a task's price or less; it changes.
   */
  readonly spot: boolean;
  /**
   * How clicks of real visitors come in (docs/collector.md). `api`: over an HTTPS address of API Gateway's, without a domain or a certificate.
   * `cloudfront`: the same behind CloudFront, which knows the visitor's country and can have a firewall. `alb`: a load balancer with a name of
   * yours, for much traffic. `none`: not at all; the tasks have no port. Default: `none`. Price: a million requests cost a dollar with `api`,
   * 2.20 with `cloudfront`, about ten cents and 27 dollars a month with `alb`; and a secret that the tasks ask four times a minute.
   */
  readonly collector: 'none' | 'api' | 'cloudfront' | 'alb';
  /**
   * Requests a second that API Gateway takes (`api`, `cloudfront`), 1 to 10,000; more are answered 429, after which some SDKs do not try
   * again. An account's own quota is 10,000. Default: 10,000. Price: a lower one caps the bill of requests.
   */
  readonly collectorRequestsPerSecondMax: number;
  /** AWS WAF in front of the collector: addresses of bad repute, and a limit for each address; `cloudfront` or `alb`. Default: false. Price: 7 dollars a month, and 60 cents a million requests. */
  readonly collectorFirewall: boolean;
  /** Requests that the firewall lets one address send in five minutes, 10 to 2,000,000; more are told to come again. A site's server sends from one address. Default: 30,000. Price: none. */
  readonly collectorFirewallRequestsMax: number;
  /** Name of your own for the collector, such as `clicks.example.com`; `alb` needs one, `cloudfront` can have one. Default: empty. Price: none. */
  readonly collectorDomainName: string;
  /** ACM certificate for that name: in the same region for `alb`, in us-east-1 for `cloudfront`. Default: empty. Price: none. */
  readonly collectorCertificateArn: string;
  /** Route 53 zone in which the name is entered; empty: you enter it. Default: empty. Price: none. */
  readonly collectorHostedZoneId: string;
  /** Events a second that one site may send to one task, 0 to 1,000,000; 0: no limit. Default: 0. Price: caps what a site costs. */
  readonly collectorSiteRate: number;
  /** The same of one visitor's address, 0 to 1,000,000; 0: no limit. Default: 0. Price: none. */
  readonly collectorAddressRate: number;
  /** Visitors who ask for it (Global Privacy Control, Do Not Track) are not counted. Default: false. Price: none. */
  readonly collectorRespectsOptOut: boolean;
  /** `count`: bots are counted apart. `drop`: they are left out. Default: `count`. Price: `drop` keeps them out of Kafka. */
  readonly collectorBots: 'count' | 'drop';
  /** Simulated traffic; without it the tasks write heartbeats only. Default: dev true, prod false. Price: its events cost what any events cost. */
  readonly simulator: boolean;
  /** Simulated events a second of each task, 0 to 1,000,000. 17 are about 1,000 a minute. Default: 17. Price: as any events. */
  readonly eventsPerSecond: number;
}

export interface ConsumerConfiguration {
  /** Memory in MiB, 128 to 10,240; CPU grows with it (1,769 is one vCPU). Default: dev 512, prod 1,769. Price: by gigabyte and second of running. */
  readonly memoryMib: number;
  /** Time-out of one invocation in seconds. At most 840 behind a Kafka mapping. Default: 60. Price: none. */
  readonly timeoutSeconds: number;
  /** Records in one invocation, 1 to 10,000. A batch costs the store about the same whatever its size. Default: 10,000. Price: smaller batches cost more invocations and commands. */
  readonly batchSize: number;
  /** How long Lambda waits to fill a batch, in milliseconds: 500 or whole seconds up to 300,000. Default: dev 1,000, prod 500. Price: a longer one makes fewer invocations. */
  readonly batchWindowMs: number;
  /** Where a new consumer group starts; with `TRIM_HORIZON` every record counts. Default: `TRIM_HORIZON`. Price: none. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /**
   * Consumer group of the mapping, whose committed offsets repair reads. Create-only: another name is another mapping, which
   * reads the log from its start and finds everything counted. Default: `clickstream`. Price: none.
   */
  readonly consumerGroup: string;
  /** Event pollers kept ready, 0 to 200; 0 with `pollersMax` 0: on demand. Default: dev 0, prod 1. Price: each poller unit by the hour. */
  readonly pollersMin: number;
  /** Most event pollers, 0 to 2,000. Default: dev 0, prod 8. Price: caps the bill of pollers. */
  readonly pollersMax: number;
  /**
   * Where Lambda puts a batch that it gives up: nowhere, in a bucket for 30 days, or in a topic of the same cluster (provisioned ones). It is
   * evidence for a person: repair counts what was in it from the log. With a destination Lambda gives up after ten tries.
   * Default: `none`. Price: what is kept.
   */
  readonly onFailure: 'none' | 's3' | 'kafka';
  /**
   * Tries after the first until Lambda gives a batch up, at most 10,000; -1: for ever, or ten with a destination. A batch that is given
   * up leaves its partition `behind`, until repair has read it from the log: later, and not lost while the log holds it. For
   * ever costs nothing, since a partition that is stopped waits anyway. Default: -1. Price: none.
   */
  readonly maximumRetryAttempts: number;
  /** Age in seconds at which Lambda gives a record up, 60 to 604,800; -1: never. As with tries. Default: -1. Price: none. */
  readonly maximumRecordAgeSeconds: number;
  /** A batch that fails is tried again in halves. Needs pollers of its own. Default: dev false, prod true. Price: more invocations while something fails. */
  readonly bisectBatchOnFunctionError: boolean;
  /**
   * The consumer tells Lambda which partitions failed, and these alone come again; else the whole batch does. Needs pollers of its own.
   * Default: dev false, prod true. Price: none.
   */
  readonly reportBatchItemFailures: boolean;
  /** Invocations kept for this function, and at most, 0 to 1,000; 0: unreserved. A new account has few. Default: 0. Price: none. */
  readonly reservedConcurrency: number;
}

export interface AuditConfiguration {
  /** Minutes between audits of what has been closed since, 0 to 60; 0: none. Default: 5. Price: it reads each record once more. */
  readonly intervalMinutes: number;
  /** Memory in MiB, 128 to 10,240; CPU grows with it. It holds a quarter of an hour of traffic. Default: dev 512, prod 3,008. Price: by gigabyte and second of running. */
  readonly memoryMib: number;
}

export interface DashboardConfiguration {
  /**
   * Who may look. `cognito`: people whom you invite, through Cognito's managed login. `oidc`: people of the issuer named below. `none`:
   * whoever comes from `allowedCidrs`. Default: `cognito`. Price: none up to 10,000 people a month.
   */
  readonly login: 'cognito' | 'oidc' | 'none';
  /** Address ranges (CIDR) that may reach page and API, besides signing in; empty: any, while there is a login. Default: empty. Price: none. */
  readonly allowedCidrs: readonly string[];
  /** Days until a person has to sign in again, 1 to 3,650; cognito. A screen on the wall needs it long. Default: 30. Price: none. */
  readonly sessionDays: number;
  /** Address of the issuer, https, as its tokens name it; oidc. Default: empty. Price: none. */
  readonly oidcIssuer: string;
  /** Client that the page is there: public, code flow with PKCE, redirect address as the deploy prints it; oidc. Default: empty. Price: none. */
  readonly oidcClientId: string;
  /** What the page asks for; oidc. `offline_access` where the issuer wants that for renewing. Default: `["openid", "email"]`. Price: none. */
  readonly oidcScopes: readonly string[];
  /** Origins that the page asks for tokens where that is not the issuer's own, as at Google; oidc. Default: empty. Price: none. */
  readonly oidcOrigins: readonly string[];
  /** Claim that decides who may look, such as `groups`, `hd` or `email`; empty: whoever can sign in there; oidc. Default: empty. Price: none. */
  readonly oidcClaim: string;
  /** Values of that claim of which one suffices; oidc. Default: empty. Price: none. */
  readonly oidcClaimValues: readonly string[];
  /** AWS WAF in front: managed rules, and a limit for each address. Default: false. Price: 9 dollars a month, and by request. */
  readonly firewall: boolean;
  /** Name of your own for the page, such as `stats.example.com`; then there is no other. Default: empty. Price: none. */
  readonly domainName: string;
  /** ACM certificate for that name, in the same region. Default: empty. Price: none. */
  readonly certificateArn: string;
  /** Route 53 zone in which the name is entered; empty: you enter it. Default: empty. Price: none. */
  readonly hostedZoneId: string;
  /** Memory in MiB, 128 to 10,240. Default: 512. Price: by gigabyte and second of running. */
  readonly memoryMib: number;
  /** Requests a second, all viewers together, 1 to 10,000. Default: 50. Price: caps the bill of requests. */
  readonly requestsPerSecondMax: number;
  /** Requests at once above that rate, 1 to 5,000. Default: 100. Price: none. */
  readonly requestBurstMax: number;
}

export interface MonitoringConfiguration {
  /** Address that alarms are mailed to; empty: the topic has no subscriber. Default: empty. Price: none. */
  readonly alarmEmail: string;
  /** Seconds that the numbers on the page may be old before an alarm goes off, 5 to 86,400. Default: 60. Price: none. */
  readonly lagSecondsMax: number;
  /** Percent of a minute's records that may be rejected before an alarm goes off, 0 to 100. Default: 5. Price: none. */
  readonly rejectedPercentMax: number;
  /** Percent of what reaches the collector that it may refuse in a minute (wrong keys, origins, bodies) before an alarm goes off, 0 to 100. Default: 20. Price: none. */
  readonly refusedPercentMax: number;
  /** Milliseconds that the dashboard's API, or the collector, may take for 99 of 100 answers before an alarm goes off, 50 to 29,000. Default: 1,000. Price: none. */
  readonly answerMsMax: number;
  /** Gigabytes that an express cluster may keep before an alarm goes off, 1 to 1,000,000. Default: 1,000. Price: none. */
  readonly storedGbMax: number;
  /** Records not counted yet, above which an alarm goes off, 1 to 1,000,000,000. Default: dev 10,000, prod 1,000,000. Price: none. */
  readonly lagRecordsMax: number;
}
