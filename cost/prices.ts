/**
 * Every price that the bill is made of, on demand, us-east-1, dollars. AWS's pages cannot be read by this program: the figures were copied,
 * and the source says from where and of which day. Free tiers, discounts and taxes are left out. Another region: change the figures here.
 */
export interface Source {
  readonly url: string;
  /** Day of the figures, ISO. */
  readonly asOf: string;
  /** How they came here. */
  readonly how: string;
}

export interface Price {
  readonly dollars: number;
  /** What costs that much. */
  readonly per: string;
  readonly source: Source;
}

export const PRICED_REGION = 'us-east-1';
/** As AWS's calculator has it. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;

const priceList = (offer: string, asOf: string): Source => ({
  url: `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${offer}/current/us-east-1/index.json`,
  asOf,
  how: 'AWS price list, as quoted in public documents of that date',
});
const page = (url: string, asOf: string): Source => ({
  url,
  asOf,
  how: 'AWS price page, as quoted in public documents of that date',
});

const msk = priceList('AmazonMSK', '2026-09-11');
const mskSizing: Source = {
  url: 'https://github.com/aws/agent-toolkit-for-aws/tree/main/skills/specialized-skills/analytics-skills/managing-amazon-msk',
  asOf: '2026-08-01',
  how: 'sizing script of AWS; sizes that it lacks in proportion to those it has',
};
const elastiCacheNodes = priceList('AmazonElastiCache', '2026-10-02');
const elastiCacheServerless = page(
  'https://www.usage.ai/blogs/aws/database-savings-plans/elasticache/serverless-pricing/',
  '2026-06-01',
);
const lambda = page('https://aws.amazon.com/lambda/pricing/', '2026-03-01');
const pollers = page('https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html', '2026-08-01');
const fargate = page('https://aws.amazon.com/fargate/pricing/', '2026-03-01');
const gateway = page('https://aws.amazon.com/api-gateway/pricing/', '2026-03-01');
const balancing = page('https://aws.amazon.com/elasticloadbalancing/pricing/', '2026-03-01');
const addresses = page('https://aws.amazon.com/vpc/pricing/', '2026-03-01');
const cdn = page('https://aws.amazon.com/cloudfront/pricing/', '2026-03-01');
const privateLink = page('https://aws.amazon.com/privatelink/pricing/', '2026-01-29');
const cloudWatch = page('https://aws.amazon.com/cloudwatch/pricing/', '2026-06-13');
const waf = page('https://aws.amazon.com/waf/pricing/', '2026-03-01');
const transfer = priceList('AWSDataTransfer', '2026-09-16');
const ec2 = priceList('AmazonEC2', '2026-09-25');
const secrets = priceList('AWSSecretsManager', '2026-09-11');
const s3 = priceList('AmazonS3', '2026-09-26');

export const PRICES = {
  standardStorage: { dollars: 0.1, per: 'GB-month of disk', source: msk },
  expressStorage: { dollars: 0.1, per: 'GB-month kept', source: mskSizing },
  expressIn: { dollars: 0.01, per: 'GB written', source: mskSizing },
  serverlessCluster: { dollars: 0.75, per: 'cluster-hour', source: msk },
  serverlessPartition: { dollars: 0.0015, per: 'partition-hour', source: msk },
  serverlessIn: { dollars: 0.1, per: 'GB written', source: msk },
  serverlessOut: { dollars: 0.05, per: 'GB read', source: msk },
  serverlessStorage: { dollars: 0.1, per: 'GB-month kept', source: msk },
  pollerUnit: { dollars: 0.185, per: 'event poller unit and hour', source: pollers },
  lambdaRequests: { dollars: 0.2, per: 'million requests', source: lambda },
  lambdaTime: { dollars: 0.0000133334, per: 'GB-second, arm64', source: lambda },
  fargateCpu: { dollars: 0.03238, per: 'vCPU-hour, arm64', source: fargate },
  fargateMemory: { dollars: 0.00356, per: 'GB-hour, arm64', source: fargate },
  fargateCpuX86: { dollars: 0.04048, per: 'vCPU-hour, x86', source: fargate },
  fargateMemoryX86: { dollars: 0.004445, per: 'GB-hour, x86', source: fargate },
  cacheStorage: { dollars: 0.084, per: 'GB-hour, Valkey serverless', source: elastiCacheServerless },
  cacheUnits: { dollars: 0.0023, per: 'million ECPU, Valkey serverless', source: elastiCacheServerless },
  cacheSnapshot: {
    dollars: 0.085,
    per: 'GB-month of snapshots',
    source: page('https://aws.amazon.com/elasticache/pricing/', '2026-06-01'),
  },
  restApi: { dollars: 3.5, per: 'million requests, REST API', source: gateway },
  httpApi: { dollars: 1, per: 'million requests, HTTP API, the first 300 of a month', source: gateway },
  httpApiMore: { dollars: 0.9, per: 'million requests, HTTP API, above', source: gateway },
  loadBalancer: { dollars: 0.0225, per: 'load balancer and hour', source: balancing },
  capacityUnit: { dollars: 0.008, per: 'capacity unit of a load balancer and hour', source: balancing },
  publicAddress: { dollars: 0.005, per: 'public IPv4 address and hour', source: addresses },
  cdnRequests: {
    dollars: 1,
    per: 'million HTTPS requests, CloudFront, United States and Europe',
    source: cdn,
  },
  cdnFunction: { dollars: 0.1, per: 'million runs of a function of CloudFront', source: cdn },
  cdnOut: { dollars: 0.085, per: 'GB from CloudFront to viewers, United States and Europe', source: cdn },
  cdnToOrigin: { dollars: 0.02, per: 'GB from viewers to an origin, United States and Europe', source: cdn },
  hostedZone: {
    dollars: 0.5,
    per: 'hosted zone and month',
    source: page('https://aws.amazon.com/route53/pricing/', '2026-03-01'),
  },
  secretCalls: { dollars: 5, per: 'million calls of a secret', source: secrets },
  firewall: { dollars: 5, per: 'web ACL and month', source: waf },
  firewallRule: { dollars: 1, per: 'rule of a web ACL and month', source: waf },
  firewallRequests: { dollars: 0.6, per: 'million requests past a web ACL', source: waf },
  internetOut: { dollars: 0.09, per: 'GB to the internet', source: transfer },
  betweenZones: { dollars: 0.02, per: 'GB between zones, 0.01 at each end', source: transfer },
  endpoint: { dollars: 0.01, per: 'endpoint, zone and hour', source: privateLink },
  endpointData: { dollars: 0.01, per: 'GB through an endpoint', source: privateLink },
  nat: { dollars: 0.045, per: 'NAT gateway and hour', source: ec2 },
  natData: { dollars: 0.045, per: 'GB through NAT', source: ec2 },
  metric: { dollars: 0.3, per: 'metric and month', source: cloudWatch },
  alarm: { dollars: 0.1, per: 'metric of an alarm and month', source: cloudWatch },
  dashboard: { dollars: 3, per: 'CloudWatch dashboard and month', source: cloudWatch },
  logsIn: { dollars: 0.5, per: 'GB of logs written', source: cloudWatch },
  logsKept: { dollars: 0.03, per: 'GB-month of logs', source: cloudWatch },
  traces: {
    dollars: 5,
    per: 'million traces of X-Ray',
    source: page('https://aws.amazon.com/xray/pricing/', '2026-06-01'),
  },
  secret: { dollars: 0.4, per: 'secret and month', source: secrets },
  image: {
    dollars: 0.1,
    per: 'GB-month of images',
    source: page('https://aws.amazon.com/ecr/pricing/', '2026-03-01'),
  },
  objects: { dollars: 0.023, per: 'GB-month in S3', source: s3 },
} as const satisfies Readonly<Record<string, Price>>;

/** What doubles in size doubles in price. */
const sizes = (
  family: string,
  large: number,
  source: Source,
  names: readonly [string, number][],
): [string, Price][] =>
  names.map(([size, times]) => [`${family}.${size}`, { dollars: large * times, per: 'broker-hour', source }]);

