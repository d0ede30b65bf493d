/** Which shards there are to read: asked seldom, since partitions and generations change seldom. */
import { shardTag, topologyKey } from './keys';
import type { RedisClient } from './redis-client';

/** A shard by number and by the tag of its keys. */
export interface ReadShard {
  readonly partition: number;
  readonly tag: string;
}

/** A new partition or generation is seen this much later. */
const topologyKeptMs = 5_000;

export class Topology {
  private shards: readonly ReadShard[] = [];
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly redis: RedisClient,
    private readonly topic: string,
  ) {}

  async read(nowMs: number): Promise<readonly ReadShard[]> {
    const ageMs = nowMs - this.readAtMs;
    if (this.shards.length > 0 && ageMs >= 0 && ageMs < topologyKeptMs) return this.shards;
    const { generation = '1', partitions = '0' } = await this.redis.hgetall(topologyKey(this.topic));
    this.shards = Array.from({ length: Number(partitions) }, (_, partition) => ({
      partition,
      tag: shardTag({ topic: this.topic, generation: Number(generation), partition }),
    }));
    this.readAtMs = nowMs;
    return this.shards;
  }
}
