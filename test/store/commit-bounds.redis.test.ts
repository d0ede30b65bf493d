/** What bounds a shard's memory, where it matters which values go and which stay. */
import { exactVisitorsMax, HOUR_MS, liveVisitorsMax, MINUTE_MS } from '../../pipeline/core/limits';
import { visitorDigest } from '../../pipeline/store/digest';
import { bucketKey, type ShardId, shardTag } from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { NOON_MS, pageView, recordOf, type WireEvent } from '../support/build-event';
import { commitAll } from '../support/build-roll-up';
import { connectTestRedis, ownTopic } from '../support/test-redis';

let redis: RedisClient;
let store: RedisCommitStore;
let shard: ShardId;
let offset: number;

beforeAll(() => {
  redis = connectTestRedis();
  store = new RedisCommitStore(redis);
});
beforeEach(() => {
  shard = { topic: ownTopic(), generation: 1, partition: 0 };
  offset = 0;
});
afterAll(() => redis.disconnect());

async function commitEvents(events: readonly WireEvent[], logTimeMs = NOON_MS): Promise<void> {
  const at = new Date(logTimeMs).toISOString();
  const records = events.map((changes) => {
    const own = { messageId: `m-${offset}`, timestamp: at, receivedAt: at };
    return recordOf(pageView({ ...own, ...changes }), offset++, logTimeMs);
  });
  expect((await commitAll(store, shard, records)).kind).toBe('applied');
}

const heartbeatAt = async (logTimeMs: number) => {
  const outcome = await commitAll(store, shard, [recordOf({ v: 1, type: 'heartbeat' }, offset++, logTimeMs)]);
  expect(outcome.kind).toBe('applied');
};

const ofPath = (path: string): WireEvent => ({ anonymousId: 'visitor', properties: { path } });
const liveKey = () => `${shardTag(shard)}:live:demo`;

test('of equal counts those go that sort last by their bytes, whatever the locale', async () => {
  const shared = `/${'same beginning '.repeat(60)}`;
  // Locales sort case and accents otherwise; UTF-8 sorts as code points do, UTF-16 does not.
  const odd = ['', 'a', 'B', 'b', 'A', 'ä', 'é', 'z', 'Z', '\u0001', '~', '\u{1f986}', '\ufb01', 'aa', 'aA'];
  const paths = [...odd, ...Array.from({ length: 1_000 }, (_, i) => `x${i}`)].map((end) => shared + end);
  await commitEvents(paths.map(ofPath));

  const hour = bucketKey(shardTag(shard), 'h', 'demo', Math.floor(NOON_MS / HOUR_MS) * HOUR_MS);
  const fields = await redis.hgetall(`${hour}:d`);
  const kept = Object.keys(fields).filter((field) => field.startsWith('p='));
  const expected = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).slice(0, 750);
  expect(kept.toSorted()).toEqual(expected.map((path) => `p=${path}`).toSorted());
  expect(fields['p*']).toBe(String(paths.length - 750));
  expect(fields['p#']).toBe('750');
});

test('what is read more stays, however late the junk comes', async () => {
  await commitEvents(Array.from({ length: 60 }, (_, i) => ofPath(`/zz-real-${i % 20}`)));
  for (let batch = 0; batch < 4; batch++)
    await commitEvents(Array.from({ length: 600 }, (_, i) => ofPath(`/junk-${batch}-${i}`)));

  const hour = bucketKey(shardTag(shard), 'h', 'demo', Math.floor(NOON_MS / HOUR_MS) * HOUR_MS);
  const fields = await redis.hgetall(`${hour}:d`);
  for (let i = 0; i < 20; i++) expect(fields[`p=/zz-real-${i}`]).toBe('3');
  const pages = Object.entries(fields).filter(([field]) => /^p[=*]/.test(field));
  expect(pages.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(2_460);
  expect(pages.length - 1).toBeLessThanOrEqual(1_000);
  expect(fields['p#']).toBe(String(pages.length - 1));
});

test('of a site at most the last seen are kept, and of equal times the larger digests', async () => {
  const visitors = Array.from({ length: liveVisitorsMax + 10 }, (_, i) => `v-${i}`);
  for (let from = 0; from < visitors.length; from += 5_000) {
    await commitEvents(visitors.slice(from, from + 5_000).map((anonymousId) => ({ anonymousId })));
  }

  const kept = await redis.zrange(liveKey(), 0, -1);
  expect(kept).toEqual(visitors.map(visitorDigest).toSorted().slice(10));
});

test('who was last seen 35 minutes ago is kept, and then forgotten, also where the site rests', async () => {
  await commitEvents([{ anonymousId: 'early' }]);
  await commitEvents([{ anonymousId: 'later' }], NOON_MS + MINUTE_MS);
  await heartbeatAt(NOON_MS + 35 * MINUTE_MS);
  expect(await redis.zcard(liveKey())).toBe(2);
  await heartbeatAt(NOON_MS + 35 * MINUTE_MS + 1);
  expect(await redis.zrange(liveKey(), 0, -1)).toEqual([visitorDigest('later')]);
  await heartbeatAt(NOON_MS + 40 * MINUTE_MS);
  expect(await redis.exists(liveKey())).toBe(0);
});

test('a visitor whose clock is ahead pushes nobody out', async () => {
  await commitEvents([{ anonymousId: 'early' }]);
  const ahead = new Date(NOON_MS + 34 * MINUTE_MS).toISOString();
  await commitEvents([{ anonymousId: 'ahead', timestamp: ahead }], NOON_MS + 30 * MINUTE_MS);
  expect(await redis.zrange(liveKey(), 0, -1)).toEqual(['early', 'ahead'].map(visitorDigest));
});

test('a bucket of many visitors is sealed with the number of its HyperLogLog', async () => {
  const events = Array.from({ length: exactVisitorsMax + 500 }, (_, i) => ({ anonymousId: `v-${i}` }));
  await commitEvents(events);
  const minute = bucketKey(shardTag(shard), 'm', 'demo', Math.floor(NOON_MS / MINUTE_MS) * MINUTE_MS);
  const estimate = await redis.pfcount(`${minute}:h`);
  await heartbeatAt(NOON_MS + 12 * MINUTE_MS);
  expect(await redis.hmget(minute, 'visitors', 'visitorsExact')).toEqual([String(estimate), '0']);
  await heartbeatAt(NOON_MS + 13 * MINUTE_MS);
  expect(await redis.hget(minute, 'visitors')).toBe(String(estimate));
});

test('more work than one commit may do is done by the next ones', async () => {
  for (let minute = 0; minute < 40; minute++) await commitEvents([{}], NOON_MS + minute * MINUTE_MS);
  for (let beat = 0; beat < 4; beat++) await heartbeatAt(NOON_MS + 500 * 24 * HOUR_MS + beat);
  expect(await redis.zcard(`${shardTag(shard)}:due`)).toBe(0);
  const left = await redis.keys(`${shardTag(shard).replace(/[[\]?*\\]/g, '\\$&')}:[mhds]:*`);
  expect(left).toEqual([]);
});
