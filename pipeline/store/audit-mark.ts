/** The newest audit's result, as the command leaves it and the page shows it. */
import type { AuditMark } from '../core/snapshot';
import { AUDIT, auditKey } from './keys';
import type { RedisClient } from './redis-client';

/** Times from 1970 to the year 9999, in ms: what an ISO-8601 time of four digits can say. */
const timeMsMax = Date.UTC(10_000, 0) - 1;

/** Replaces the mark of before. Throws what Redis throws. */
export async function storeAuditMark(redis: RedisClient, topic: string, mark: AuditMark): Promise<void> {
  const key = auditKey(topic);
  const replies = await redis
    .multi()
    // Whatever type it has.
    .del(key)
    .hset(key, {
      [AUDIT.at]: Date.parse(mark.at),
      [AUDIT.from]: Date.parse(mark.from),
      [AUDIT.to]: Date.parse(mark.to),
      [AUDIT.records]: mark.records,
      [AUDIT.cells]: mark.cells,
      [AUDIT.differences]: mark.differences,
    })
    .exec();
  for (const [error] of replies ?? []) if (error !== null) throw error;
}

function decodeMark(fields: Readonly<Record<string, string>>): AuditMark | null {
  const numbers = new Map<string, number>();
  for (const name of Object.values(AUDIT)) {
    const text = fields[name];
    if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
    numbers.set(name, Number(text));
  }
  const count = (name: string): number => numbers.get(name) ?? 0;
  const timesMs = [count(AUDIT.at), count(AUDIT.from), count(AUDIT.to)];
  if (timesMs.some((ms) => ms > timeMsMax) || count(AUDIT.from) > count(AUDIT.to)) return null;
  const time = (name: string): string => new Date(count(name)).toISOString();
  return {
    at: time(AUDIT.at),
    from: time(AUDIT.from),
    to: time(AUDIT.to),
    records: count(AUDIT.records),
    cells: count(AUDIT.cells),
    differences: count(AUDIT.differences),
  };
}

/** Null before the first audit, and where the key holds something else: no number on the page depends on it. */
export async function readAuditMark(redis: RedisClient, topic: string): Promise<AuditMark | null> {
  try {
    return decodeMark(await redis.hgetall(auditKey(topic)));
  } catch (error) {
    // A key of another type. A store that is away is for those to tell who read what cannot be done without.
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  }
}
