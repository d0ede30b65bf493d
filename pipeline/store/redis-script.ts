/** A Lua script of ours: called by its digest, and sent whole where the server does not have it (any more). */
import { createHash } from 'node:crypto';
import { RollUpRefusedError, StoreCorruptError, StoreError } from './commit-outcome';
import type { RedisClient } from './redis-client';

export class RedisScript {
  private readonly digest: string;

  constructor(private readonly text: string) {
    this.digest = createHash('sha1').update(text).digest('hex');
  }

  /** All keys must share a slot. Throws StoreError; StoreCorruptError where the script found a key it cannot read, RollUpRefusedError a payload. */
  async call(
    redis: RedisClient,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    try {
      return await this.evaluate(redis, keys, args);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  private async evaluate(
    redis: RedisClient,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    const parameters = [keys.length, ...keys, ...args];
    try {
      return await redis.callBuffer('EVALSHA', this.digest, ...parameters);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.callBuffer('EVAL', this.text, ...parameters);
    }
  }
}

function asStoreError(error: unknown): StoreError {
  const message = error instanceof Error ? error.message : String(error);
  // A script's own message comes with its name before it.
  const corrupt = /CORRUPT (.*)/s.exec(message);
  if (corrupt !== null) return new StoreCorruptError(corrupt[1], { cause: error });
  const refused = /REFUSED (.*)/s.exec(message);
  // A run-time error of Lua itself; an answer of Redis to one of the script's commands begins otherwise.
  const isBroken = /^ERR (user_script:\d+:|Error running script)/.test(message);
  if (refused !== null || isBroken) {
    return new RollUpRefusedError(refused?.[1] ?? message, { cause: error });
  }
  return new StoreError(message, { cause: error });
}
