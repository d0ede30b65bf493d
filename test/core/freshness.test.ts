import { freshnessOf, measureLag, type ShardClock } from '../../pipeline/core/freshness';

const NOW_MS = Date.UTC(2026, 0, 15, 12);

function shard(changes: Partial<ShardClock> = {}): ShardClock {
  return { consumed: 10, logTimeMs: NOW_MS - 60_000, heartbeatAtMs: undefined, ...changes };
}

test.each([
  [null, 'empty'],
  [0, 'live'],
  [4_000, 'live'],
  [4_001, 'delayed'],
  [30_000, 'delayed'],
  [30_001, 'stale'],
] as const)('a lag of %s ms is %s', (lagMs, freshness) => {
  expect(freshnessOf(lagMs)).toBe(freshness);
});

test('the worst shard speaks', () => {
  const shards = [shard({ heartbeatAtMs: NOW_MS - 700 }), shard({ heartbeatAtMs: NOW_MS - 9_000 })];

  expect(measureLag(shards, NOW_MS)).toEqual({ lagMs: 9_000, lagFrom: 'heartbeat' });
});

test('a shard that the heartbeats do not reach says nothing', () => {
  const shards = [shard({ heartbeatAtMs: NOW_MS - 700 }), shard({ logTimeMs: NOW_MS - 3_600_000 })];

  expect(measureLag(shards, NOW_MS)).toEqual({ lagMs: 700, lagFrom: 'heartbeat' });
});

test('without any heartbeat the newest record of all shards stands in', () => {
  const shards = [shard({ logTimeMs: NOW_MS - 90_000 }), shard({ logTimeMs: NOW_MS - 2_000 })];

  expect(measureLag(shards, NOW_MS)).toEqual({ lagMs: 2_000, lagFrom: 'record' });
});

test('before the first record there is no lag', () => {
  const nothing = { lagMs: null, lagFrom: null };

  expect(measureLag([], NOW_MS)).toEqual(nothing);
  expect(measureLag([shard({ consumed: 0, logTimeMs: NOW_MS })], NOW_MS)).toEqual(nothing);
});

test('a broker whose clock is ahead does not make the numbers newer than the log', () => {
  expect(measureLag([shard({ heartbeatAtMs: NOW_MS + 500 })], NOW_MS).lagMs).toBe(0);
  expect(measureLag([shard({ logTimeMs: NOW_MS + 500 })], NOW_MS).lagMs).toBe(0);
});
