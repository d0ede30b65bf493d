/** What is of the topic and not of a shard, asked seldom since it changes seldom: which shards there are, and the audit's mark. */
import type { ShardState } from '../core/merge-ledger';
import type { AuditMark } from '../core/snapshot';
import { readAuditMark } from './audit-mark';
import { shardTag, TOPOLOGY, topologyKey } from './keys';
import type { RedisClient } from './redis-client';
import { generationOf } from './topology-fields';

/** A shard by number and by the tag of its keys. */
export interface ReadShard {
  readonly partition: number;
  readonly tag: string;
}

/** A new partition or mark is seen this much later; a new generation at once, since the shard says that it was moved. */
const topologyKeptMs = 5_000;

function isSame(some: readonly ReadShard[], others: readonly ReadShard[]): boolean {
  return some.length === others.length && some.every(({ tag }, i) => tag === others[i]?.tag);
}

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
    return this.readAnew(nowMs);
  }

  private async readAnew(nowMs: number): Promise<readonly ReadShard[]> {
    const { topic } = this;
    const [fields, mark] = await Promise.all([
      this.redis.hgetall(topologyKey(this.topic)),
      readAuditMark(this.redis, this.topic),
    ]);
    this.mark = mark;
    const count = Number(fields[TOPOLOGY.partitions] ?? 0);
    this.shards = Array.from({ length: count }, (_, partition) => ({
      partition,
      tag: shardTag({ topic, generation: generationOf(topic, fields, partition), partition }),
    }));
    this.readAtMs = nowMs;
    return this.shards;
  }

  /**
   * What `read` tells of the shards that are read now. Where a shard says that it was moved, the list may be out of date: it is
   * asked again at once, and what the list names then is read instead, whole, so that no answer mixes two generations of a
   * partition. Between the closing of a shard and the switch, a moved shard is still the one that is read.
   */
  async readCurrent<R>(
    nowMs: number,
    read: (shards: readonly ReadShard[]) => Promise<R>,
    statesOf: (reading: R) => readonly (ShardState | undefined)[],
  ): Promise<R> {
    let shards = await this.read(nowMs);
    for (;;) {
      const reading = await read(shards);
      if (!statesOf(reading).some((state) => state?.movedTo !== undefined)) return reading;
      const before = shards;
      shards = await this.readAnew(nowMs);
      if (isSame(before, shards)) return reading;
    }
  }
}
