/** What a Redis really takes, by kind of key. Knows the names of keys and nothing of the formula. */
import type { RedisClient } from '../../pipeline/store/redis-client';

export interface KindMemory {
  keys: number;
  /** Sum of MEMORY USAGE, every element looked at. */
  usageBytes: number;
  /** By how much `used_memory` fell when the keys were deleted. */
  freedBytes: number;
}

/** After the tag; the first that fits. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['shard state', /^(state|sites|rejects|latency)$/],
  ['due index', /^due$/],
  ['marks', /^marks:/],
  ['all-time visitors', /^all:/],
  ['all-time pages', /^pages:/],
  ['last seen', /^live:/],
  ['feed', /^feed:/],
  ['seconds', /^s:/],
];
const grains: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day' };
const hanging: Readonly<Record<string, string>> = {
  d: 'dimensions',
  x: 'extras',
  v: 'visitor sets',
  h: 'HyperLogLogs',
};

function kindOf(key: string): string {
  const name = key.replace(/^\{[^}]*\}:/, '');
  const kind = kinds.find(([, pattern]) => pattern.test(name))?.[0];
  if (kind !== undefined) return kind;
  const [, grain = '', suffix = ''] = /^([mhd]):[^:]+:\d+(?::([dxvh]))?$/.exec(name) ?? [];
  if (grain === '') throw new Error(`measureMemory: unknown key ${JSON.stringify(key)}`);
  return `${grains[grain]} ${suffix === '' ? 'counts' : hanging[suffix]}`;
}

/** Stays to the end: Redis does not reckon with the table of a database without keys. */
const lastKey = 'the-last-key';

/** What Redis reckons for a key in its table of all keys: an entry and an object. */
const tableBytesOfKey = 24 + 16;

/** `used_memory` less what is no data: the server itself, buffers of connections, scripts, and the slots of the table of all keys. */
async function usedMemory(redis: RedisClient): Promise<{ bytes: number; slotBytes: number }> {
  const statistics = (await redis.call('MEMORY', 'STATS')) as unknown[];
  const valueIn = (list: readonly unknown[], name: string): unknown => list[list.indexOf(name) + 1];
  const ofKeys = tableBytesOfKey * (await redis.dbsize());
  const bytes = Number(valueIn(statistics, 'dataset.bytes')) + ofKeys;
  const database = valueIn(statistics, 'db.0') as unknown[];
  return { bytes, slotBytes: Number(valueIn(database, 'overhead.hashtable.main')) - ofKeys };
}

async function keysOf(redis: RedisClient): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, page] = await redis.scan(cursor, 'COUNT', 1_000);
    keys.push(...page);
    cursor = next;
  } while (cursor !== '0');
  return keys.filter((key) => key !== lastKey);
}

const atOnce = 1_000;

async function usageOf(redis: RedisClient, keys: readonly string[]): Promise<number> {
  let sum = 0;
  for (let from = 0; from < keys.length; from += atOnce) {
    const asked = keys
      .slice(from, from + atOnce)
      .map((key) => redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
    for (const bytes of await Promise.all(asked)) sum += Number(bytes);
  }
  return sum;
}

export interface MeasuredMemory {
  readonly kinds: ReadonlyMap<string, KindMemory>;
  /** Table of all keys: its slots. */
  readonly slotBytes: number;
  /** By how much `used_memory` fell when all keys were deleted, slots included. */
  readonly totalBytes: number;
}

/** So few that the buffers of the connection stay as they are. */
const deletedAtOnce = 50;

async function deleteKeys(redis: RedisClient, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += deletedAtOnce) {
    await redis.del(...keys.slice(from, from + deletedAtOnce));
  }
}

/** Measures all keys, and deletes them. Nobody else may use the server meanwhile. */
export async function measureMemory(redis: RedisClient): Promise<MeasuredMemory> {
  await redis.set(lastKey, '');
  const byKind = new Map<string, string[]>();
  for (const key of await keysOf(redis)) byKind.set(kindOf(key), [...(byKind.get(kindOf(key)) ?? []), key]);
  const usage = new Map<string, number>();
  for (const [kind, keys] of byKind) usage.set(kind, await usageOf(redis, keys));

  // A connection that has done nothing else, so that what shrinks are the data.
  const fresh = redis.duplicate() as RedisClient;
  await deleteKeys(
    fresh,
    Array.from({ length: deletedAtOnce }, (_, i) => `none-of-the-keys-of-${i}`),
  );
  await settled(fresh);
  const kinds = new Map<string, KindMemory>();
  const first = await usedMemory(fresh);
  let before = first;
  for (const [kind, keys] of byKind) {
    await deleteKeys(fresh, keys);
    const after = await usedMemory(fresh);
    const freedBytes = before.bytes - after.bytes;
    kinds.set(kind, { keys: keys.length, usageBytes: usage.get(kind) as number, freedBytes });
    before = after;
  }
  await fresh.del(lastKey);
  fresh.disconnect();
  return {
    kinds,
    slotBytes: first.slotBytes,
    totalBytes: first.bytes + first.slotBytes - before.bytes,
  };
}

/** Until the server has let go of what the other connection needed. */
async function settled(redis: RedisClient): Promise<void> {
  for (let last = -1, bytes = 0; last !== bytes; ) {
    last = bytes;
    await new Promise((resolve) => setTimeout(resolve, 300));
    bytes = (await usedMemory(redis)).bytes;
  }
}
