/** What Redis takes for a site whose numbers are known, beside the formula of docs/scaling.md: in a Redis of its own, where nothing else moves. */
import { join } from 'node:path';
import { homeAt } from '../local/home';
import { findFreePort } from '../local/services/ports';
import { prepareRedis, waitForRedis } from '../local/services/redis-process';
import { MINUTE_MS } from '../pipeline/core/limits';
import { expectedMemory } from '../pipeline/store/memory-formula';
import { connectRedis, type RedisClient } from '../pipeline/store/redis-client';
import { findRedis } from './bench-services';
import { partitions } from './bench-topic';
import { type Bench, sleep } from './benchmark';
import { type EvenSite, loadOf } from './even-site';
import type { FillStoreQuestion } from './inside/fill-store';

export interface StoreMemory {
  readonly redisMiB: number;
  readonly formulaMiB: number;
  readonly offPercent: number;
}

/** Past the ten minutes of marks and the thirty-five of who is there now, in the middle of a minute: all that goes has gone. */
export const historyMs = 46.5 * MINUTE_MS;
export const storePages = 20_000;
const batchRecords = 500;

/** Of the data alone: without the server, its connections and scripts. */
async function dataBytes(redis: RedisClient): Promise<number> {
  const statistics = (await redis.call('MEMORY', 'STATS')) as unknown[];
  const valueIn = (list: readonly unknown[], name: string): unknown => list[list.indexOf(name) + 1];
  const database = statistics.includes('db.0') ? (valueIn(statistics, 'db.0') as unknown[]) : undefined;
  const table = database === undefined ? 0 : Number(valueIn(database, 'overhead.hashtable.main'));
  return Number(valueIn(statistics, 'dataset.bytes')) + table;
}

/** Until the server has let go of what a connection that is gone had needed. */
async function settledBytes(redis: RedisClient): Promise<number> {
  for (let last = -1; ; ) {
    const bytes = await dataBytes(redis);
    if (bytes === last) return bytes;
    last = bytes;
    await sleep(300);
  }
}

export async function measureStore({ services, programs, say }: Bench, events: number): Promise<StoreMemory> {
  const port = await findFreePort();
  const home = homeAt(join(services.folder, 'store-memory'));
  const { command, args, mark, outputFile } = prepareRedis(home, await findRedis(say), port, {
    appendonly: 'no',
  });
  const server = programs.startCommand({ name: 'store-memory', command, args, mark, env: {} });
  await waitForRedis(port, () => server.isAlive, outputFile);
  const redisUrl = `redis://127.0.0.1:${port}`;
  const redis = connectRedis(redisUrl);
  try {
    const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;
    const site: EvenSite = {
      topic: 'clicks',
      partitions,
      events,
      pages: storePages,
      startMs,
      historyMs,
      batchRecords,
    };
    const before = await settledBytes(redis);
    await programs.ask<FillStoreQuestion, number>('bench/inside/fill-store.ts', { redisUrl, site });
    const bytes = (await settledBytes(redis)) - before;
    const formula = expectedMemory(loadOf(site)).totalBytes;
    return {
      redisMiB: bytes / 2 ** 20,
      formulaMiB: formula / 2 ** 20,
      offPercent: Math.abs(formula / bytes - 1) * 100,
    };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}
