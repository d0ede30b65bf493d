/**
 * Everything that a shard holds, read at one instant. Its keys are known without a search of the store: the list of sites and
 * the due index name them all. They are read in one MULTI together with `next`; where a commit has come in between, so that keys may
 * be missing, it is done again.
 *
 * Texts are held byte by byte (latin1), since members may be bytes and must be written back as they were.
 */
import { GRAIN_NAMES, GRAINS, SECONDS } from '../core/grains';
import { StoreCorruptError, StoreError } from './commit-outcome';
import * as keys from './keys';
import type { RedisClient } from './redis-client';

export type ContentValue =
  | { readonly type: 'hash'; readonly fields: ReadonlyMap<string, string> }
  | { readonly type: 'set'; readonly members: ReadonlySet<string> }
  | { readonly type: 'zset'; readonly scores: ReadonlyMap<string, number> }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'string'; readonly bytes: Buffer };

export interface ShardContent {
  readonly state: ReadonlyMap<string, string>;
  /** By the key's name after the tag, with its colon: `:m:demo:1768478400`. Keys that do not exist are not in it. */
  readonly values: ReadonlyMap<string, ContentValue>;
}

type ValueType = ContentValue['type'];

/** The shard is committed to faster than it can be read. */
export class ShardBusyError extends StoreError {
  override readonly name = 'ShardBusyError';
}

const attemptsMax = 50;
const pauseMs = 50;

const READ: Readonly<Record<ValueType, (key: string) => readonly [string, ...string[]]>> = {
  hash: (key) => ['HGETALL', key],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  list: (key) => ['LRANGE', key, '0', '-1'],
  string: (key) => ['GET', key],
};

/** Names and types of what a member of the due index stands for. Throws StoreCorruptError for a member that nobody writes. */
export function keysOfMember(member: string): readonly (readonly [name: string, type: ValueType])[] {
  const [code = '', site = '', start = ''] = member.split(':');
  if (code === 'k') return [[keys.marksKey('', Number(site)), 'set']];
  if (code === 'l') return [];
  const name = keys.bucketKey('', code, site, Number(start) * 1_000);
  if (code === SECONDS.code) return [[name, 'hash']];
  if (!GRAIN_NAMES.some((grain) => GRAINS[grain].code === code)) {
    throw new StoreCorruptError(`due index: unknown member ${JSON.stringify(member)}`);
  }
  return [
    [name, 'hash'],
    [keys.dimensionsKey(name), 'hash'],
    [keys.extrasKey(name), 'hash'],
    [keys.visitorSetKey(name), 'set'],
    [keys.visitorHllKey(name), 'string'],
  ];
}

function keysOfSite(site: string): (readonly [string, ValueType])[] {
  const allTime = keys.allTimeKey('', site);
  return [
    [allTime, 'hash'],
    [keys.visitorSetKey(allTime), 'set'],
    [keys.visitorHllKey(allTime), 'string'],
    [keys.pagesKey('', site), 'hash'],
    [keys.liveKey('', site), 'zset'],
    [keys.feedKey('', site), 'zset'],
  ];
}

/** All keys that a shard with these sites and this due index can have, but `:state`, which goes by itself. */
export function contentKeys(sites: Iterable<string>, due: Iterable<string>): Map<string, ValueType> {
  return new Map<string, ValueType>([
    [keys.dueKey(''), 'zset'],
    [keys.sitesKey(''), 'set'],
    [keys.rejectsKey(''), 'list'],
    [keys.unprocessableKey(''), 'set'],
    [keys.latencyKey(''), 'hash'],
    ...[...sites].flatMap(keysOfSite),
    ...[...due].flatMap(keysOfMember),
  ]);
}

const text = (bytes: Buffer): string => bytes.toString('latin1');

function pairsOf(reply: readonly Buffer[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < reply.length; i += 2)
    pairs.push([text(reply[i] as Buffer), text(reply[i + 1] as Buffer)]);
  return pairs;
}

/** Undefined: the key does not exist. */
function decode(type: ValueType, reply: unknown): ContentValue | undefined {
  if (type === 'string') return reply === null ? undefined : { type, bytes: reply as Buffer };
  const items = reply as readonly Buffer[];
  if (items.length === 0) return undefined;
  if (type === 'hash') return { type, fields: new Map(pairsOf(items)) };
  if (type === 'zset')
    return { type, scores: new Map(pairsOf(items).map(([m, score]) => [m, Number(score)])) };
  const texts = items.map(text);
  return type === 'list' ? { type, items: texts } : { type, members: new Set(texts) };
}

async function together(
  redis: RedisClient,
  commands: readonly (readonly [string, ...string[]])[],
): Promise<unknown[]> {
  const chain = redis.multi();
  for (const [command, ...args] of commands) chain.callBuffer(command, ...args);
  const replies = await chain.exec().catch((error: unknown) => {
    throw new StoreError(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (replies === null) throw new StoreError('the store dropped a transaction of reads');
  return replies.map(([error, reply]) => {
    if (error !== null) throw new StoreCorruptError(error.message, { cause: error });
    return reply;
  });
}

/** Names and types of the keys that the shard may have now, and the `next` that it had when it was asked. */
export async function listContentKeys(
  redis: RedisClient,
  tag: string,
): Promise<{ readonly next: string | undefined; readonly names: ReadonlyMap<string, ValueType> }> {
  const [next, sites, due] = await together(redis, [
    ['HGET', keys.stateKey(tag), keys.STATE.next],
    ['SMEMBERS', keys.sitesKey(tag)],
    ['ZRANGE', keys.dueKey(tag), '0', '-1'],
  ]);
  const names = contentKeys((sites as Buffer[]).map(text), (due as Buffer[]).map(text));
  return { next: next === null ? undefined : text(next as Buffer), names };
}

/** Throws ShardBusyError, StoreCorruptError, StoreError. */
export async function readShardContent(redis: RedisClient, tag: string): Promise<ShardContent> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const { next, names } = await listContentKeys(redis, tag);
    const wanted = [...names];
    const [stateReply, ...replies] = await together(redis, [
      READ.hash(keys.stateKey(tag)),
      ...wanted.map(([name, type]) => READ[type](`${tag}${name}`)),
    ]);
    const state = new Map(pairsOf(stateReply as Buffer[]));
    if (state.get(keys.STATE.next) === next) {
      const values = wanted.flatMap(([name, type], i): [string, ContentValue][] => {
        const value = decode(type, replies[i]);
        return value === undefined ? [] : [[name, value]];
      });
      return { state, values: new Map(values) };
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()));
  }
  throw new ShardBusyError(`${tag}: committed to at each of ${attemptsMax} attempts to read it whole`);
}
