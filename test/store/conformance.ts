/** What every server must do with our scripts: one suite, run by conformance.redis.test.ts against each kind of server. */
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { StoreCorruptError, StoreError } from '../../pipeline/store/commit-outcome';
import { bucketKey, type ShardId, shardTag, stateKey, visitorSetKey } from '../../pipeline/store/keys';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import { NOON_MS, pageView, recordOf } from '../support/build-event';
import { commitAll, lookUpAndCommit, views } from '../support/build-roll-up';
import { printShard } from '../support/print-shard';
import type { RedisServer } from '../support/redis-servers';
import { ownTopic } from '../support/test-redis';

const minuteOf = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

export function conformsAs(kind: string, startServer: () => Promise<RedisServer>): void {
  describe(kind, () => {
    let server: RedisServer;
    let redis: RedisClient;
    let store: RedisCommitStore;
    let shard: ShardId;

    beforeAll(async () => {
      server = await startServer();
      redis = connectRedis(server.url);
      store = new RedisCommitStore(redis);
    }, 120_000);
    beforeEach(() => {
      shard = { topic: ownTopic(), generation: 1, partition: 0 };
    });
    afterAll(async () => {
      redis?.disconnect();
      await server?.stop();
    });

    const dump = async () => (await printShard(redis, shard)).replaceAll(shard.topic, 'TOPIC');
    const changesNothing = async (act: () => Promise<unknown>) => {
      const before = await dump();
      const result = await act().catch((error: unknown) => error);
      expect(await dump()).toBe(before);
      return result;
    };

    test('a run at next is applied, and its numbers are there', async () => {
      expect(await commitAll(store, shard, views(0, 5))).toEqual({ kind: 'applied', next: 5 });
      const text = await dump();
      expect(text).toContain('"counted" 5');
      expect(text).toContain('"next" 5');
      expect(text).not.toContain('torn');
    });

    test('a run that was committed before is a duplicate and changes nothing', async () => {
      await commitAll(store, shard, views(0, 5));
      expect(await changesNothing(() => commitAll(store, shard, views(1, 3)))).toEqual({
        kind: 'duplicate',
        next: 5,
      });
    });

    test('a run that reaches over next is an overlap and changes nothing', async () => {
      await commitAll(store, shard, views(0, 5));
      expect(await changesNothing(() => commitAll(store, shard, views(3, 5)))).toEqual({
        kind: 'overlap',
        next: 5,
      });
    });

    test('a run above next is behind and changes nothing', async () => {
      await commitAll(store, shard, views(0, 5));
      const outcome = await changesNothing(() => commitAll(store, shard, views(9, 2)));
      expect(outcome).toEqual({ kind: 'behind', next: 5, first: 9 });
    });

    test('a shard that does not exist begins at offset 0, and nowhere else', async () => {
      const outcome = await changesNothing(() => commitAll(store, shard, views(7, 2)));
      expect(outcome).toEqual({ kind: 'behind', next: 0, first: 7 });
      await store.initialise(shard, 7, NOON_MS);
      expect(await commitAll(store, shard, views(7, 2))).toEqual({ kind: 'applied', next: 9 });
    });

    test('a torn shard takes nothing', async () => {
      await commitAll(store, shard, views(0, 5));
      await redis.hset(stateKey(shardTag(shard)), 'torn', '1');
      expect(await changesNothing(() => commitAll(store, shard, views(5, 1)))).toEqual({
        kind: 'torn',
        next: 5,
      });
    });

    test('a run in pieces leaves what the whole run leaves', async () => {
      const mixed = views(0, 40, (n) => ({ anonymousId: `v-${n % 7}`, properties: { path: `/${n % 5}` } }));
      await commitAll(store, shard, mixed);
      const whole = await dump();
      shard = { ...shard, topic: ownTopic() };
      for (const [from, to] of [
        [0, 1],
        [1, 17],
        [17, 40],
      ] as const)
        await commitAll(store, shard, mixed.slice(from, to));
      expect(await dump()).toBe(whole);
    });

    test('offsets are passed over once, and only from next', async () => {
      await commitAll(store, shard, views(0, 5));
      expect(await store.passOver(shard, 5, 8, 'empty')).toEqual({ kind: 'applied', next: 8 });
      expect(await changesNothing(() => store.passOver(shard, 5, 8, 'empty'))).toEqual({
        kind: 'duplicate',
        next: 8,
      });
      expect(await changesNothing(() => store.passOver(shard, 9, 10, 'lost'))).toMatchObject({
        kind: 'behind',
      });
      expect(await dump()).toContain('"empty" 3');
    });

    test('a server that has lost its scripts is sent them again', async () => {
      await commitAll(store, shard, views(0, 1));
      for (const node of 'nodes' in redis ? redis.nodes('master') : [redis]) await node.script('FLUSH');
      expect(await commitAll(store, shard, views(1, 1))).toEqual({ kind: 'applied', next: 2 });
    });

    test('a key of another type is found before anything is written', async () => {
      await commitAll(store, shard, views(0, 1));
      const later = bucketKey(shardTag(shard), 'm', 'demo', minuteOf(NOON_MS + 60_000));
      await redis.set(later, 'not a hash');
      const error = await changesNothing(() => commitAll(store, shard, views(1, 60)));
      expect(error).toBeInstanceOf(StoreCorruptError);
      expect((error as Error).message).toContain('expected hash');
    });

    test('a string that is no HyperLogLog is found before anything is written', async () => {
      const minute = bucketKey(shardTag(shard), 'm', 'demo', minuteOf(NOON_MS));
      await redis.set(`${minute}:h`, 'nonsense');
      const error = await commitAll(store, shard, views(0, 1)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreCorruptError);
      expect(await redis.exists(stateKey(shardTag(shard)))).toBe(0);
    });

    test('a shard of another schema version is refused', async () => {
      await commitAll(store, shard, views(0, 1));
      await redis.hset(stateKey(shardTag(shard)), 'schema', '99');
      expect(await changesNothing(() => commitAll(store, shard, views(1, 1)))).toBeInstanceOf(
        StoreCorruptError,
      );
    });

    test('a shard of the release before is counted on in, and is one of this from then on', async () => {
      await commitAll(store, shard, views(0, 2));
      await redis.hset(stateKey(shardTag(shard)), 'schema', '1');
      expect(await commitAll(store, shard, views(2, 1))).toEqual({ kind: 'applied', next: 3 });
      expect(await redis.hmget(stateKey(shardTag(shard)), 'schema', 'counted')).toEqual(['2', '3']);
    });

    test('a script that breaks off half-way leaves the shard torn, and it takes no more', async () => {
      await commitAll(store, shard, views(0, 1));
      // A count that is no number is found by no check: the script breaks off when it comes to it.
      await redis.hset(`${shardTag(shard)}:all:demo`, 'views', 'many');
      await expect(commitAll(store, shard, views(1, 1))).rejects.toBeInstanceOf(StoreError);
      expect(await commitAll(store, shard, views(1, 1))).toEqual({ kind: 'torn', next: 1 });
    });

    test('identities are found in the slices of the window, newest first', async () => {
      await commitAll(store, shard, views(0, 3));
      const ask = (ms: number) =>
        store.lookUp(shard, ms, [
          { siteId: 'demo', messageId: 'm-1' },
          undefined,
          { siteId: 'demo', messageId: 'never' },
          { siteId: 'other', messageId: 'm-1' },
        ]);
      const slice = Math.floor(NOON_MS / 150_000);
      expect((await ask(NOON_MS)).markSlices).toEqual([slice, undefined, undefined, undefined]);
      expect((await ask((slice + 4) * 150_000)).markSlices[0]).toBe(slice);
      expect((await ask((slice + 5) * 150_000)).markSlices[0]).toBeUndefined();
    });

    test('a re-send within the window is a duplicate, beyond it counts again, and its mark is forgotten', async () => {
      const at = (offset: number, minutes: number) =>
        recordOf(pageView({ messageId: 'same' }), offset, NOON_MS + minutes * MINUTE_MS);
      for (const [offset, minutes] of [
        [0, 0],
        [1, 9.9],
        [2, 13],
        [3, 14],
        [4, 60],
      ] as const) {
        await commitAll(store, shard, [at(offset, minutes)]);
      }
      await commitAll(store, shard, [recordOf({ v: 1, type: 'heartbeat' }, 5, NOON_MS + 61 * MINUTE_MS)]);
      const text = await dump();
      expect(text).toContain('"duplicates" 2');
      expect(text).toContain('"counted" 3');
      expect(text.match(/:marks:/g)).toHaveLength(1);
    });

    test('a dimension above its bound gives its smallest values to (other), and its sum stays', async () => {
      const records = views(0, 2_000, (n) => ({ properties: { path: n % 2 ? '/real' : `/junk-${n}` } }));
      const still = records.map((record) => ({ ...record, timestampMs: NOON_MS }));
      await commitAll(
        store,
        shard,
        still.map((record, i) =>
          recordOf(
            pageView({ messageId: `m-${i}`, properties: { path: i % 2 ? '/real' : `/junk-${i}` } }),
            record.offset,
            NOON_MS,
          ),
        ),
      );
      const hour = bucketKey(shardTag(shard), 'h', 'demo', Math.floor(NOON_MS / HOUR_MS) * HOUR_MS);
      const fields = await redis.hgetall(`${hour}:d`);
      const pages = Object.entries(fields).filter(([field]) => /^p[=*]/.test(field));
      expect(pages.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(2_000);
      expect(fields['p=/real']).toBe('1000');
      expect(Number(fields['p#'])).toBe(750);
      expect(pages).toHaveLength(751);
    });

    test('visitors are an exact set while few, and a HyperLogLog alone above', async () => {
      const many = (from: number, count: number) =>
        views(from, count).map((_, i) =>
          recordOf(pageView({ messageId: `m-${from + i}`, anonymousId: `v-${from + i}` }), from + i, NOON_MS),
        );
      const minute = bucketKey(shardTag(shard), 'm', 'demo', minuteOf(NOON_MS));
      await commitAll(store, shard, many(0, 2_000));
      expect(await redis.scard(visitorSetKey(minute))).toBe(2_000);
      await commitAll(store, shard, many(2_000, 1));
      expect(await redis.exists(visitorSetKey(minute))).toBe(0);
      expect(await redis.hget(minute, 'promoted')).toBe('1');
      expect(Math.abs((await redis.pfcount(`${minute}:h`)) - 2_001)).toBeLessThan(60);
    });

    test('a closed bucket is sealed, then loses its details, then goes, all by log time', async () => {
      await commitAll(store, shard, views(0, 3));
      const minute = bucketKey(shardTag(shard), 'm', 'demo', minuteOf(NOON_MS));
      let offset = 3;
      const beatAt = async (ms: number) => {
        for (const _ of [1, 2]) {
          await commitAll(store, shard, [recordOf({ v: 1, type: 'heartbeat' }, offset++, ms)]);
        }
      };
      await beatAt(NOON_MS + 12 * MINUTE_MS);
      expect(await redis.hmget(minute, 'visitors', 'visitorsExact')).toEqual(['3', '1']);
      expect(await redis.exists(visitorSetKey(minute), `${minute}:d`)).toBe(1);
      await beatAt(NOON_MS + 3 * HOUR_MS);
      expect(await redis.exists(`${minute}:d`, `${minute}:h`)).toBe(0);
      expect(await redis.hget(minute, 'views')).toBe('3');
      await beatAt(NOON_MS + 49 * HOUR_MS);
      await beatAt(NOON_MS + 49 * HOUR_MS + 1);
      expect(await redis.exists(minute)).toBe(0);
    });

    test('values of hostile visitors are kept as they are, in fields of their own', async () => {
      const paths = [
        '/\u0000\r\n',
        '/{x}:state',
        '/🦆',
        `/${'x'.repeat(1_999)}`,
        '/p*',
        '/p#',
        '/=',
        '/\u202etxt',
      ];
      await commitAll(
        store,
        shard,
        views(0, paths.length, (n) => ({ properties: { path: paths[n] } })),
      );
      const fields = await redis.hgetall(`${shardTag(shard)}:pages:demo`);
      for (const path of paths) expect(fields[`p=${path}`]).toBe('1');
      expect(fields['p#']).toBe(String(paths.length));
    });

    test('no key has a time to live', async () => {
      await commitAll(store, shard, views(0, 50));
      const keys = (await printShard(redis, shard)).split('\n').filter((line) => line.startsWith('{'));
      expect(keys.length).toBeGreaterThan(15);
      for (const key of keys) expect(await redis.ttl(key)).toBe(-1);
    });

    test('the look-up tells what is known, and what will be due first', async () => {
      await commitAll(store, shard, views(0, 2));
      const later = recordOf({ v: 1, type: 'heartbeat' }, 2, NOON_MS + 20 * MINUTE_MS);
      await commitAll(store, shard, [later]);
      const { found } = await lookUpAndCommit(store, shard, [{ ...later, offset: 3 }]);
      expect(found.next).toBe(3);
      expect(found.logTimeMs).toBe(later.timestampMs);
      expect([...found.sites]).toEqual(['demo']);
      // Marks and seconds are gone by then, the minute is sealed; what is next comes first.
      expect(found.due.map(({ member }) => member.slice(0, 2))).toEqual(['l:', 'm:', 'h:', 'd:']);
    });

    test('partitions are announced in any order, and the generation is 1 until a rebuild', async () => {
      await store.announcePartition(shard.topic, 4);
      await store.announcePartition(shard.topic, 2);
      expect(await redis.hget(`{${shard.topic}}:topology`, 'partitions')).toBe('5');
      expect(await store.generation(shard.topic, 0)).toBe(1);
    });
  });
}
