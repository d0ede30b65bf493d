/** The newest audit's result, as the command leaves it and the page shows it. */
import type { AuditMark } from '../core/snapshot';
import changeText from './change-audit-mark.lua';
import { StoreError } from './commit-outcome';
import { AUDIT, auditKey } from './keys';
import type { RedisClient } from './redis-client';
import { RedisScript } from './redis-script';

/** Times from 1970 to the year 9999, in ms: what an ISO-8601 time of four digits can say. */
const timeMsMax = Date.UTC(10_000, 0) - 1;

const changeScript = new RedisScript(changeText);
/** Two audits that end in the same instant, time after time, are none. */
const attemptsMax = 10;

function encodeMark(mark: AuditMark): (string | number)[] {
  return Object.entries({
    [AUDIT.at]: Date.parse(mark.at),
    [AUDIT.from]: Date.parse(mark.from),
    [AUDIT.to]: Date.parse(mark.to),
    [AUDIT.records]: mark.records,
    [AUDIT.cells]: mark.cells,
    [AUDIT.differences]: mark.differences,
  }).flat();
}

/** Replaces the mark of before. Throws what Redis throws. */
export async function storeAuditMark(redis: RedisClient, topic: string, mark: AuditMark): Promise<void> {
  await changeAuditMark(redis, topic, () => mark);
}

/** Makes a new mark of the one of before, whatever other audits leave at the same time. Throws StoreError. */
export async function changeAuditMark(
  redis: RedisClient,
  topic: string,
  change: (before: AuditMark | null) => AuditMark,
): Promise<AuditMark> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const before = await readFields(redis, topic);
    const mark = change(decodeMark(before));
    const expected = before[AUDIT.at] ?? '';
    const answer = await changeScript.call(redis, [auditKey(topic)], [expected, ...encodeMark(mark)]);
    if (answer === 1) return mark;
  }
  throw new StoreError(`the audit's mark of topic ${topic} was changed at each of ${attemptsMax} attempts`);
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

/** None where the key holds something else: no number on the page depends on it. */
async function readFields(redis: RedisClient, topic: string): Promise<Readonly<Record<string, string>>> {
  try {
    return await redis.hgetall(auditKey(topic));
  } catch (error) {
    // A key of another type. A store that is away is for those to tell who read what cannot be done without.
    if (error instanceof Error && error.name === 'ReplyError') return {};
    throw error;
  }
}

/** Null before the first audit, and where there is no mark that can be read. */
export async function readAuditMark(redis: RedisClient, topic: string): Promise<AuditMark | null> {
  return decodeMark(await readFields(redis, topic));
}
