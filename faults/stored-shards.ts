/** What the store says of a topic's shards, read straight from Redis, in the generation that readers read. */
import { allTimeKey, COUNT, shardTag, stateKey, topologyKey } from '../pipeline/store/keys';
import { connectRedis, type RedisClient } from '../pipeline/store/redis-client';

/** Fields of a shard's state; empty where it does not exist. */
export type StoredState = Readonly<Record<string, string>>;

/** A store that is away is asked again: an answer must come at once or not at all. */
const commandTimeoutMsDefault = 1_000;

export class StoredShards {
  readonly redis: RedisClient;

  /** `commandTimeoutMs`: default 1,000. */
  constructor(
    redisUrl: string,
    private readonly topic: string,
    readonly partitions: number,
    commandTimeoutMs = commandTimeoutMsDefault,
  ) {
    this.redis = connectRedis(redisUrl, { commandTimeoutMs });
  }

  /** By partition. Rejects where the store is away. */
  async states(): Promise<readonly StoredState[]> {
    const tags = await this.tags();
    return Promise.all(tags.map((tag) => this.redis.hgetall(stateKey(tag))));
  }

  /** Views of all time of a site, all shards. */
  async views(site: string): Promise<number> {
    const tags = await this.tags();
    const views = await Promise.all(tags.map((tag) => this.redis.hget(allTimeKey(tag, site), COUNT.views)));
    return views.reduce((sum, count) => sum + Number(count ?? 0), 0);
  }

  close(): void {
    this.redis.disconnect();
  }

  private async tags(): Promise<string[]> {
    const { topic } = this;
    const topology = await this.redis.hgetall(topologyKey(topic));
    return Array.from({ length: this.partitions }, (_, partition) => {
      const generation = Number(topology[`generation:${partition}`] ?? topology.generation ?? 1);
      return shardTag({ topic, generation, partition });
    });
  }
}
