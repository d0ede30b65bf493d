/** What a rebuild does with the store. Each step is one script or one transaction; where there are several, their order is told. */
import closeText from './close-shard.lua';
import { StoreError } from './commit-outcome';
import {
  auditBaseKey,
  behindKey,
  isReadableSchema,
  rebuildLeaseKey,
  SCHEMA_VERSION,
  type ShardId,
  STATE,
  shardTag,
  stateKey,
  TOPOLOGY,
  topologyKey,
} from './keys';
import leaseText from './rebuild-lease.lua';
import type {
  GenerationMove,
  GenerationSwitch,
  PartitionGenerations,
  RebuildStore,
  ShardStanding,
} from './rebuild-port';
import type { RedisClient } from './redis-client';
import { RedisScript } from './redis-script';
import { listContentKeys, readShardContent, type ShardContent } from './shard-content';
import switchText from './switch-generations.lua';
import { buildingOf, generationOf, switchingOf } from './topology-fields';
import { writeContentValues } from './write-content';

const closeScript = new RedisScript(closeText);
const switchScript = new RedisScript(switchText);
const leaseScript = new RedisScript(leaseText);

/** So that no single command holds up the others for long. */
const keysPerCommand = 500;
const fieldsPerCommand = 1_000;

const standingFields = [
  STATE.schema,
  STATE.start,
  STATE.next,
  STATE.logTime,
  STATE.lost,
  STATE.torn,
  STATE.wrongLog,
  STATE.moved,
  STATE.carriedUntil,
] as const;

function numberOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : Number(text);
}

export class RedisRebuildStore implements RebuildStore {
  constructor(private readonly redis: RedisClient) {}

  async generations(topic: string, partition: number): Promise<PartitionGenerations> {
    const fields = await asked(this.redis.hgetall(topologyKey(topic)));
    return {
      counted: generationOf(topic, fields, partition),
      building: buildingOf(topic, fields, partition),
    };
  }

  async listGenerations(topic: string, partition: number): Promise<readonly number[]> {
    const { counted, building } = await this.generations(topic, partition);
    const exists = (generation: number): Promise<number> =>
      asked(this.redis.exists(stateKey(shardTag({ topic, generation, partition }))));
    let largest = Math.max(counted, building ?? 0);
    // Numbers are given one after another, and the note of a dropped one stays.
    while (await exists(largest + 1)) largest += 1;
    const all = Array.from({ length: largest }, (_, i) => i + 1);
    const found = await Promise.all(all.map(exists));
    return all.filter((generation, i) => found[i] === 1 || generation === counted || generation === building);
  }

  async standing(shard: ShardId): Promise<ShardStanding | undefined> {
    const [schema, start, next, logTime, lost, torn, wrongLog, moved, carriedUntil] = await asked(
      this.redis.hmget(stateKey(shardTag(shard)), ...standingFields),
    );
    if (next === null || next === undefined) return undefined;
    return {
      start: Number(start),
      next: Number(next),
      logTimeMs: numberOf(logTime) ?? 0,
      lost: numberOf(lost) ?? 0,
      isReadable: schema !== null && schema !== undefined && isReadableSchema(schema),
      isTorn: torn !== null,
      isWrongLog: wrongLog !== null,
      movedTo: numberOf(moved),
      carriedUntilMs: numberOf(carriedUntil),
      isDropped: logTime === null && moved !== null,
    };
  }

  async noteBuilding(topic: string, partition: number, generation: number): Promise<void> {
    await asked(this.redis.hset(topologyKey(topic), TOPOLOGY.buildingOf(partition), generation));
  }

  async noteTarget(topic: string, partition: number, offset: number): Promise<void> {
    await asked(this.redis.hset(topologyKey(topic), TOPOLOGY.targetOf(partition), offset));
  }

  async close(shard: ShardId, movedTo: number): Promise<number> {
    return Number(
      await closeScript.call(this.redis, [stateKey(shardTag(shard))], [SCHEMA_VERSION, String(movedTo)]),
    );
  }

  async reopen(shard: ShardId): Promise<void> {
    await closeScript.call(this.redis, [stateKey(shardTag(shard))], [SCHEMA_VERSION, '']);
  }

  async noteSwitch(topic: string, moves: readonly GenerationMove[]): Promise<void> {
    const fields = moves.flatMap(({ partition, generation }) => [
      TOPOLOGY.switchingOf(partition),
      generation,
    ]);
    await asked(this.redis.hset(topologyKey(topic), ...fields));
  }

