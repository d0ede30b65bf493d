/** Writes keys of a shard back as shard-content.ts reads them: each is deleted and made anew in one step, in bounded commands. */
import type { ChainableCommander } from 'ioredis';
import { StoreError } from './commit-outcome';
import type { RedisClient } from './redis-client';
import type { ContentValue } from './shard-content';

const valuesPerCommand = 1_000;
/** A transaction is sent when it holds this many values: some megabytes at most. */
const valuesPerTransaction = 20_000;

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Arguments that belong together, `width` by `width`. */
function addInChunks(
  chain: ChainableCommander,
  command: string,
  key: string,
  args: readonly Buffer[],
  width: number,
): void {
  const size = valuesPerCommand * width;
  for (let at = 0; at < args.length; at += size) chain.call(command, key, ...args.slice(at, at + size));
}

/** Answers how many values were added. */
function addValue(chain: ChainableCommander, key: string, value: ContentValue): number {
  chain.del(key);
  if (value.type === 'string') {
    chain.set(key, value.bytes);
    return 1;
  }
  if (value.type === 'hash') {
    addInChunks(chain, 'HSET', key, [...value.fields].flat().map(bytes), 2);
    return value.fields.size;
  }
  if (value.type === 'zset') {
    const scored = [...value.scores].flatMap(([member, score]) => [bytes(String(score)), bytes(member)]);
    addInChunks(chain, 'ZADD', key, scored, 2);
    return value.scores.size;
  }
  if (value.type === 'list') {
    addInChunks(chain, 'RPUSH', key, value.items.map(bytes), 1);
    return value.items.length;
  }
  addInChunks(chain, 'SADD', key, [...value.members].map(bytes), 1);
  return value.members.size;
}

async function send(chain: ChainableCommander): Promise<void> {
  const replies = await chain.exec();
  for (const [error] of replies ?? [])
    if (error !== null) throw new StoreError(error.message, { cause: error });
}

/** By names after the tag. Throws StoreError, and what Redis throws. */
export async function writeContentValues(
  redis: RedisClient,
  tag: string,
  values: ReadonlyMap<string, ContentValue>,
): Promise<void> {
  let chain = redis.multi();
  let held = 0;
  for (const [name, value] of values) {
    held += addValue(chain, `${tag}${name}`, value);
    if (held < valuesPerTransaction) continue;
    await send(chain);
    chain = redis.multi();
    held = 0;
  }
  await send(chain);
}
