/**
 * From what cdk.json, a file and the environment say to a Configuration: preset first, then what differs in each, later ones over
 * earlier ones; each value checked, unknown names refused, combinations judged once at the end.
 */
import type { Environment } from '../pipeline/settings';
import type { Configuration } from './config';
import { environmentLayer, fileLayer, type Layer, objectLayer } from './configuration-layers';
import { CALLED_SERVICES } from './foundation-config';
import { checkCombinations } from './guards';
import { PRESETS, type PresetName } from './presets';
import { asObject, type Check, flag, listOf, oneOf, refuse, text, wholeNumber } from './setting-checks';

export type Section = keyof Configuration;
type Checks = {
  readonly [S in Section]: { readonly [K in keyof Configuration[S]]: Check<Configuration[S][K]> };
};

/** The days that CloudWatch Logs knows. */
const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];
const site = text(/^([A-Za-z0-9._-]{1,64}|\*)$/, 'a name of 1 to 64 letters, digits, . _ -; or *');
const cidr = text(
  /^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|[0-9a-fA-F:]+\/\d{1,3})$/,
  'an address range such as 203.0.113.0/24',
);
const version = text(/^\d+\.\d+\.(\d+|x)(\.kraft)?$/, 'a version that MSK names, such as 3.9.x.kraft');

const id = (kind: string) =>
  text(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `an id such as ${kind}-0a1b2c3d4e5f67890`);
const idOrEmpty = (kind: string) =>
  text(new RegExp(`^$|^${kind}-[0-9a-f]{8,17}$`), `an id such as ${kind}-0a1b2c3d4e5f67890, or empty`);

const domainName = (example: string) =>
  text(/^$|^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, `a name such as ${example}, or empty`);
const certificateArn = text(
  /^$|^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/,
  "a certificate's ARN, or empty",
);
const hostedZoneId = text(/^[A-Z0-9]{0,32}$/, 'the identifier of a hosted zone, or empty');

