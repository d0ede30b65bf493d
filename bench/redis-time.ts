import type { RedisClient } from '../pipeline/store/redis-client';

/** Processor time that Redis has used so far, seconds: it tells of itself, wherever it runs, to the microsecond. */
export async function usedSeconds(redis: RedisClient): Promise<number> {
  const info = await redis.info('cpu');
  const value = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return value('used_cpu_user') + value('used_cpu_sys');
}