  async begunSwitch(topic: string): Promise<readonly GenerationMove[]> {
    return switchingOf(topic, await asked(this.redis.hgetall(topologyKey(topic))));
  }

  async switchTo(topic: string, switches: readonly GenerationSwitch[]): Promise<boolean> {
    const args = switches.flatMap(({ partition, from, generation }) => [partition, from, generation]);
    return Number(await switchScript.call(this.redis, [topologyKey(topic)], args)) === 1;
  }

  readContent(shard: ShardId): Promise<ShardContent> {
    return readShardContent(this.redis, shardTag(shard));
  }

  async replaceContent(shard: ShardId, content: ShardContent): Promise<void> {
    const tag = shardTag(shard);
    const state = stateKey(tag);
    const { names } = await listContentKeys(this.redis, tag);
    await asked(this.redis.hset(state, STATE.torn, '1'));
    const gone = [...names.keys()].filter((name) => !content.values.has(name));
    await this.unlink(gone.map((name) => `${tag}${name}`));
    await asked(writeContentValues(this.redis, tag, content.values));
    const fields = [...content.state].filter(([field]) => field !== STATE.torn).flat();
    await this.inOneStep((multi) => multi.del(state).hset(state, ...fields));
  }

  async writeAuditBase(shard: ShardId, fields: ReadonlyMap<string, string>): Promise<void> {
    const key = auditBaseKey(shard);
    const flat = [...fields].flatMap(([field, value]) => [Buffer.from(field, 'latin1'), value]);
    await this.inOneStep((multi) => {
      multi.del(key);
      for (let at = 0; at < flat.length; at += 2 * fieldsPerCommand) {
        multi.hset(key, ...flat.slice(at, at + 2 * fieldsPerCommand));
      }
      return multi;
    });
  }

  async drop(shard: ShardId): Promise<number> {
    const tag = shardTag(shard);
    const state = stateKey(tag);
    const { names } = await listContentKeys(this.redis, tag);
    const keys = [...names.keys()].map((name) => `${tag}${name}`);
    const deleted = await this.unlink([...keys, behindKey(tag)]);
    await asked(this.redis.del(auditBaseKey(shard)));
    const note = [STATE.schema, STATE.start, STATE.next, STATE.moved] as const;
    const kept = await asked(this.redis.hmget(state, ...note));
    // Last, since only what names its keys can be deleted again: a drop that breaks off is repeated. The note stays, so that
    // whoever still has the generation in mind is sent on, and its number is never given again.
    const fields = note.flatMap((field, i) => (kept[i] === null ? [] : [field, kept[i] as string]));
    await this.inOneStep((multi) => multi.del(state).hset(state, ...fields));
    return deleted;
  }

  async countKeys(shard: ShardId): Promise<number> {
    const tag = shardTag(shard);
    const { names } = await listContentKeys(this.redis, tag);
    const keys = [stateKey(tag), behindKey(tag), ...[...names.keys()].map((name) => `${tag}${name}`)];
    let count = 0;
    for (let at = 0; at < keys.length; at += keysPerCommand) {
      count += await asked(this.redis.exists(...keys.slice(at, at + keysPerCommand)));
    }
    return count;
  }

  async takeLease(topic: string, owner: string, lifeMs: number): Promise<boolean> {
    return (await leaseScript.call(this.redis, [rebuildLeaseKey(topic)], [owner, lifeMs])) === 1;
  }

  async releaseLease(topic: string, owner: string): Promise<void> {
    await leaseScript.call(this.redis, [rebuildLeaseKey(topic)], [owner, 0]);
  }

  /** The due index and the sites go last: what names the other keys must outlive them. */
  private async unlink(keys: readonly string[]): Promise<number> {
    const isIndex = (key: string): boolean => key.endsWith('}:due') || key.endsWith('}:sites');
    const ordered = [...keys.filter((key) => !isIndex(key)), ...keys.filter(isIndex)];
    let deleted = 0;
    for (let at = 0; at < ordered.length; at += keysPerCommand) {
      deleted += await asked(this.redis.unlink(...ordered.slice(at, at + keysPerCommand)));
    }
    return deleted;
  }

  private async inOneStep(
    add: (multi: ReturnType<RedisClient['multi']>) => ReturnType<RedisClient['multi']>,
  ): Promise<void> {
    const replies = await asked(add(this.redis.multi()).exec());
    for (const [error] of replies ?? [])
      if (error !== null) throw new StoreError(error.message, { cause: error });
  }
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
