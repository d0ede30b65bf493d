/** A large site's snapshot: 64 shards, 100,000 pages, the last half hour; and what many viewers are to Redis. */
import { gunzipSync } from 'node:zlib';
import { answerRequest } from '../../lambdas/dashboard/answer-request';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../pipeline/core/limits';
import type { DashboardSnapshot } from '../../pipeline/core/snapshot';
import { connectRedis, type RedisClient } from '../../pipeline/store/redis-client';
import { answer } from './answer';
import { dashboardOf, type ReadSample, readOnce, snapshotRequest, unshared } from './read-once';
import { StoreFiller } from './store-filler';

export interface ReadLargeQuestion {
  readonly redisUrl: string;
  /** One that has no shard yet. */
  readonly topic: string;
  readonly events: number;
  readonly reads: number;
  /** In one second, the many of them. */
  readonly viewers: number;
}

export interface ReadLargeAnswer {
  /** A second later each, while every shard goes on being written to. */
  readonly warm: readonly ReadSample[];
  /** Nothing has changed since, and the viewer says what it has. */
  readonly notModified: readonly ReadSample[];
  readonly gzipBytes: number;
  /** Of Redis, in a second in which a few ask, and in one in which many do. */
  readonly commandsOfFew: number;
  readonly commandsOfMany: number;
}

const partitions = 64;
const pages = 100_000;
const window = '30m';
/** A third of the events are of the day before, the others of the last minutes. */
const recentMs = 35 * MINUTE_MS;
const recentShare = 2 / 3;
const batchRecords = 500;
/** Written to all shards together in a second. */
const recordsASecond = 200;
const fewViewers = 4;

class LargeSite {
  private readonly filler: StoreFiller;
  private first = 0;

  constructor(
    redis: RedisClient,
    private readonly topic: string,
  ) {
    this.filler = new StoreFiller(redis, topic, partitions);
  }

  get counted(): number {
    return this.filler.counted;
  }

  async fill(events: number, endMs: number): Promise<void> {
    await this.filler.announce();
    const recent = Math.round(events * recentShare);
    await this.add(events - recent, endMs - DAY_MS, DAY_MS - recentMs);
    await this.add(recent, endMs - recentMs, recentMs);
  }

  /** Counts so many events that come evenly over the stretch. */
  async add(events: number, startMs: number, historyMs: number): Promise<void> {
    const { topic, first } = this;
    await this.filler.add({ topic, partitions, events, pages, first, startMs, historyMs, batchRecords });
    this.first += events;
  }
}

/** Counts what the client sends from now on: Redis's own count would have that of others in it. */
function sentCommands(redis: RedisClient): { count: number } {
  const sent = { count: 0 };
  const send = redis.sendCommand.bind(redis) as (...given: readonly unknown[]) => unknown;
  const counting = (...given: readonly unknown[]): unknown => {
    sent.count += 1;
    return send(...given);
  };
  redis.sendCommand = counting as typeof redis.sendCommand;
  return sent;
}

/** Commands of a second in which so many viewers ask for the same, each at a time of its own. */
async function commandsOfSecond(
  redisUrl: string,
  topic: string,
  viewers: number,
  fromMs: number,
): Promise<number> {
  const redis = connectRedis(redisUrl);
  const dashboard = dashboardOf(redis, topic);
  const ask = (atMs: number) => answerRequest(dashboard, snapshotRequest(window), atMs);
  await ask(fromMs - SECOND_MS);
  const sent = sentCommands(redis);
  for (let viewer = 0; viewer < viewers; viewer += 1)
    await ask(fromMs + Math.floor((viewer * SECOND_MS) / viewers));
  redis.disconnect();
  return sent.count;
}

/** What is read fast must also be right. */
function requireWhole(packed: Buffer, counted: number): void {
  const { consumed } = (JSON.parse(gunzipSync(packed).toString()) as DashboardSnapshot).ledger;
  if (consumed !== counted) throw new Error(`${consumed} records are shown, ${counted} counted`);
}

answer<ReadLargeQuestion, ReadLargeAnswer>(async ({ redisUrl, topic, events, reads, viewers }) => {
  const redis = connectRedis(redisUrl);
  let nowMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
  const site = new LargeSite(redis, topic);
  await site.fill(events, nowMs);
  const dashboard = dashboardOf(redis, topic);
  const warm: ReadSample[] = [];
  const notModified: ReadSample[] = [];
  // The first is for the compiler and the cache, and not measured.
  let { packed } = await readOnce(redis, dashboard, window, nowMs);
  for (let i = 0; i < reads; i += 1) {
    await site.add(recordsASecond, nowMs, SECOND_MS);
    nowMs += SECOND_MS;
    const { packed: newest, tag, ...sample } = await readOnce(redis, dashboard, window, nowMs);
    warm.push(sample);
    packed = newest;
    // Nobody shares an answer with it: it is read again.
    const {
      packed: none,
      tag: same,
      ...unchanged
    } = await readOnce(redis, unshared(dashboard), window, nowMs, tag);
    if (none.length > 0 || same !== tag) throw new Error('a snapshot that had not changed was sent again');
    notModified.push(unchanged);
  }
  requireWhole(packed, site.counted);
  const commandsOfFew = await commandsOfSecond(redisUrl, topic, fewViewers, nowMs + SECOND_MS);
  const commandsOfMany = await commandsOfSecond(redisUrl, topic, viewers, nowMs + SECOND_MS);
  redis.disconnect();
  return { warm, notModified, gzipBytes: packed.length, commandsOfFew, commandsOfMany };
});
