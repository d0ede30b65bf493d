/** From what cdk.json says to a Configuration: preset first, then what differs, each value checked, unknown names refused. */
import type { Configuration } from './config';
import { checkCombinations } from './guards';
import { PRESETS, type PresetName } from './presets';
import { type Check, flag, listOf, oneOf, refuse, text, wholeNumber } from './setting-checks';

type Section = keyof Configuration;
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

const CHECKS: Checks = {
  deployment: {
    name: text(
      /^[a-z](-?[a-z0-9]){0,19}$/,
      '1 to 20 lower-case letters, digits and single hyphens, a letter first',
    ),
    sites: listOf(site, 1),
    logRetentionDays: oneOf(...logRetentionDays),
    terminationProtection: flag,
  },
  network: {
    zoneCount: wholeNumber(1, 3),
    zoneNames: listOf(text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone such as eu-central-1a'), 0),
    endpointZoneCount: wholeNumber(1, 3),
    natGateways: wholeNumber(0, 3),
    flowLogs: flag,
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
  },
  store: {
    type: oneOf('serverless', 'nodes'),
    serverlessGbMax: wholeNumber(1, 5_000),
    serverlessEcpuPerSecondMax: wholeNumber(1_000, 15_000_000),
    nodeType: text(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'a node type such as cache.t4g.micro'),
    nodeCount: wholeNumber(1, 6),
    snapshotDays: wholeNumber(0, 35),
  },
  producer: {
    taskCpu: oneOf(256, 512, 1024, 2048, 4096),
    taskMemoryMib: wholeNumber(512, 30_720),
    taskCountMin: wholeNumber(1, 100),
    taskCountMax: wholeNumber(1, 100),
    cpuPercentTarget: wholeNumber(10, 90),
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
    onFailure: oneOf('none', 's3'),
    reportBatchItemFailures: flag,
    reservedConcurrency: wholeNumber(0, 1_000),
  },
  audit: {
    intervalMinutes: wholeNumber(0, 60),
    memoryMib: wholeNumber(128, 10_240),
  },
  dashboard: {
    allowedCidrs: listOf(cidr, 0),
    memoryMib: wholeNumber(128, 10_240),
    requestsPerSecondMax: wholeNumber(1, 10_000),
    requestBurstMax: wholeNumber(1, 5_000),
  },
  monitoring: {
    alarmEmail: text(/^$|^[^\s@]+@[^\s@]+$/, 'an e-mail address, or empty'),
    lagRecordsMax: wholeNumber(1, 1_000_000_000),
  },
};

/** The context keys of cdk.json; both may also be given with `-c`, where a value is always text. */
export interface ConfigurationContext {
  /** `{ "preset": "dev", "stream": { "type": "express" }, ... }`, or the same as JSON text. */
  readonly clickstream?: unknown;
  /** Wins over the preset named there: `-c preset=prod`. */
  readonly preset?: unknown;
}

/** Throws ConfigurationError. */
export function readConfiguration(context: ConfigurationContext): Configuration {
  const { preset: named = 'dev', ...differences } = asObject(
    'clickstream',
    parsed(context.clickstream ?? {}),
  );
  const preset: PresetName = oneOf('dev', 'prod')('clickstream.preset', context.preset ?? named);
  refuseUnknown('clickstream', differences, ['preset', ...Object.keys(CHECKS)]);
  const section = <S extends Section>(name: S): Configuration[S] =>
    readSection(name, PRESETS[preset][name], differences[name] ?? {});
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

function readSection<S extends Section>(name: S, preset: Configuration[S], given: unknown): Configuration[S] {
  const setting = `clickstream.${name}`;
  const differences = asObject(setting, given);
  const checks = CHECKS[name];
  refuseUnknown(setting, differences, Object.keys(checks));
  const checked = Object.entries(differences).map(([key, value]) => [
    key,
    checks[key as keyof Configuration[S]](`${setting}.${key}`, value),
  ]);
  return { ...preset, ...Object.fromEntries(checked) };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return refuse('clickstream', value, 'a JSON object');
  }
}

function asObject(setting: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(setting, value, 'an object of settings');
  }
  return value as Readonly<Record<string, unknown>>;
}

function refuseUnknown(setting: string, given: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key))
      refuse(`${setting}.${key}`, value, `no such setting; there are ${known.join(', ')}`);
  }
}