const upTo16 = [
  ['large', 1],
  ['xlarge', 2],
  ['2xlarge', 4],
  ['4xlarge', 8],
  ['8xlarge', 16],
  ['12xlarge', 24],
  ['16xlarge', 32],
] as [string, number][];

/** By broker type, small ones first. */
export const BROKER_PRICES: ReadonlyMap<string, Price> = new Map([
  ['kafka.t3.small', { dollars: 0.0456, per: 'broker-hour', source: msk }],
  ...sizes('kafka.m5', 0.21, msk, upTo16),
  ...sizes('kafka.m7g', 0.204, msk, upTo16),
  ...sizes('express.m7g', 0.408, mskSizing, upTo16),
]);

const node = (dollars: number): Price => ({ dollars, per: 'node-hour, Valkey', source: elastiCacheNodes });

/** By node type, small ones first. */
export const NODE_PRICES: ReadonlyMap<string, Price> = new Map([
  ['cache.t4g.micro', node(0.0128)],
  ['cache.t4g.small', node(0.0256)],
  ['cache.t4g.medium', node(0.052)],
  ['cache.m7g.large', node(0.1264)],
  ['cache.m7g.xlarge', node(0.252)],
  ['cache.r7g.large', node(0.1752)],
  ['cache.r7g.xlarge', node(0.3496)],
  ['cache.r7g.2xlarge', node(0.6984)],
  ['cache.r7g.4xlarge', node(1.396)],
  ['cache.r7g.8xlarge', node(2.7928)],
  ['cache.r7g.12xlarge', node(4.188)],
  ['cache.r7g.16xlarge', node(5.5848)],
]);
