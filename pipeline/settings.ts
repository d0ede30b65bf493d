/**
 * The environment variables of every program, by one name each. The CDK stacks import these constants, so that
 * what a stack sets and what a handler reads cannot drift apart. Each is read once, in the configuration of its program.
 */
export const SETTING = {
  /** Comma list of `host:port`. Locally: unset means "use the Compose services, else start Kafka here". */
  KAFKA_BROKERS: 'KAFKA_BROKERS',
  /** `plain` (default) | `tls` | `iam` (SASL OAUTHBEARER over TLS with AWS credentials). */
  KAFKA_AUTH: 'KAFKA_AUTH',
  /** `redis://` or `rediss://` (TLS); `redis+cluster://`, `rediss+cluster://` for a cluster client. `host:port[,host:port]`. */
  REDIS_URL: 'REDIS_URL',
  /** ARN of a Secrets Manager secret `{"username","password"}` for Redis; AWS only. */
  REDIS_SECRET_ARN: 'REDIS_SECRET_ARN',
  /** The topic of events. Default `clicks`. */
  TOPIC: 'TOPIC',
  /** Partitions of the topic, 1 to 10,000. Default 8. Decides whether unique visitors of shards may be added up. */
  TOPIC_PARTITIONS: 'TOPIC_PARTITIONS',
  /** Sites that are counted: comma list of names, or `*` for the first 50 names seen. Default `demo`. The first is the default site. */
  SITES: 'SITES',
  /** Port of the page, 1 to 65535. Default 5000. */
  PORT: 'PORT',
  /** Directory of the page's files, as bundleWeb (bundle.ts) makes it. Default: `web` beside the bundled dashboard handler. */
  WEB_DIRECTORY: 'WEB_DIRECTORY',
  /** Address of the OpenID Connect issuer that viewers sign in at; AWS only. Default: no sign-in. The four below go with it. */
  LOGIN_ISSUER: 'LOGIN_ISSUER',
  /** Client that the page is at the issuer, and the audience of the tokens that are taken. */
  LOGIN_CLIENT_ID: 'LOGIN_CLIENT_ID',
  /** What the page asks the issuer for: names separated by blanks. Default `openid email`. */
  LOGIN_SCOPES: 'LOGIN_SCOPES',
  /** Comma list of origins that the page asks for tokens. Default: the issuer's own. */
  LOGIN_ORIGINS: 'LOGIN_ORIGINS',
  /** `claim=value[,value]`: a token must hold one of the values. Default: who can sign in at the issuer may look. */
  LOGIN_CLAIM: 'LOGIN_CLAIM',
  /** Address that the local gateway listens on. Default 127.0.0.1; a container needs 0.0.0.0. */
  LISTEN_HOST: 'LISTEN_HOST',
  /** Port of a Kafka that is started here, 1024 to 65534. Default 19092; its controller has the next one. */
  KAFKA_PORT: 'KAFKA_PORT',
  /** Port of a Redis that is started here, 1024 to 65534. Default 16379. */
  REDIS_PORT: 'REDIS_PORT',
  /** Folder for data, logs and the run file of a local run. Default `.clickstream`. */
  CLICKSTREAM_HOME: 'CLICKSTREAM_HOME',
  /** Namespace of the metrics that handlers tell CloudWatch; AWS only. Default: none are told. */
  METRICS_NAMESPACE: 'METRICS_NAMESPACE',
  /** Consumer group of the event source. Default `clickstream`. */
  CONSUMER_GROUP: 'CONSUMER_GROUP',
  /** Name of the Lambda function that repairs, for the consumer to call; AWS only. Default: it is not called, its schedule repairs. */
  REPAIR_FUNCTION: 'REPAIR_FUNCTION',
  /** How often the local event source looks for what is missing, milliseconds, 1,000 to 600,000. Default 10,000. */
  REPAIR_EVERY_MS: 'REPAIR_EVERY_MS',
  /** Records that a partition may miss before live counting goes on without them, their counting beside it; 1,000 to 1,000,000,000. Default 1,000,000. */
  REPAIR_RECORDS_MAX: 'REPAIR_RECORDS_MAX',
  /** Records in one invocation, 1 to 10,000. Default 10,000. */
  BATCH_SIZE: 'BATCH_SIZE',
  /** How long the local event source waits to fill a batch, milliseconds, 0 to 300,000. Default 100 (Lambda's own: 500). */
  BATCH_WINDOW_MS: 'BATCH_WINDOW_MS',
  /** How long the group waits for an event source that died, milliseconds, 1,000 to 60,000. Default 3,000. */
  SESSION_TIMEOUT_MS: 'SESSION_TIMEOUT_MS',
  /** `on_demand` (default): a batch is retried whole until it succeeds. `provisioned`: with the five settings below. */
  EVENT_SOURCE_MODE: 'EVENT_SOURCE_MODE',
  /** `true` | `false` (default): the consumer answers which partitions failed, and the event source reads it. Both must agree. */
  REPORT_BATCH_ITEM_FAILURES: 'REPORT_BATCH_ITEM_FAILURES',
  /** Retries before a batch is given up, 0 to 10,000; -1 (default): for ever, or 10 with ON_FAILURE. */
  MAXIMUM_RETRY_ATTEMPTS: 'MAXIMUM_RETRY_ATTEMPTS',
  /** Seconds after which a record is given up, 60 to 604,800; -1 (default): never. */
  MAXIMUM_RECORD_AGE_SECONDS: 'MAXIMUM_RECORD_AGE_SECONDS',
  /** `true` | `false` (default): a batch that failed is delivered in two halves. */
  BISECT_BATCH_ON_FUNCTION_ERROR: 'BISECT_BATCH_ON_FUNCTION_ERROR',
  /** Where given-up records go: `kafka://TOPIC`, `sqs://FOLDER` or `s3://FOLDER`. Default: nowhere. */
  ON_FAILURE: 'ON_FAILURE',
  /** Seconds between audits of closed minutes beside the local event source, 0 to 86,400; 0: none. Default 60. */
  AUDIT_INTERVAL_SECONDS: 'AUDIT_INTERVAL_SECONDS',
  /** Events a second that the simulator writes, 0 to 1,000,000. Default 1,700, with PAST 20. With DAILY_CURVE the mean of a day. */
  RATE: 'RATE',
  /** Seed of the simulator, a whole number. Default: drawn and printed. */
  SEED: 'SEED',
  /** `true` (default) | `false`: heartbeats only. */
  SIMULATOR: 'SIMULATOR',
  /** `kafka` (default) | `http`: the simulator's events go through the collector of the same program, which needs COLLECTOR_PORT. */
  VIA: 'VIA',
  /** `true` | `false`: RATE is the mean of a day with a night, a morning and an evening. Default `false`, with PAST `true`. */
  DAILY_CURVE: 'DAILY_CURVE',
  /** Simulated time that is written before the live traffic, to an empty topic: `1h` to `24h`, `1m` to `1440m`. Default: none. */
  PAST: 'PAST',
  /** Port of the collector in the producer's program, 0 to 65535; 0: none. Default 0; `npm start` gives it the page's port plus one. */
  COLLECTOR_PORT: 'COLLECTOR_PORT',
  /** Directory of the tracker that the collector hands out, as bundleTracker (bundle.ts) makes it. Default: `tracker` beside the bundled producer. */
  TRACKER_DIRECTORY: 'TRACKER_DIRECTORY',
  /** Where the collector's sites are: `file:PATH`, or the ARN of a secret. Default: `sites.json` in CLICKSTREAM_HOME. Without one, sites of SITES are known by name. */
  COLLECTOR_SITES: 'COLLECTOR_SITES',
  /** Proxies in front of the collector that add to X-Forwarded-For, 0 to 5. Default 0: the peer is the visitor. */
  COLLECTOR_PROXIES: 'COLLECTOR_PROXIES',
  /** Header in which a proxy of ours gives the visitor's address, and takes what a client had put there. Default: none. Goes before COLLECTOR_PROXIES. */
  COLLECTOR_ADDRESS_HEADER: 'COLLECTOR_ADDRESS_HEADER',
  /** Header that names the visitor's country by two letters, as CloudFront-Viewer-Country. Default: none, and no country. */
  COLLECTOR_COUNTRY_HEADER: 'COLLECTOR_COUNTRY_HEADER',
  /** What a proxy in front says in the header `x-collector-front`, 16 characters and more; what comes without is refused. Default: none asks. */
  COLLECTOR_FRONT_SECRET: 'COLLECTOR_FRONT_SECRET',
  /** Seconds that the collector still takes requests after it was told to end, 0 to 60: until a proxy in front knows. Default 0. */
  COLLECTOR_LINGER_SECONDS: 'COLLECTOR_LINGER_SECONDS',
  /** `true` | `false` (default): visitors who ask for it (Sec-GPC, DNT) are not counted. */
  COLLECTOR_OPT_OUT: 'COLLECTOR_OPT_OUT',
  /** `count` (default): bots are counted apart. `drop`: they are left out, and counted in the ledger alone. */
  COLLECTOR_BOTS: 'COLLECTOR_BOTS',
  /** Events a second that one site may send to one collector, 0 to 1,000,000. Default 0: no limit. */
  COLLECTOR_SITE_RATE: 'COLLECTOR_SITE_RATE',
  /** The same of one address. */
  COLLECTOR_ADDRESS_RATE: 'COLLECTOR_ADDRESS_RATE',
  /**
   * Where clients reach the collector: `https://clicks.example.com`, or `:5001`, a port of the page's own host. The page shows it; the collector
   * tells it to Segment's SDK, which may not see it in the request behind a proxy. Default: not known; `npm start` and Compose set a port.
   */
  COLLECTOR_URL: 'COLLECTOR_URL',
  /** How programs write their log: `json` (default) or `text`, for a person. */
  LOG_FORMAT: 'LOG_FORMAT',
  /** Address of the page that the dashboard names when it has started. Default: it names none. */
  PAGE_ADDRESS: 'PAGE_ADDRESS',
  /** Comma list of modules that log more: see `npm start -- --help`. */
  DEBUG: 'DEBUG',
} as const;

