/** What repair needs to count a past, from the environment. */
import { randomBytes } from 'node:crypto';
import { type Environment, readInteger, SETTING } from '../../pipeline/settings';
import type { RedisConnection } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisRebuildStore } from '../../pipeline/store/redis-rebuild-store';
import type { PastRepair } from './repair-past';

/** About half a minute of counting: as long as a page may be without the newest events. */
const recordsMaxDefault = 1_000_000;

/** Throws ConfigurationError. */
export function readRecordsMax(env: Environment): number {
  return readInteger(env, SETTING.REPAIR_RECORDS_MAX, {
    min: 1_000,
    max: 1_000_000_000,
    default: recordsMaxDefault,
  });
}

export function pastRepair(
  redis: RedisConnection,
  recordsMax: number,
  isOutOfTime?: () => boolean,
): PastRepair {
  return {
    store: new RedisRebuildStore(redis),
    commits: new RedisCommitStore(redis, { intoMoved: true }),
    owner: randomBytes(8).toString('hex'),
    recordsMax,
    isOutOfTime,
  };
}