const CHECKS: Checks = {
  deployment: {
    name: text(
      /^[a-z](-?[a-z0-9]){0,19}$/,
      '1 to 20 lower-case letters, digits and single hyphens, a letter first',
    ),
    sites: listOf(site, 1),
    logRetentionDays: oneOf(...logRetentionDays),
    tracing: flag,
    terminationProtection: flag,
  },
  network: {
    zoneCount: wholeNumber(1, 3),
    zoneNames: listOf(text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone such as eu-central-1a'), 0),
    endpointZoneCount: wholeNumber(1, 3),
    natGateways: wholeNumber(0, 3),
    flowLogs: flag,
    vpcId: idOrEmpty('vpc'),
    subnetIds: listOf(id('subnet'), 0),
    publicSubnetIds: listOf(id('subnet'), 0),
    routeTableIds: listOf(id('rtb'), 0),
    reachableServices: listOf(oneOf(...CALLED_SERVICES), 0),
    endpointSecurityGroupId: idOrEmpty('sg'),
  },
  stream: {
    type: oneOf('standard', 'express', 'serverless'),
    topic: text(
      /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
      '1 to 249 letters, digits, dots, underscores, hyphens',
    ),
    partitions: wholeNumber(1, 10_000),
    standardBrokerType: text(/^kafka\.[a-z0-9]+\.[a-z0-9]+$/, 'a broker type such as kafka.t3.small'),
    expressBrokerType: text(/^express\.[a-z0-9]+\.[a-z0-9]+$/, 'a broker type such as express.m7g.large'),
    brokersPerZone: wholeNumber(1, 20),
    storageGibPerBroker: wholeNumber(1, 16_384),
    standardKafkaVersion: version,
    expressKafkaVersion: version,
    metrics: oneOf('DEFAULT', 'PER_BROKER'),
    clusterArn: text(
      /^$|^arn:[a-z-]+:kafka:[a-z0-9-]+:\d{12}:cluster\/[A-Za-z0-9-]{1,64}\/[A-Za-z0-9-]+$/,
      'arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID, or empty',
    ),
    securityGroupId: idOrEmpty('sg'),
    securityGroupAdmitsItself: flag,
  },
  store: {
    type: oneOf('serverless', 'nodes'),
    serverlessGbMax: wholeNumber(1, 5_000),
    serverlessEcpuPerSecondMax: wholeNumber(1_000, 15_000_000),
    nodeType: text(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'a node type such as cache.t4g.micro'),
    nodeCount: wholeNumber(1, 6),
    snapshotDays: wholeNumber(0, 35),
    url: text(
      /^$|^rediss(\+cluster)?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/,
      'rediss://HOST:PORT, rediss+cluster://HOST:PORT (with TLS, without a password), or empty',
    ),
    secretArn: text(
      /^$|^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
      'the whole ARN of a secret, with its six last characters, or empty',
    ),
    securityGroupId: idOrEmpty('sg'),
    cacheName: text(/^$|^[a-z](-?[a-z0-9]){0,39}$/, 'the name of a cache or replication group, or empty'),
  },
  producer: {
    taskCpu: oneOf(256, 512, 1024, 2048, 4096),
    taskMemoryMib: wholeNumber(512, 30_720),
    taskCountMin: wholeNumber(1, 100),
    taskCountMax: wholeNumber(1, 100),
    cpuPercentTarget: wholeNumber(10, 75),
    taskStepMax: wholeNumber(1, 20),
    architecture: oneOf('ARM64', 'X86_64'),
    spot: flag,
    collector: oneOf('none', 'api', 'cloudfront', 'alb'),
    collectorRequestsPerSecondMax: wholeNumber(1, 10_000),
    collectorFirewall: flag,
    collectorFirewallRequestsMax: wholeNumber(10, 2_000_000),
    collectorDomainName: domainName('clicks.example.com'),
    collectorCertificateArn: certificateArn,
    collectorHostedZoneId: hostedZoneId,
    collectorSiteRate: wholeNumber(0, 1_000_000),
    collectorAddressRate: wholeNumber(0, 1_000_000),
    collectorRespectsOptOut: flag,
    collectorBots: oneOf('count', 'drop'),
    simulator: flag,
    eventsPerSecond: wholeNumber(0, 1_000_000),
  },
  consumer: {
    memoryMib: wholeNumber(128, 10_240),
    timeoutSeconds: wholeNumber(1, 900),
    batchSize: wholeNumber(1, 1_000_000),
    batchWindowMs: wholeNumber(0, 300_000),
    startingPosition: oneOf('TRIM_HORIZON', 'LATEST'),
    consumerGroup: text(/^[A-Za-z0-9._-]{1,200}$/, '1 to 200 letters, digits, dots, underscores, hyphens'),
    pollersMin: wholeNumber(0, 200),
    pollersMax: wholeNumber(0, 2_000),
    onFailure: oneOf('none', 's3', 'kafka'),
    maximumRetryAttempts: wholeNumber(-1, 10_000),
    maximumRecordAgeSeconds: wholeNumber(-1, 604_800),
    bisectBatchOnFunctionError: flag,
    reportBatchItemFailures: flag,
    reservedConcurrency: wholeNumber(0, 1_000),
  },
  audit: {
    intervalMinutes: wholeNumber(0, 60),
    memoryMib: wholeNumber(128, 10_240),
  },
  dashboard: {
    login: oneOf('cognito', 'oidc', 'none'),
    allowedCidrs: listOf(cidr, 0),
    sessionDays: wholeNumber(1, 3_650),
    oidcIssuer: text(/^$|^https:\/\/[^\s?#@]+$/, 'an https address without query, or empty'),
    oidcClientId: text(/^[\x21-\x7e]{0,255}$/, 'up to 255 characters without blanks'),
    oidcScopes: listOf(text(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a name such as openid'), 1),
    oidcOrigins: listOf(text(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, 'an origin such as https://id.example'), 0),
    oidcClaim: text(/^[^\s=]{0,256}$/, 'the name of a claim, or empty'),
    oidcClaimValues: listOf(text(/^[^\s,][^,]{0,254}$/, 'a value without commas'), 0),
    firewall: flag,
    domainName: domainName('stats.example.com'),
    certificateArn,
    hostedZoneId,
    memoryMib: wholeNumber(128, 10_240),
    requestsPerSecondMax: wholeNumber(1, 10_000),
    requestBurstMax: wholeNumber(1, 5_000),
  },
  monitoring: {
    alarmEmail: text(/^$|^[^\s@]+@[^\s@]+$/, 'an e-mail address, or empty'),
    lagSecondsMax: wholeNumber(5, 86_400),
    rejectedPercentMax: wholeNumber(0, 100),
    refusedPercentMax: wholeNumber(0, 100),
    answerMsMax: wholeNumber(50, 29_000),
    storedGbMax: wholeNumber(1, 1_000_000),
    lagRecordsMax: wholeNumber(1, 1_000_000_000),
  },
};

/** The context keys of cdk.json; each may also be given with `-c`, where a value is always text. */
export interface ConfigurationContext {
  /** `{ "preset": "dev", "stream": { "type": "express" }, ... }`, or the same as JSON text. */
  readonly clickstream?: unknown;
  /** A JSON file with the same, whose settings win over those: `-c configuration=FILE`. */
  readonly configuration?: unknown;
  /** Wins over every preset named elsewhere: `-c preset=prod`. */
  readonly preset?: unknown;
}

/**
 * Later wins: preset, cdk.json, file, environment (CLICKSTREAM_PRESET, CLICKSTREAM_CONFIGURATION for the file, and
 * CLICKSTREAM_<SECTION>_<SETTING>). Throws ConfigurationError.
 */
export function readConfiguration(
  context: ConfigurationContext,
  environment: Environment = {},
): Configuration {
  const layers = [
    objectLayer('clickstream', context.clickstream ?? {}),
    fileLayer(context.configuration ?? environment.CLICKSTREAM_CONFIGURATION),
    environmentLayer(environment, PRESETS.dev),
  ];
  const preset = choosePreset(layers, context.preset);
  for (const { label, settings } of layers)
    refuseUnknown(label(), settings, ['preset', ...Object.keys(CHECKS)]);
  const section = <S extends Section>(name: S): Configuration[S] =>
    readSection(name, PRESETS[preset][name], layers);
  const configuration: Configuration = {
    deployment: section('deployment'),
    network: section('network'),
    stream: section('stream'),
    store: section('store'),
    producer: section('producer'),
    consumer: section('consumer'),
    audit: section('audit'),
    dashboard: section('dashboard'),
    monitoring: section('monitoring'),
  };
  checkCombinations(configuration);
  return configuration;
}

function choosePreset(layers: readonly Layer[], named: unknown): PresetName {
  const isPreset = oneOf('dev', 'prod');
  const chosen = layers
    .filter(({ preset }) => preset !== undefined)
    .map(({ label, preset }) => isPreset(label('preset'), preset));
  return named === undefined ? (chosen.at(-1) ?? 'dev') : isPreset('clickstream.preset', named);
}

function readSection<S extends Section>(
  name: S,
  preset: Configuration[S],
  layers: readonly Layer[],
): Configuration[S] {
  const checks = CHECKS[name];
  const checked = layers.flatMap(({ label, settings }) => {
    const differences = asObject(label(name), settings[name] ?? {});
    refuseUnknown(label(name), differences, Object.keys(checks));
    return Object.entries(differences).map(([key, value]) => [
      key,
      checks[key as keyof Configuration[S]](label(name, key), value),
    ]);
  });
  return { ...preset, ...Object.fromEntries(checked) };
}

function refuseUnknown(label: string, given: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key))
      refuse(`${label}.${key}`, value, `no such setting; there are ${known.join(', ')}`);
  }
}
