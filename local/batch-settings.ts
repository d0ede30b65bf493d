/** How the local event source delivers: BATCH_SIZE, BATCH_WINDOW_MS, EVENT_SOURCE_MODE and what goes with it. */
import {
  ConfigurationError,
  type Environment,
  readChoice,
  readInteger,
  readSwitch,
  readTopic,
  SETTING,
} from '../pipeline/settings';
import type { MappingOptions, OnFailure } from './event-source/mapping-options';

const modes = ['on_demand', 'provisioned'] as const;
const provisionedOnly = [
  SETTING.MAXIMUM_RETRY_ATTEMPTS,
  SETTING.MAXIMUM_RECORD_AGE_SECONDS,
  SETTING.BISECT_BATCH_ON_FUNCTION_ERROR,
  SETTING.REPORT_BATCH_ITEM_FAILURES,
];

function readOnFailure(env: Environment, isProvisioned: boolean): OnFailure | undefined {
  const text = env[SETTING.ON_FAILURE];
  if (text === undefined || text === '') return undefined;
  const refuse = (allowed: string): never => {
    throw new ConfigurationError(SETTING.ON_FAILURE, text, allowed);
  };
  const [, scheme, name = ''] = /^(kafka|sqs|s3):\/\/(.+)$/.exec(text) ?? [];
  if (scheme === 'sqs') return { kind: 'queue_folder', folder: name };
  if (scheme === 's3') return { kind: 'bucket_folder', folder: name };
  if (scheme !== 'kafka') return refuse('kafka://TOPIC | sqs://FOLDER | s3://FOLDER');
  if (!isProvisioned) return refuse(`a topic with ${SETTING.EVENT_SOURCE_MODE}=provisioned only`);
  if (name === readTopic(env)) return refuse(`another topic than ${SETTING.TOPIC}`);
  return { kind: 'kafka_topic', topic: name };
}

/** -1: not limited. */
function readLimit(env: Environment, name: string, min: number, max: number): number {
  if (env[name] === '-1') return -1;
  return readInteger(env, name, { min, max, default: -1 });
}

/** Throws ConfigurationError. */
export function readBatchSettings(env: Environment): MappingOptions {
  const mode = readChoice(env, SETTING.EVENT_SOURCE_MODE, modes, 'on_demand');
  const settings = {
    mode,
    batchSize: readInteger(env, SETTING.BATCH_SIZE, { min: 1, max: 10_000, default: 10_000 }),
    batchWindowMs: readInteger(env, SETTING.BATCH_WINDOW_MS, { min: 0, max: 300_000, default: 100 }),
    maximumRetryAttempts: readLimit(env, SETTING.MAXIMUM_RETRY_ATTEMPTS, 0, 10_000),
    maximumRecordAgeSeconds: readLimit(env, SETTING.MAXIMUM_RECORD_AGE_SECONDS, 60, 604_800),
    bisectBatchOnFunctionError: readSwitch(env, SETTING.BISECT_BATCH_ON_FUNCTION_ERROR, false),
    reportBatchItemFailures: readSwitch(env, SETTING.REPORT_BATCH_ITEM_FAILURES, false),
    onFailure: readOnFailure(env, mode === 'provisioned'),
  };
  for (const name of provisionedOnly) {
    const text = env[name];
    if (mode === 'provisioned' || text === undefined || ['', '-1', 'false'].includes(text)) continue;
    throw new ConfigurationError(name, text, `with ${SETTING.EVENT_SOURCE_MODE}=provisioned only`);
  }
  return settings;
}
