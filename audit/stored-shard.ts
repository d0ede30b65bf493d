/**
 * Reads one shard as it is at one instant. Its keys are found by SCAN, then read in one MULTI together with `next`; when a
 * commit has come between, so that keys may be missing from the list, both are done again. So the audit works while events
 * flow, stops nobody, and writes no key of a shard.
 */
import { Cluster, type Redis } from 'ioredis';
import { type KeyMeaning, meaningOf, shardTag } from './key-names';

export type StoredValue =
  | { readonly type: 'hash'; readonly fields: ReadonlyMap<string, string> }
  | { readonly type: 'set'; readonly members: ReadonlySet<string> }
  | { readonly type: 'zset'; readonly scores: ReadonlyMap<string, number> }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'bytes'; readonly bytes: Buffer };

/** Which shard. */
export interface ShardPlace {
  readonly topic: string;
  readonly generation: number;
  readonly partition: number;
}

export interface StoredShard {
  readonly partition: number;
  readonly state: ReadonlyMap<string, string>;
  /** By name after the tag and its colon. */
  readonly values: ReadonlyMap<string, StoredValue>;
  /** Names that the table does not know, and keys of another type than it says. */
  readonly strange: readonly string[];
}

/** The shard is committed to faster than it can be read. */
export class ShardBusyError extends Error {
  override readonly name = 'ShardBusyError';
}

const scanCount = 1_000;
const attemptsMax = 50;
const pauseMs = 50;

const READ = {
  hash: (key: string) => ['HGETALL', key],
  set: (key: string) => ['SMEMBERS', key],
  zset: (key: string) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  list: (key: string) => ['LRANGE', key, '0', '-1'],
  bytes: (key: string) => ['GET', key],
} as const;

export async function scanKeys(redis: Redis | Cluster, pattern: string): Promise<string[]> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const found = new Set<string>();
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount);
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
  }
  return [...found].sort();
}

function pairs(reply: readonly Buffer[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < reply.length; i += 2) {
    result.push([(reply[i] as Buffer).toString(), (reply[i + 1] as Buffer).toString()]);
  }
  return result;
}

function decode(meaning: KeyMeaning, reply: unknown): StoredValue {
  if (meaning.type === 'bytes') return { type: 'bytes', bytes: (reply ?? Buffer.alloc(0)) as Buffer };
  const items = reply as readonly Buffer[];
  if (meaning.type === 'hash') return { type: 'hash', fields: new Map(pairs(items)) };
  if (meaning.type === 'zset') {
    return { type: 'zset', scores: new Map(pairs(items).map(([member, score]) => [member, Number(score)])) };
  }
  const texts = items.map((item) => item.toString(meaning.binary ? 'hex' : 'utf8'));
  return meaning.type === 'list' ? { type: 'list', items: texts } : { type: 'set', members: new Set(texts) };
}

/** What Redis answers of a key that is not there. */
function isNothing(reply: unknown): boolean {
  return reply === null || (Array.isArray(reply) && reply.length === 0);
}

/** Replies in the order of the commands; an error stands for its command alone (a key of another type). */
async function readTogether(
  redis: Redis | Cluster,
  commands: readonly (readonly string[])[],
): Promise<unknown[]> {
  const multi = redis.multi();
  for (const [command, ...args] of commands) multi.callBuffer(command as string, ...args);
  const replies = await multi.exec();
  if (replies === null) throw new ShardBusyError('EXEC was refused');
  return replies.map(([error, reply]) => error ?? reply);
}

/** The generation of a partition that is counted and read: the topic's, unless the partition has one of its own. */
export async function readGeneration(
  redis: Redis | Cluster,
  topic: string,
  partition: number,
): Promise<number> {
  const [own, common] = await redis.hmget(`{${topic}}:topology`, `generation:${partition}`, 'generation');
  return Number(own ?? common ?? 1);
}

/** Names after the tag: these, or those of all that are there which are wanted. */
export type NamesToRead = readonly string[] | ((name: string) => boolean);

async function readOnce(
  redis: Redis | Cluster,
  tag: string,
  partition: number,
  wanted: NamesToRead,
): Promise<StoredShard | undefined> {
  const before = await redis.hget(`${tag}:state`, 'next');
  const names =
    typeof wanted === 'function'
      ? (await scanKeys(redis, `${tag}:*`)).map((key) => key.slice(tag.length + 1)).filter(wanted)
      : wanted;
  const strange: string[] = [];
  const known: { name: string; meaning: KeyMeaning }[] = [];
  for (const name of names) {
    const meaning = meaningOf(name);
    if (meaning === undefined) strange.push(`${name}: no such key in the table of keys`);
    else known.push({ name, meaning });
  }
  const commands = known.map(({ name, meaning }) => READ[meaning.type](`${tag}:${name}`));
  const [state, ...replies] = await readTogether(redis, [READ.hash(`${tag}:state`), ...commands]);
  if (state instanceof Error) throw state;
  const fields = new Map(pairs(state as Buffer[]));
  // Keys that are named beforehand cannot have been missed.
  const isFound = typeof wanted === 'function';
  if (isFound && (fields.get('next') ?? null) !== before) return undefined;
  const values = new Map<string, StoredValue>();
  known.forEach(({ name, meaning }, i) => {
    const reply = replies[i];
    if (reply instanceof Error) strange.push(`${name}: ${reply.message}`);
    else if (isFound || !isNothing(reply)) values.set(name, decode(meaning, reply));
  });
  return { partition, state: fields, values, strange };
}

/** `wanted`: which keys, beside the state. Throws ShardBusyError, and what Redis throws. */
export async function readStoredShard(
  redis: Redis | Cluster,
  { topic, generation, partition }: ShardPlace,
  wanted: NamesToRead = () => true,
): Promise<StoredShard> {
  const tag = shardTag(topic, generation, partition);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const shard = await readOnce(redis, tag, partition, wanted);
    if (shard !== undefined) return shard;
    await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()));
  }
  throw new ShardBusyError(
    `shard ${partition} was committed to at each of ${attemptsMax} attempts to read it; audit when less flows`,
  );
}

/** Offsets that repair could not count. */
export function unprocessableIn({ values }: StoredShard): Set<number> {
  const value = values.get('unprocessable');
  return new Set(value?.type === 'set' ? Array.from(value.members, Number) : []);
}
