/** Shards written by hand, by the table atop keys.ts: what readers make of them must not depend on who wrote them. */

import { DIMENSIONS, type Dimension, isExtra } from '../../pipeline/core/dimensions';
import { GRAINS, type Grain } from '../../pipeline/core/grains';
import type { EngagementSums } from '../../pipeline/core/snapshot';
import {
  allTimeKey,
  behindKey,
  bucketKey,
  COUNT,
  dimensionsKey,
  extrasKey,
  FIELD,
  feedKey,
  liveKey,
  pagesKey,
  SCHEMA_VERSION,
  STATE,
  shardTag,
  sitesKey,
  stateKey,
  topologyKey,
  visitorHllKey,
  visitorSetKey,
} from '../../pipeline/store/keys';
import type { RedisClient } from '../../pipeline/store/redis-client';

export const SITE = 'demo';
/** Half a minute into a minute. */
export const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 30);

export interface Written {
  readonly views?: number;
  readonly events?: number;
  readonly bots?: number;
  readonly parts?: number;
  readonly unite?: 1;
  readonly promoted?: 1;
  readonly sealed?: { readonly visitors: number; readonly exact: boolean };
  /** Go into the HyperLogLog, and into the set unless promoted or sealed. */
  readonly visitors?: readonly string[];
  /** Value -> count; `*` is what gave way. */
  readonly engagement?: EngagementSums;
  readonly dimensions?: Readonly<Partial<Record<Dimension, Readonly<Record<string, number>>>>>;
}

export function numbered(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(from + i));
}

export class WrittenShard {
  readonly tag: string;

  constructor(
    private readonly redis: RedisClient,
    private readonly topic: string,
    readonly partition: number,
  ) {
    this.tag = shardTag({ topic, generation: 1, partition });
  }

  /** Unless told otherwise: started at offset 0, at `NOW_MS` by log time. */
  async state(changes: Readonly<Record<string, number>> = {}): Promise<void> {
    const seen = Number((await this.redis.hget(topologyKey(this.topic), 'partitions')) ?? 0);
    await this.redis.hset(topologyKey(this.topic), {
      generation: 1,
      partitions: Math.max(seen, this.partition + 1),
    });
    await this.redis.hset(stateKey(this.tag), {
      [STATE.schema]: SCHEMA_VERSION,
      [STATE.start]: 0,
      [STATE.next]: 100,
      [STATE.logTime]: NOW_MS,
      [STATE.startedAt]: NOW_MS - 60_000,
      ...changes,
    });
  }

  async behind(first: number): Promise<void> {
    await this.redis.hset(behindKey(this.tag), { first, atMs: NOW_MS });
  }

  async bucket(grain: Grain, startMs: number, written: Written, site = SITE): Promise<string> {
    const key = bucketKey(this.tag, GRAINS[grain].code, site, startMs);
    await this.write(key, dimensionsKey(key), extrasKey(key), written, site);
    return key;
  }

  async allTime(written: Written, site = SITE): Promise<void> {
    const [all, pages] = [allTimeKey(this.tag, site), pagesKey(this.tag, site)];
    await this.write(all, pages, pages, written, site);
  }

  async second(atMs: number, views: number): Promise<void> {
    const startMs = Math.floor(atMs / 60_000) * 60_000;
    await this.redis.hset(bucketKey(this.tag, 's', SITE, startMs), String((atMs - startMs) / 1_000), views);
  }

  /** Visitor -> last seen. */
  async live(lastSeen: Readonly<Record<string, number>>): Promise<void> {
    const scored = Object.entries(lastSeen).flatMap(([visitor, atMs]) => [atMs, visitor]);
    for (let i = 0; i < scored.length; i += 2_000)
      await this.redis.zadd(liveKey(this.tag, SITE), ...scored.slice(i, i + 2_000));
  }

  async feed(atMs: number, member: string): Promise<void> {
    await this.redis.zadd(feedKey(this.tag, SITE), atMs, member);
  }

  private async write(
    key: string,
    labels: string,
    extras: string,
    written: Written,
    site: string,
  ): Promise<void> {
    const { views = 0, events = 0, bots = 0, parts = 8, unite, promoted, sealed, visitors = [] } = written;
    const { engagements, engagedMs, scrolled } = written.engagement ?? {};
    await this.redis.sadd(sitesKey(this.tag), site);
    await this.redis.hset(key, {
      ...(views ? { [COUNT.views]: views } : {}),
      ...(events ? { [COUNT.events]: events } : {}),
      ...(bots ? { [COUNT.bots]: bots } : {}),
      ...(engagements ? { engagements, engagedMs, scrolled } : {}),
      [COUNT.parts]: parts,
      ...(unite ? { [COUNT.unite]: 1 } : {}),
      ...(promoted ? { [COUNT.promoted]: 1 } : {}),
      ...(sealed ? { [COUNT.visitors]: sealed.visitors, [COUNT.visitorsExact]: sealed.exact ? 1 : 0 } : {}),
    });
    for (let i = 0; i < visitors.length; i += 1_000) {
      await this.redis.pfadd(visitorHllKey(key), ...visitors.slice(i, i + 1_000));
      if (!promoted && !sealed) await this.redis.sadd(visitorSetKey(key), ...visitors.slice(i, i + 1_000));
    }
    for (const [dimension, counts] of Object.entries(written.dimensions ?? {})) {
      const { code } = DIMENSIONS[dimension as Dimension];
      const dimensions = isExtra(dimension as Dimension) ? extras : labels;
      const fields = Object.entries(counts).flatMap(([value, count]) => [
        value === '*' ? FIELD.other(code) : FIELD.value(code, value),
        count,
      ]);
      for (let i = 0; i < fields.length; i += 2_000)
        await this.redis.hset(dimensions, ...fields.slice(i, i + 2_000));
      await this.redis.hset(dimensions, FIELD.held(code), Object.keys(counts).length);
    }
  }
}

export async function writeShards(redis: RedisClient, topic: string, count: number): Promise<WrittenShard[]> {
  const shards = Array.from({ length: count }, (_, partition) => new WrittenShard(redis, topic, partition));
  for (const shard of shards) await shard.state();
  return shards;
}
