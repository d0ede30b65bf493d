/**
 * Commands that read one shard, sent together. All keys of a shard share a slot, so that this works on a cluster as it does
 * on one node; what concerns several shards goes out as several such calls.
 *
 * Command names are sent in capitals through `call`: ioredis makes objects of HGETALL's answer for the name in small letters
 * alone, and an object with thousands of visitors' strings for keys is slow.
 */
import type { ChainableCommander } from 'ioredis';
import { StoreError } from './commit-outcome';
import type { RedisClient } from './redis-client';

export type ReadCommand = readonly [name: string, ...args: (string | number)[]];

async function execute(chain: ChainableCommander): Promise<unknown[]> {
  const replies = await chain.exec();
  if (replies === null) throw new StoreError('the store dropped a transaction of reads');
  return replies.map(([error, reply]) => {
    if (error !== null) throw new StoreError(`reading failed: ${error.message}`, { cause: error });
    return reply;
  });
}

function append(chain: ChainableCommander, commands: readonly ReadCommand[]): ChainableCommander {
  for (const [name, ...args] of commands) chain.call(name, ...args);
  return chain;
}

/** Answers in the order of the commands. Throws StoreError. */
export async function readTogether(redis: RedisClient, commands: readonly ReadCommand[]): Promise<unknown[]> {
  return commands.length === 0 ? [] : execute(append(redis.pipeline(), commands));
}

/** The same, and no commit falls between two of the commands. */
export async function readAtOneMoment(
  redis: RedisClient,
  commands: readonly ReadCommand[],
): Promise<unknown[]> {
  return commands.length === 0 ? [] : execute(append(redis.multi(), commands));
}

/** Values of string keys of one shard, as bytes; null where there is none. */
export async function readBytes(redis: RedisClient, keys: readonly string[]): Promise<(Uint8Array | null)[]> {
  if (keys.length === 0) return [];
  const chain = redis.pipeline();
  for (const key of keys) chain.getBuffer(key);
  return (await execute(chain)) as (Uint8Array | null)[];
}
