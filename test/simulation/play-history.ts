/** Plays one history on an empty Redis, settles it and compares. */
import type { Redis } from 'ioredis';
import { applyOperation } from './apply-operation';
import { compare } from './compare';
import type { History } from './draw-history';
import { settle } from './settle';
import { type Mutation, World } from './world';

export interface Played {
  readonly cells: number;
  /** Empty: the store is what the model says. Else one line for each cell that differs, or the rule that was broken. */
  readonly failures: readonly string[];
}

/** Whatever reads the process's clock meanwhile reads the history's: hours from log time, so that it would be seen. */
async function withWallClock<T>(nowMs: () => number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = nowMs;
  try {
    return await work();
  } finally {
    Date.now = real;
  }
}

/** `redis`: whole and alone for this; it is emptied. */
export async function playHistory(redis: Redis, history: History, mutation: Mutation = {}): Promise<Played> {
  await redis.flushall();
  const world = new World(redis, history.options, mutation);
  return withWallClock(
    () => world.wallMs,
    async () => {
      try {
        for (const operation of history.operations) await applyOperation(world, operation);
        await settle(world);
        const { cells, differences } = await compare(world);
        return { cells, failures: differences };
      } catch (error) {
        const { name, message, stack } = error as Error;
        return { cells: 0, failures: [name === 'Violation' ? message : (stack ?? message)] };
      }
    },
  );
}
