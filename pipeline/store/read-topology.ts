/** What is of the topic and not of a shard, asked seldom since it changes seldom: which shards there are, and the audit's mark. */
import type { AuditMark } from '../core/snapshot';
import { readAuditMark } from './audit-mark';
import { shardTag, topologyKey } from './keys';
import type { RedisClient } from './redis-client';

/** A shard by number and by the tag of its keys. */
export interface ReadShard {
  readonly partition: number;
  readonly tag: string;
}

/** A new partition, generation or mark is seen this much later. */
const topologyKeptMs = 5_000;

export class Topology {
  private shards: readonly ReadShard[] = [];
  private mark: AuditMark | null = null;
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly redis: RedisClient,
    private readonly topic: string,
  ) {}

  /** As it was when the shards were read. */
  get audit(): AuditMark | null {
    return this.mark;
  }

  async read(nowMs: number): Promise<readonly ReadShard[]> {
    const ageMs = nowMs - this.readAtMs;
    if (this.shards.length > 0 && ageMs >= 0 && ageMs < topologyKeptMs) return this.shards;
    const [{ generation = '1', partitions = '0' }, mark] = await Promise.all([
      this.redis.hgetall(topologyKey(this.topic)),
      readAuditMark(this.redis, this.topic),
    ]);
    this.mark = mark;
    this.shards = Array.from({ length: Number(partitions) }, (_, partition) => ({
      partition,
      tag: shardTag({ topic: this.topic, generation: Number(generation), partition }),
    }));
    this.readAtMs = nowMs;
    return this.shards;
  }
}