/** In which the proxy in front of the collector says COLLECTOR_FRONT_SECRET. */
export const COLLECTOR_FRONT_HEADER = 'x-collector-front';

/**
 * Figures that the handlers tell on AWS, and that the alarms look at. One way for each: what AWS does not know of us is told here, and
 * no metric filter reads our log.
 */
export const PIPELINE_METRICS = [
  /** consumer: partitions that an invocation could not count to their end, told where there are any. */
  'PartitionsFailed',
  /** repair, each minute: partitions that stand still, by why. */
  'ShardsBehind',
  'ShardsTorn',
  'ShardsWrongLog',
  /** repair, each minute: how old the newest heartbeat is that was counted, in the partition that is worst. */
  'LagMs',
  /** repair, each minute: of the records consumed since the minute before, heartbeats left out. */
  'RejectedPercent',
  /** repair, each minute: of what reached the collector since the minute before, what it refused for a fault of who sent it; where there is one. */
  'EdgeRefusedPercent',
  /** repair: records that the log no longer held when they were to be counted, told where there are any. */
  'RecordsLost',
  /** audit, each run: cells in which store and log differ. */
  'CellsThatDiffer',
] as const;
export type PipelineMetric = (typeof PIPELINE_METRICS)[number];

export const DEFAULT_TOPIC = 'clicks';
export const DEFAULT_PARTITIONS = 8;
export const DEFAULT_SITE = 'demo';
export const DEFAULT_PORT = 5000;
export const DEFAULT_CONSUMER_GROUP = 'clickstream';

