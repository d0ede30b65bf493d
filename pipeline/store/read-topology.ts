/** What is of the topic and not of a shard, asked seldom since it changes seldom: which shards there are, and the audit's mark. */
import type { ShardState } from '../core/merge-ledger';
import type { AuditMark } from '../core/snapshot';
import { readAuditMark } from './audit-mark';
import { rebuildLeaseKey, shardTag, TOPOLOGY, topologyKey } from './keys';
import type { RedisClient } from './redis-client';
import { buildingOf, generationOf, targetOf } from './topology-fields';

/** A shard by number and by the tag of its keys. */
export interface ReadShard {
  readonly partition: number;
  readonly tag: string;
}

/** A generation that is being filled beside the one that is read (rebuild-progress.ts says what the rest means). */
export interface BuildingShard {
  readonly tag: string;
  readonly targetOffset: number | undefined;
  readonly isAtWork: boolean;
}

/** The shard that is read, and the one that is being filled beside it. */
export interface TopologyShard extends ReadShard {
  readonly building: BuildingShard | undefined;
}

/** A new partition or mark is seen this much later; a new generation at once, since the shard says that it was moved. */
const topologyKeptMs = 5_000;

function isSame(some: readonly ReadShard[], others: readonly ReadShard[]): boolean {
  return some.length === others.length && some.every(({ tag }, i) => tag === others[i]?.tag);
}

export class Topology {
  private shards: readonly TopologyShard[] = [];
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

  async read(nowMs: number): Promise<readonly TopologyShard[]> {
    const ageMs = nowMs - this.readAtMs;
    if (this.shards.length > 0 && ageMs >= 0 && ageMs < topologyKeptMs) return this.shards;
    return this.readAnew(nowMs);
  }

  private async readAnew(nowMs: number): Promise<readonly TopologyShard[]> {
    const { topic } = this;
    const [fields, mark, leases] = await Promise.all([
      this.redis.hgetall(topologyKey(topic)),
      readAuditMark(this.redis, topic),
      this.redis.exists(rebuildLeaseKey(topic)),
    ]);
    this.mark = mark;
    const buildingAt = (partition: number): BuildingShard | undefined => {
      const generation = buildingOf(topic, fields, partition);
      if (generation === undefined) return undefined;
      const tag = shardTag({ topic, generation, partition });
      return { tag, targetOffset: targetOf(fields, partition), isAtWork: leases === 1 };
    };
    const count = Number(fields[TOPOLOGY.partitions] ?? 0);
    this.shards = Array.from({ length: count }, (_, partition) => ({
      partition,
      tag: shardTag({ topic, generation: generationOf(topic, fields, partition), partition }),
      building: buildingAt(partition),
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
    read: (shards: readonly TopologyShard[]) => Promise<R>,
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
