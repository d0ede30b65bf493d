/** Times as events carry them: good, from far away, and no times at all. */
import { integerBetween, type Random } from '../../producer/simulator/random';

export interface WrittenTime {
  readonly text: string;
  /** More than ten minutes before log time. */
  readonly isLate: boolean;
  /** More than five minutes after it was received. */
  readonly isSkewed: boolean;
}

const farPast = [
  '0000-01-01T00:00:00Z',
  '0000-02-29T00:00:00Z',
  '0001-01-01T00:00:00.000000001+14:00',
  '1582-10-10T00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '2000-02-29T23:59:59-12:00',
];
const farFuture = [
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '2200-01-01T00:00Z',
  '2400-02-29T12:00:00.5+05:45',
];

/** JSON texts of what is there and is no ISO-8601 time of a year of four digits with a zone. */
export const BAD_TIMES: readonly string[] = [
  '""',
  '"yesterday"',
  '"NaN"',
  '"Invalid Date"',
  '"2026-01-01"',
  '"2026-01-01T12:00:00"',
  '"2026-01-01 12:00:00Z"',
  '"2026-13-01T00:00:00Z"',
  '"2026-00-01T00:00:00Z"',
  '"2026-02-30T00:00:00Z"',
  '"2025-02-29T00:00:00Z"',
  '"1900-02-29T00:00:00Z"',
  '"2026-01-00T00:00:00Z"',
  '"2026-01-01T25:00:00Z"',
  '"2026-01-01T12:60:00Z"',
  '"2026-01-01T12:00:60Z"',
  '"2026-01-01T12:00:00+25:00"',
  '"2026-01-01T12:00:00+0100"',
  '"+275760-09-13T00:00:00.000Z"',
  '"-271821-04-20T00:00:00.000Z"',
  '"275760-09-13T00:00:00.000Z"',
  '" 2026-01-01T12:00:00Z"',
  '"2026-01-01T12:00:00Z\\n"',
  '"２０２６-01-01T12:00:00Z"',
  '"Thu, 01 Jan 2026 12:00:00 GMT"',
  '1767268800000',
  'null',
  'true',
  '1e400',
  '[]',
  '{}',
];

const hourMs = 3_600_000;

function isoWithOffset(atMs: number, offsetHours: number): string {
  const local = new Date(atMs + offsetHours * hourMs).toISOString().slice(0, -1);
  const sign = offsetHours < 0 ? '-' : '+';
  return `${local}${sign}${String(Math.abs(offsetHours)).padStart(2, '0')}:00`;
}

const plain = { isLate: false, isSkewed: false };

/** Mostly now; some from far away, all clear of every edge by more than a run takes. */
export function drawTime(random: Random, nowMs: number): WrittenTime {
  const draw = random();
  if (draw < 0.8) return { ...plain, text: new Date(nowMs).toISOString() };
  if (draw < 0.88) return { ...plain, text: isoWithOffset(nowMs, integerBetween(random, -12, 14)) };
  if (draw < 0.94) return { ...plain, isLate: true, text: pick(random, farPast) };
  return { ...plain, isSkewed: true, text: pick(random, farFuture) };
}

/** What `receivedAt` may say without an effect: log time stands in for what is further from it than five minutes. */
export function drawReceived(random: Random, nowMs: number): string | undefined {
  const draw = random();
  if (draw < 0.7) return new Date(nowMs).toISOString();
  if (draw < 0.85) return undefined;
  return pick(random, [...farPast, ...farFuture]);
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}
