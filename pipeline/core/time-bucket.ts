/** Which bucket gets an event, also one that is late or from the future. The rules are in docs/counting.md, "Which bucket". */
import { GRAIN_NAMES, GRAINS, type Grain, SECONDS } from './grains';
import { skewMsMax } from './limits';

export interface EventTime {
  readonly atMs: number;
  /** Counted at the time received, since it claims to be from further in the future than clocks may differ. */
  readonly skewed: boolean;
}

/** `receivedAt` as it counts: log time stands in where it is absent or too far from it. */
export function receivedTime(receivedAtMs: number | undefined, logTimeMs: number): number {
  if (receivedAtMs === undefined || Math.abs(receivedAtMs - logTimeMs) > skewMsMax) return logTimeMs;
  return receivedAtMs;
}

export function eventTime(timestampMs: number | undefined, receivedMs: number): EventTime {
  if (timestampMs === undefined) return { atMs: receivedMs, skewed: false };
  if (timestampMs > receivedMs + skewMsMax) return { atMs: receivedMs, skewed: true };
  return { atMs: timestampMs, skewed: false };
}

/** Number of grains, coarsest first, that still take an event of this age: 3 minute, hour and day; 0 none but all-time. */
export function grainsOpen(ageMs: number): number {
  let open = 0;
  for (const grain of GRAIN_NAMES) if (ageMs <= GRAINS[grain].graceMs) open++;
  return open;
}

/** Older than its minute takes. */
export function isLate(ageMs: number): boolean {
  return ageMs > SECONDS.graceMs;
}

/** Start of the bucket that holds the time, aligned to UTC. */
export function bucketStart(atMs: number, lengthMs: number): number {
  return Math.floor(atMs / lengthMs) * lengthMs;
}

/** Log time at which the bucket is closed for good: from then on nothing can touch it, so it may be cached and sealed. */
export function closesAtMs(grain: Grain, startMs: number): number {
  const { lengthMs, graceMs } = GRAINS[grain];
  return startMs + lengthMs + graceMs;
}
