/** Which step a rebuild of a topic is at, told from outside, by what it has left in the store so far. */
import { type ShardId, STATE, shardTag, stateKey, topologyKey } from '../pipeline/store/keys';
import type { RedisClient } from '../pipeline/store/redis-client';
import { buildingOf, generationOf } from '../pipeline/store/topology-fields';

/**
 * `none`: nothing is begun, or all is switched. `counting`: into a new generation. `carrying`: what the log no longer holds is being
 * written. `closing`: old generations are being closed, and readers are not switched yet.
 */
export type RebuildStep = 'none' | 'counting' | 'carrying' | 'closing';

export class RebuildSteps {
  constructor(
    private readonly redis: RedisClient,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** As it is now. */
  async now(): Promise<RebuildStep> {
    const { topic } = this;
    const fields = await this.redis.hgetall(topologyKey(topic));
    let step: RebuildStep = 'none';
    for (let partition = 0; partition < this.partitions; partition += 1) {
      const counted = { topic, partition, generation: generationOf(topic, fields, partition) };
      const building = buildingOf(topic, fields, partition);
      if (building !== undefined && step === 'none') step = 'counting';
      const [isClosed, isTorn] = await Promise.all([
        this.has(counted, STATE.moved),
        building === undefined ? false : this.has({ ...counted, generation: building }, STATE.torn),
      ]);
      if (isClosed) return 'closing';
      if (isTorn) step = 'carrying';
    }
    return step;
  }

  /** By partition: the generation that is counted and read. */
  async counted(): Promise<readonly ShardId[]> {
    const { topic } = this;
    const fields = await this.redis.hgetall(topologyKey(topic));
    return Array.from({ length: this.partitions }, (_, partition) => ({
      topic,
      partition,
      generation: generationOf(topic, fields, partition),
    }));
  }

  private async has(shard: ShardId, field: string): Promise<boolean> {
    return (await this.redis.hexists(stateKey(shardTag(shard)), field)) === 1;
  }
}
