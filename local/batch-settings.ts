/** How large an invocation of the local event source may be: BATCH_SIZE, BATCH_WINDOW_MS. */
import { type Environment, readInteger, SETTING } from '../pipeline/settings';

export interface BatchSettings {
  /** Records in one invocation. */
  readonly batchSize: number;
  /** How long a batch may wait to be filled, milliseconds. */
  readonly batchWindowMs: number;
}

/** Throws ConfigurationError. */
export function readBatchSettings(env: Environment): BatchSettings {
  return {
    batchSize: readInteger(env, SETTING.BATCH_SIZE, { min: 1, max: 10_000, default: 10_000 }),
    batchWindowMs: readInteger(env, SETTING.BATCH_WINDOW_MS, { min: 0, max: 300_000, default: 100 }),
  };
}
