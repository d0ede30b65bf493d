/** What the user of the cache may do on AWS is what the pipeline does: no less, and no more. */
import { Redis } from 'ioredis';
import { repairLease, waitingBatches } from '../../lambdas/repair/waiting-batch';
import { CACHE_COMMANDS, cacheAccess } from '../../lib/constructs/cache-access';
import { newestRejects } from '../../local/newest-rejects';
import type { SnapshotWindow } from '../../pipeline/core/snapshot';
import { readAuditMark } from '../../pipeline/store/audit-mark';
import { shardTag } from '../../pipeline/store/keys';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { writeContentValues } from '../../pipeline/store/write-content';
import { RebuildStage } from '../rebuild/rebuild-stage';
import { ensureValkey, type RedisServer, startStandalone } from '../support/redis-servers';

jest.setTimeout(180_000);

const dayMs = 86_400_000;
const windows: readonly SnapshotWindow[] = ['5m', '30m', '24h', '7d', '30d'];
const testServer = process.env.TEST_REDIS_URL;

let server: RedisServer;
let admin: Redis;
let stage: RebuildStage;

async function allow(topic: string): Promise<void> {
  await admin.call('ACL', 'SETUSER', 'app', 'reset', '>secret', ...cacheAccess(topic).split(' '));
}

beforeAll(async () => {
  server = await startStandalone({ binary: ensureValkey() });
  admin = new Redis(server.url);
  await admin.call('CONFIG', 'RESETSTAT');
  await allow('*');
  // The stage connects to what the runner names.
  process.env.TEST_REDIS_URL = server.url.replace('//', '//app:secret@');
  stage = new RebuildStage();
  await allow(stage.topic);
});

afterAll(async () => {
  process.env.TEST_REDIS_URL = testServer;
  stage?.redis.disconnect();
  admin?.disconnect();
  await server?.stop();
});

async function readEverything(redis: RebuildStage['redis'], topic: string): Promise<void> {
  const store = new RedisSnapshotStore(redis, { topic, sites: ['demo'] });
  const nowMs = Date.now();
  for (const window of windows) {
    await store.readSnapshot('demo', window, nowMs);
    await store.readSnapshot('demo', window, nowMs, 'Asia/Kolkata');
  }
  await store.readComparison({ site: 'demo', window: '24h', against: 'day', zone: 'UTC' }, nowMs);
  await store.readTimeseries('demo', 'visitors', nowMs - dayMs, nowMs, 'hour', nowMs);
  await store.readHealth(nowMs);
}

test('it counts, repairs, rebuilds, audits and reads, and is never refused', async () => {
  const { redis, topic } = stage;
  const shard = { topic, generation: 1, partition: 0 };
  await stage.open();

  await stage.countAll();
  await readEverything(redis, topic);
  const lease = repairLease(redis);
  await lease.take(shard, { from: 0, to: 5 });
  await lease.release(shard);
  await stage.commits.reportBehind(shard, 5, Date.now());
  await waitingBatches(redis)(shard);
  await stage.rebuild();
  await readEverything(redis, topic);
  await newestRejects(stage, [shard], { reason: undefined, limit: 1 });
  await readAuditMark(redis, topic);

  expect(await stage.differences()).toEqual([]);
  // As a rebuild carries over what the log no longer holds.
  const list = { type: 'list', items: ['0|malformed_json|'] } as const;
  await writeContentValues(redis, shardTag(shard), new Map([[':rejects', list]]));
  expect(await admin.call('ACL', 'LOG')).toEqual([]);
});

test('every command that it may issue is one that was needed', async () => {
  const stats = String(await admin.info('commandstats'));
  const needed = new Set(Array.from(stats.matchAll(/^cmdstat_([^:]+):calls=[1-9]/gm), (match) => match[1]));

  // A single server is not asked for its cluster; the conformance suite has one that is.
  const unneeded = CACHE_COMMANDS.filter((name) => !needed.has(name) && !name.startsWith('cluster|'));
  expect(unneeded).toEqual([]);
});

test('it may neither look at what is not of its topic, nor empty, reconfigure or watch the server', async () => {
  const { redis } = stage;
  const refused = [
    ['GET', 'another'],
    ['HGETALL', `{${stage.topic}2}:topology`],
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['CONFIG', 'GET', '*'],
    ['MONITOR'],
    ['ACL', 'LIST'],
    ['EVAL', "return redis.call('GET', 'another')", '0'],
  ];

  for (const [command, ...args] of refused) {
    await expect(redis.call(command as string, ...args)).rejects.toThrow(/NOPERM|ACL/);
  }
});
