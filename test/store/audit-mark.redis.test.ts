import type { AuditMark } from '../../pipeline/core/snapshot';
import { storeAuditMark } from '../../pipeline/store/audit-mark';
import { auditKey } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { connectTestRedis, ownTopic } from '../support/test-redis';
import { NOW_MS, SITE, writeShards } from './read-fixture';

const MARK: AuditMark = {
  at: '2026-01-15T11:59:00.000Z',
  from: '2026-01-08T12:00:00.000Z',
  to: '2026-01-15T11:58:30.250Z',
  records: 759_353,
  cells: 942_358,
  differences: 0,
};

let redis: RedisClient;
let topic: string;
beforeAll(() => {
  redis = connectTestRedis();
});
beforeEach(async () => {
  topic = ownTopic();
  await writeShards(redis, topic, 1);
});
afterAll(() => redis.quit());

async function markShown(): Promise<AuditMark | null> {
  const store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
  return (await store.readSnapshot(SITE, '30m', NOW_MS)).audit;
}

test('there is no mark before the first audit; then it is that of the newest', async () => {
  const before = await markShown();
  await storeAuditMark(redis, topic, { ...MARK, differences: 7 });
  await storeAuditMark(redis, topic, MARK);

  expect(before).toBeNull();
  expect(await markShown()).toEqual(MARK);
});

test('a mark is seen within five seconds by who reads already', async () => {
  const store = new RedisSnapshotStore(redis, { topic, sites: [SITE] });
  await store.readSnapshot(SITE, '30m', NOW_MS);
  await storeAuditMark(redis, topic, MARK);

  const { audit } = await store.readSnapshot(SITE, '30m', NOW_MS + 5_000);

  expect(audit).toEqual(MARK);
});

test('a key of another type does not stop snapshots, and gives way to the next mark', async () => {
  await redis.set(auditKey(topic), 'somebody else was here');

  expect(await markShown()).toBeNull();
  await storeAuditMark(redis, topic, MARK);
  expect(await markShown()).toEqual(MARK);
});

test.each([
  ['records', ''],
  ['records', '-1'],
  ['cells', '1.5'],
  ['differences', 'none'],
  ['at', '2026-01-15T11:59:00.000Z'],
  ['at', '999999999999999'],
  ['to', '0'],
  ['cells', '1e3'],
])('a mark whose %s is %j is none', async (field, text) => {
  await storeAuditMark(redis, topic, MARK);
  await redis.hset(auditKey(topic), field, text);

  expect(await markShown()).toBeNull();
});

test('a mark that lacks a field is none', async () => {
  await storeAuditMark(redis, topic, MARK);
  await redis.hdel(auditKey(topic), 'to');

  expect(await markShown()).toBeNull();
});
