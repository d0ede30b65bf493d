/**
 * When an event happened, by the edge's clock. A client's clock may be wrong by hours, and what its clock said when it sent the request
 * tells by how much. But a retry of the same bytes carries the old time of sending (RudderStack, PostHog: seconds), and would make
 * events later than they were; so a small difference is taken for the way and the waiting, and nothing is corrected.
 */
import { MINUTE_MS } from '../limits';

/** Above what retries with the same bytes wait, below what a wrong clock is wrong by. */
export const staleMsMax = MINUTE_MS;

/** Never later than it was received. All in milliseconds since 1970 UTC. */
export function correctedTime(
  timeMs: number | undefined,
  sentAtMs: number | undefined,
  receivedAtMs: number,
): number {
  if (timeMs === undefined) return receivedAtMs;
  const differenceMs = sentAtMs === undefined ? 0 : receivedAtMs - sentAtMs;
  const corrected = Math.abs(differenceMs) > staleMsMax ? timeMs + differenceMs : timeMs;
  return Math.min(corrected, receivedAtMs);
}