/** A setting with a value that cannot be used. The message is the one line that a person reads. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(setting: string, value: string | undefined, allowed: string) {
    super(`${setting}: ${value === undefined ? 'not set' : JSON.stringify(value)}; allowed: ${allowed}`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a whole number within bounds, or the default where it is unset. Throws ConfigurationError. */
export function readInteger(
  env: Environment,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly default: number },
): number {
  const text = env[name];
  if (text === undefined || text === '') return bounds.default;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < bounds.min || value > bounds.max) {
    throw new ConfigurationError(name, text, `a whole number from ${bounds.min} to ${bounds.max}`);
  }
  return value;
}

/** Reads one of a closed list, or the default where it is unset. Throws ConfigurationError. */
export function readChoice<T extends string>(
  env: Environment,
  name: string,
  choices: readonly T[],
  byDefault: T,
): T {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new ConfigurationError(name, text, choices.join(' | '));
  return found;
}

/** Reads `true` or `false`, or the default where it is unset. Throws ConfigurationError. */
export function readSwitch(env: Environment, name: string, byDefault: boolean): boolean {
  return readChoice(env, name, ['true', 'false'], String(byDefault) as 'true' | 'false') === 'true';
}

/** Reads a text that must be there. Throws ConfigurationError. */
export function readRequired(env: Environment, name: string, allowed: string): string {
  const text = env[name];
  if (text === undefined || text === '') throw new ConfigurationError(name, text, allowed);
  return text;
}

/** The name becomes part of Redis keys' hash tags: Kafka's own alphabet keeps braces and colons out. */
const topicPattern = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** Reads the name of the topic. Throws ConfigurationError. */
export function readTopic(env: Environment): string {
  const topic = env[SETTING.TOPIC] || DEFAULT_TOPIC;
  if (!topicPattern.test(topic)) {
    throw new ConfigurationError(SETTING.TOPIC, topic, '1 to 249 of A-Z a-z 0-9 . _ -');
  }
  return topic;
}

/** Reads the partition count of the topic. Throws ConfigurationError. */
export function readPartitionCount(env: Environment): number {
  return readInteger(env, SETTING.TOPIC_PARTITIONS, { min: 1, max: 10_000, default: DEFAULT_PARTITIONS });
}

/** Reads how often closed minutes are audited, ms; 0: never. Throws ConfigurationError. */
export function readAuditIntervalMs(env: Environment): number {
  const bounds = { min: 0, max: 86_400, default: 60 };
  return 1_000 * readInteger(env, SETTING.AUDIT_INTERVAL_SECONDS, bounds);
}
