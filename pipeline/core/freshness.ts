/** Live, delayed or stale: decided here alone, from lag. The page extrapolates lag and keeps to the same bounds. */
import { delayedLagMsMax, liveLagMsMax } from './limits';
import type { Freshness } from './snapshot';

/** `lagMs`: milliseconds that the numbers are behind the log; null where nothing was ever committed. */
export function freshnessOf(lagMs: number | null): Freshness {
  if (lagMs === null) return 'empty';
  if (lagMs <= liveLagMsMax) return 'live';
  return lagMs <= delayedLagMsMax ? 'delayed' : 'stale';
}
