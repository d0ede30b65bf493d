/**
 * The options of a Lambda event source mapping for MSK, by Lambda's own names where it has them, with its limits. What Lambda
 * refuses when a mapping is created is refused here when the source starts: in one line that names option, value and what is allowed.
 */
import { DEFAULT_READINGS, type PlanRules, type Readings } from './delivery-plan';

/** Where a new consumer group begins. A group that has committed offsets goes on from there, whatever this says. */
export type StartingPosition =
  | { readonly kind: 'TRIM_HORIZON' }
  /** What is written before the source has joined its group for the first time is never delivered. */
  | { readonly kind: 'LATEST' }
  /** With the first record that is not older; milliseconds since 1970 UTC. */
  | { readonly kind: 'AT_TIMESTAMP'; readonly timestampMs: number };

/** Where records go that were given up. */
export type OnFailure =
  /** One message a record, with metadata and the record, by the record's own key. Provisioned mode only. */
  | { readonly kind: 'kafka_topic'; readonly topic: string }
  /** What SQS and SNS get: one JSON file a batch, metadata alone. The folder is made. */
  | { readonly kind: 'queue_folder'; readonly folder: string }
  /** What S3 gets: one JSON file a batch, metadata and the whole event. The folder is made. */
  | { readonly kind: 'bucket_folder'; readonly folder: string };

export interface MappingOptions {
  /** `on_demand`: a batch is retried whole until it succeeds. `provisioned`: what is marked so below as well. Default `on_demand`. */
  readonly mode?: 'on_demand' | 'provisioned' | undefined;
  /** Records in one invocation, 1 to 10,000. Default 100. */
  readonly batchSize?: number | undefined;
  /** How long a batch may wait to be filled, milliseconds, 0 to 300,000. Default 500. Lambda takes 500 or whole seconds. */
  readonly batchWindowMs?: number | undefined;
  /** Default TRIM_HORIZON; Lambda has none. */
  readonly startingPosition?: StartingPosition | undefined;
  /** Provisioned. Retries before records are given up, 0 to 10,000; -1: for ever, or 10 beside `onFailure`. Default -1. */
  readonly maximumRetryAttempts?: number | undefined;
  /** Provisioned. Seconds after which a record is given up, 60 to 604,800; -1: never. Default -1. */
  readonly maximumRecordAgeSeconds?: number | undefined;
  /** Provisioned. A batch that failed is delivered in two halves. Default false. */
  readonly bisectBatchOnFunctionError?: boolean | undefined;
  /** Provisioned. The function's answer is read for the records that failed (batch-response.ts). Default false. */
  readonly reportBatchItemFailures?: boolean | undefined;
  /** Default: none; records that are given up are told to `onGivenUp` and dropped. */
  readonly onFailure?: OnFailure | undefined;
  /** Deliveries that may be under way at a time, 1 to 2,000; each poller has partitions of its own. Default: one a partition, or with `mixPartitions` 1. */
  readonly pollers?: number | undefined;
  /** One invocation may hold records of several of its poller's partitions, as on AWS. Default false: one partition each. */
  readonly mixPartitions?: boolean | undefined;
  /** Where the rules can be read in two ways. */
  readonly readings?: Partial<Readings> | undefined;
}

/** Options that cannot be used. The message is the one line that a person reads. */
export class OptionRefusedError extends Error {
  override readonly name = 'OptionRefusedError';
  constructor(option: string, value: unknown, allowed: string) {
    super(`${option}: ${JSON.stringify(value)}; allowed: ${allowed}`);
  }
}

/** A mapping's options with every default filled in. */
export interface Mapping extends PlanRules {
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly startingPosition: StartingPosition;
  readonly readsFailures: boolean;
  readonly onFailure: OnFailure | undefined;
  /** Infinity: one a partition. */
  readonly pollers: number;
  readonly mixPartitions: boolean;
}

const provisionedOnly = [
  'maximumRetryAttempts',
  'maximumRecordAgeSeconds',
  'bisectBatchOnFunctionError',
  'reportBatchItemFailures',
] as const;
const retriesBesideDestination = 10;

function requireWhole(option: string, value: number, min: number, max: number, also?: number): void {
  if (value === also || (Number.isInteger(value) && value >= min && value <= max)) return;
  const range = `a whole number from ${min} to ${max}`;
  throw new OptionRefusedError(option, value, also === undefined ? range : `${also}, or ${range}`);
}

function refuseInOnDemandMode(options: MappingOptions): void {
  if (options.mode === 'provisioned') return;
  for (const option of provisionedOnly) {
    const value = options[option];
    if (value === undefined || value === false || value === -1) continue;
    throw new OptionRefusedError(option, value, 'in provisioned mode only');
  }
  if (options.onFailure?.kind === 'kafka_topic') {
    throw new OptionRefusedError(
      'onFailure',
      `kafka://${options.onFailure.topic}`,
      'in provisioned mode only',
    );
  }
}

/** Throws OptionRefusedError. `topic`: the source. */
export function readMapping(topic: string, options: MappingOptions): Mapping {
  const {
    batchSize = 100,
    batchWindowMs = 500,
    maximumRetryAttempts = -1,
    maximumRecordAgeSeconds = -1,
  } = options;
  const { startingPosition = { kind: 'TRIM_HORIZON' }, onFailure, mixPartitions = false } = options;
  const { pollers = mixPartitions ? 1 : Number.POSITIVE_INFINITY } = options;
  requireWhole('batchSize', batchSize, 1, 10_000);
  requireWhole('batchWindowMs', batchWindowMs, 0, 300_000);
  requireWhole('maximumRetryAttempts', maximumRetryAttempts, 0, 10_000, -1);
  requireWhole('maximumRecordAgeSeconds', maximumRecordAgeSeconds, 60, 604_800, -1);
  if (options.pollers !== undefined) requireWhole('pollers', pollers, 1, 2_000);
  if (startingPosition.kind === 'AT_TIMESTAMP') {
    requireWhole('startingPosition.timestampMs', startingPosition.timestampMs, 0, Number.MAX_SAFE_INTEGER);
  }
  refuseInOnDemandMode(options);
  if (onFailure?.kind === 'kafka_topic' && onFailure.topic === topic) {
    throw new OptionRefusedError('onFailure', `kafka://${topic}`, 'another topic than the source');
  }
  const infinite = onFailure === undefined ? Number.POSITIVE_INFINITY : retriesBesideDestination;
  return {
    batchSize,
    batchWindowMs,
    startingPosition,
    onFailure,
    pollers,
    mixPartitions,
    retriesMax: maximumRetryAttempts === -1 ? infinite : maximumRetryAttempts,
    recordAgeMsMax:
      maximumRecordAgeSeconds === -1 ? Number.POSITIVE_INFINITY : maximumRecordAgeSeconds * 1_000,
    bisects: options.bisectBatchOnFunctionError ?? false,
    readsFailures: options.reportBatchItemFailures ?? false,
    readings: { ...DEFAULT_READINGS, ...options.readings },
  };
}
