/** Reads what a contestant has left in Redis: the peers under keys of one kind, clickstream in the cells of its shards. */
import { DIMENSIONS } from '../../pipeline/core/dimensions';
import { GRAINS } from '../../pipeline/core/grains';
import {
  bucketKey,
  dimensionsKey,
  FIELD,
  pagesKey,
  STATE,
  shardTag,
  stateKey,
  topologyKey,
  visitorHllKey,
} from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { deleteKeys } from '../bench-topic';
import { benchSite } from '../simulated-log';
import type { Counted, Views } from './answer';

export interface AnswerReader {
  /** Events counted so far. Asked all the time: it must cost next to nothing. */
  counted(): Promise<number>;
  /** `minutes`: those that there may be, by their start, ms. */
  read(minutes: readonly number[]): Promise<Counted>;
  /** Deletes everything, for the next contestant. */
  forget(): Promise<void>;
}

/** The prefix of the peers' keys; their programs have it, too. */
const peerPrefix = 'peers:';

/** `2026-01-01T12:00`, as the peers cut it out of an event. */
function minuteName(startMs: number): string {
  return new Date(startMs).toISOString().slice(0, 16);
}

async function batch(redis: RedisClient, commands: readonly (readonly string[])[]): Promise<unknown[]> {
  const replies = (await redis.pipeline(commands.map((command) => [...command])).exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}

function addViews(sum: Map<string, number>, fields: Readonly<Record<string, string>>, prefix = ''): void {
  for (const [field, count] of Object.entries(fields)) {
    if (!field.startsWith(prefix)) continue;
    const page = field.slice(prefix.length);
    sum.set(page, (sum.get(page) ?? 0) + Number(count));
  }
}

type Fields = Readonly<Record<string, string>>;

export function peerAnswers(redis: RedisClient): AnswerReader {
  const viewsOf = (fields: unknown): Views => {
    const views = new Map<string, number>();
    addViews(views, fields as Fields);
    return views;
  };
  return {
    counted: async () =>
      (await redis.hvals(`${peerPrefix}pages`)).reduce((sum, count) => sum + Number(count), 0),
    read: async (minutes) => {
      const names = minutes.map(minuteName);
      const hashes = await batch(
        redis,
        ['', ...names.map((name) => `:${name}`)].map((end) => ['hgetall', `${peerPrefix}pages${end}`]),
      );
      const visitors = await batch(
        redis,
        names.map((name) => ['pfcount', `${peerPrefix}visitors:${name}`]),
      );
      return {
        pages: viewsOf(hashes[0]),
        minutes: new Map(minutes.map((startMs, i) => [startMs, viewsOf(hashes[i + 1])])),
        visitors: new Map(minutes.map((startMs, i) => [startMs, Number(visitors[i])])),
      };
    },
    forget: () => deleteKeys(redis, `${peerPrefix}*`),
  };
}

/** Visitors of shards add up: each is in the partition of its key. */
export function ourAnswers(redis: RedisClient, topic: string, partitions: number): AnswerReader {
  const tags = Array.from({ length: partitions }, (_, partition) =>
    shardTag({ topic, generation: 1, partition }),
  );
  const pagePrefix = FIELD.value(DIMENSIONS.pages.code, '');
  const sumOf = (hashes: readonly unknown[]): Views => {
    const views = new Map<string, number>();
    for (const fields of hashes) addViews(views, fields as Fields, pagePrefix);
    return views;
  };
  const inAllShards = (keyOf: (tag: string) => string, command: string): Promise<unknown[]> =>
    batch(
      redis,
      tags.map((tag) => [command, keyOf(tag)]),
    );
  const minuteKey = (tag: string, startMs: number): string =>
    bucketKey(tag, GRAINS.minute.code, benchSite, startMs);
  return {
    counted: async () => {
      const next = await batch(
        redis,
        tags.map((tag) => ['hget', stateKey(tag), STATE.next]),
      );
      return next.reduce<number>((sum, offset) => sum + Number(offset ?? 0), 0);
    },
    read: async (starts) => {
      const pages = sumOf(await inAllShards((tag) => pagesKey(tag, benchSite), 'hgetall'));
      const minutes = new Map<number, Views>();
      const visitors = new Map<number, number>();
      for (const startMs of starts) {
        const hashes = await inAllShards((tag) => dimensionsKey(minuteKey(tag, startMs)), 'hgetall');
        const counts = await inAllShards((tag) => visitorHllKey(minuteKey(tag, startMs)), 'pfcount');
        minutes.set(startMs, sumOf(hashes));
        visitors.set(
          startMs,
          counts.reduce<number>((sum, n) => sum + Number(n), 0),
        );
      }
      return { pages, minutes, visitors };
    },
    forget: async () => {
      await deleteKeys(redis, `{${topic}.*`);
      await redis.del(topologyKey(topic));
    },
  };
}
