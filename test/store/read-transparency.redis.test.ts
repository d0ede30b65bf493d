/**
 * What a store holds between answers must not be seen in them: one that has answered all along and one that has just begun say
 * the same. Driven by the fold and the commit script, over logs with late, early and repeated events, on one node and on a
 * cluster, which refuses commands and pipelines across slots.
 */
import fc from 'fast-check';
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { DEMO_SITE, NOON_MS, pageView, recordOf } from '../support/build-event';
import { commitAll } from '../support/build-roll-up';
import { type RedisServer, startCluster } from '../support/redis-servers';
import { ownTopic, testRedisUrl } from '../support/test-redis';

const SITE = DEMO_SITE.defaultSite;
const partitions = 3;

interface Sent {
  readonly partition: number;
  readonly ageMs: number;
  readonly visitor: number;
  readonly page: number;
}

const anySent: fc.Arbitrary<Sent> = fc.record({
  partition: fc.nat({ max: partitions - 1 }),
  ageMs: fc.oneof(fc.integer({ min: -1_000, max: 5_000 }), fc.integer({ min: 0, max: 50 * HOUR_MS })),
  visitor: fc.nat({ max: 12 }),
  page: fc.nat({ max: 15 }),
});
/** Rounds of events, and how much time passes before each. */
const anyRounds = fc.array(
  fc.record({
    stepMs: fc.oneof(fc.nat({ max: 90_000 }), fc.integer({ min: 10 * MINUTE_MS, max: 30 * HOUR_MS })),
    sent: fc.array(anySent, { minLength: 1, maxLength: 12 }),
  }),
  { minLength: 2, maxLength: 5 },
);

async function expectTransparent(
  redis: RedisClient,
  rounds: readonly { readonly stepMs: number; readonly sent: readonly Sent[] }[],
): Promise<void> {
  const topic = ownTopic();
  const writer = new RedisCommitStore(redis);
  const newReader = () => new RedisSnapshotStore(redis, { topic, sites: [SITE] });
  const reader = newReader();
  const nexts = Array.from({ length: partitions }, () => 0);
  for (let partition = 0; partition < partitions; partition++)
    await writer.announcePartition(topic, partition);
  let nowMs = NOON_MS;
  for (const { stepMs, sent } of rounds) {
    nowMs += stepMs;
    for (let partition = 0; partition < partitions; partition++) {
      const records = sent
        .filter((it) => it.partition === partition)
        .map(({ ageMs, visitor, page }, i) => {
          const timestamp = new Date(nowMs - ageMs).toISOString();
          const receivedAt = new Date(nowMs).toISOString();
          const offset = (nexts[partition] ?? 0) + i;
          const own = {
            messageId: `m${partition}-${offset}`,
            anonymousId: `v${visitor}`,
            timestamp,
            receivedAt,
          };
          return recordOf(pageView({ ...own, properties: { path: `/p${page}` } }), offset, nowMs);
        });
      if (records.length > 0) await commitAll(writer, { topic, generation: 1, partition }, records);
      nexts[partition] = (nexts[partition] ?? 0) + records.length;
    }
    for (const window of SNAPSHOT_WINDOWS) {
      expect(await reader.readSnapshot(SITE, window, nowMs)).toEqual(
        await newReader().readSnapshot(SITE, window, nowMs),
      );
    }
  }
  const { ledger, totals } = await reader.readSnapshot(SITE, '30d', nowMs);
  const count = rounds.reduce((sum, { sent }) => sum + sent.length, 0);
  const visitors = new Set(rounds.flatMap(({ sent }) => sent.map(({ visitor }) => visitor)));
  expect([ledger.consumed, ledger.counted, totals.views]).toEqual([count, count, count]);
  expect(totals.visitors).toEqual({ count: visitors.size, exact: true });
}

test('on one node', async () => {
  const redis = connectRedis(testRedisUrl());
  await fc.assert(
    fc.asyncProperty(anyRounds, (rounds) => expectTransparent(redis, rounds)),
    { numRuns: 8 },
  );
  await redis.quit();
}, 180_000);

describe('on a cluster', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startCluster();
  });
  afterAll(() => server.stop());

  test('likewise', async () => {
    const redis = connectRedis(server.url);
    await fc.assert(
      fc.asyncProperty(anyRounds, (rounds) => expectTransparent(redis, rounds)),
      { numRuns: 3 },
    );
    await redis.quit();
  }, 180_000);
});
