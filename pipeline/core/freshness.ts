/** Live, delayed or stale: decided here alone, from lag. The page extrapolates lag and keeps to the same bounds. */
import { delayedLagMsMax, liveLagMsMax } from './limits';
import type { Freshness } from './snapshot';

/** What a shard knows of its own age. */
export interface ShardClock {
  /** Records committed so far, of any kind. */
  readonly consumed: number;
  /** Largest record timestamp committed. */
  readonly logTimeMs: number;
  /** Log time of the newest heartbeat committed; undefined where there never was one. */
  readonly heartbeatAtMs: number | undefined;
}

export interface Lag {
  readonly lagMs: number | null;
  readonly lagFrom: 'heartbeat' | 'record' | null;
}

/** `lagMs`: milliseconds that the numbers are behind the log; null where nothing was ever committed. */
export function freshnessOf(lagMs: number | null): Freshness {
  if (lagMs === null) return 'empty';
  if (lagMs <= liveLagMsMax) return 'live';
  return lagMs <= delayedLagMsMax ? 'delayed' : 'stale';
}

/**
 * By heartbeats the worst shard speaks: each shard should have had one within the last second, visitors or not. A shard that
 * never had one, where others have, is a partition that the heartbeats do not reach, and says nothing. Without any
 * heartbeat the newest record of all shards has to stand in, since a shard without visitors is silent for good reason.
 */
export function measureLag(shards: readonly ShardClock[], nowMs: number): Lag {
  const committed = shards.filter(({ consumed }) => consumed > 0);
  const heartbeats = committed.flatMap(({ heartbeatAtMs }) => heartbeatAtMs ?? []);
  // A broker's clock may be ahead of ours; numbers cannot be ahead of the log.
  const ageOf = (atMs: number): number => Math.max(0, nowMs - atMs);
  if (heartbeats.length > 0) return { lagMs: ageOf(Math.min(...heartbeats)), lagFrom: 'heartbeat' };
  if (committed.length === 0) return { lagMs: null, lagFrom: null };
  return { lagMs: ageOf(Math.max(...committed.map(({ logTimeMs }) => logTimeMs))), lagFrom: 'record' };
}
