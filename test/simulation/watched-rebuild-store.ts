/**
 * The rebuild's side of the real store, each call a step of the rebuild, and what it changed written down, so that a fail-over may lose it
 * and the model follows. What it never does in a history: carry counts over, which the model does not know (rebuild.ts).
 */
import type { Redis } from 'ioredis';
import closeText from '../../pipeline/store/close-shard.lua';
import {
  SCHEMA_VERSION,
  type ShardId,
  shardTag,
  stateKey,
  TOPOLOGY,
  topologyKey,
} from '../../pipeline/store/keys';
import type {
  GenerationMove,
  GenerationSwitch,
  PartitionGenerations,
  RebuildStore,
  ShardStanding,
} from '../../pipeline/store/rebuild-port';
import { RedisRebuildStore } from '../../pipeline/store/redis-rebuild-store';
import type { ShardContent } from '../../pipeline/store/shard-content';
import switchText from '../../pipeline/store/switch-generations.lua';
import type { Effects, Meaning, SentCommand } from './effects';
import type { Task } from './task';

/** The log no longer holds what the old generation counted: nothing was changed. */
export class MustCarryError extends Error {
  override readonly name = 'MustCarryError';
}

export class WatchedRebuildStore implements RebuildStore {
  private readonly real: RedisRebuildStore;

  constructor(
    redis: Redis,
    private readonly effects: Effects,
    private readonly task: Pick<Task, 'suspend'>,
  ) {
    this.real = new RedisRebuildStore(redis);
  }

  generations(topic: string, partition: number): Promise<PartitionGenerations> {
    return this.task.suspend(`read generations of ${partition}`, () =>
      this.real.generations(topic, partition),
    );
  }

  listGenerations(topic: string, partition: number): Promise<readonly number[]> {
    return this.task.suspend(`list generations of ${partition}`, () =>
      this.real.listGenerations(topic, partition),
    );
  }

  standing(shard: ShardId): Promise<ShardStanding | undefined> {
    return this.task.suspend(`look at ${nameOf(shard)}`, () => this.real.standing(shard));
  }

  begunSwitch(topic: string): Promise<readonly GenerationMove[]> {
    return this.task.suspend('read what is being switched', () => this.real.begunSwitch(topic));
  }

  noteBuilding(topic: string, partition: number, generation: number): Promise<void> {
    const command = ['HSET', topologyKey(topic), TOPOLOGY.buildingOf(partition), generation] as const;
    return this.write(
      `note that ${generation} of ${partition} is built`,
      [{ kind: 'planned', partition }],
      command,
      () => this.real.noteBuilding(topic, partition, generation),
    );
  }

  noteTarget(topic: string, partition: number, offset: number): Promise<void> {
    return this.write(
      `note that ${partition} is built up to ${offset}`,
      [{ kind: 'planned', partition }],
      ['HSET', topologyKey(topic), TOPOLOGY.targetOf(partition), offset],
      () => this.real.noteTarget(topic, partition, offset),
    );
  }

  close(shard: ShardId, movedTo: number): Promise<number> {
    return this.write(
      `close ${nameOf(shard)}`,
      [{ kind: 'closed', ...meant(shard), to: movedTo }],
      ['EVAL', closeText, 1, stateKey(shardTag(shard)), SCHEMA_VERSION, String(movedTo)],
      () => this.real.close(shard, movedTo),
    );
  }

  reopen(shard: ShardId): Promise<void> {
    return this.write(
      `open ${nameOf(shard)}`,
      [{ kind: 'closed', ...meant(shard), to: undefined }],
      ['EVAL', closeText, 1, stateKey(shardTag(shard)), SCHEMA_VERSION, ''],
      () => this.real.reopen(shard),
    );
  }

  noteSwitch(topic: string, moves: readonly GenerationMove[]): Promise<void> {
    const fields = moves.flatMap(({ partition, generation }) => [
      TOPOLOGY.switchingOf(partition),
      generation,
    ]);
    return this.write(
      'note what is switched',
      moves.map(({ partition }) => ({ kind: 'planned', partition })),
      ['HSET', topologyKey(topic), ...fields],
      () => this.real.noteSwitch(topic, moves),
    );
  }

  switchTo(topic: string, switches: readonly GenerationSwitch[]): Promise<boolean> {
    const args = switches.flatMap(({ partition, from, generation }) => [partition, from, generation]);
    return this.task.suspend('switch', async () => {
      const isSwitched = await this.real.switchTo(topic, switches);
      if (!isSwitched) return false;
      this.effects.addTogether(
        switches.map(({ partition, generation }) => ({
          kind: 'switched',
          partition,
          generation,
        })) as readonly Meaning[] as Parameters<Effects['addTogether']>[0],
        [['EVAL', switchText, 1, topologyKey(topic), ...args]],
      );
      return true;
    });
  }

  readContent(shard: ShardId): Promise<ShardContent> {
    return this.task.suspend(`read ${nameOf(shard)}`, () => this.real.readContent(shard));
  }

  writeAuditBase(shard: ShardId): Promise<void> {
    return Promise.reject(new MustCarryError(`${nameOf(shard)}: counts must be carried over`));
  }

  replaceContent(shard: ShardId): Promise<void> {
    return Promise.reject(new MustCarryError(`${nameOf(shard)}: counts must be carried over`));
  }

  drop(): Promise<number> {
    throw new Error('no history drops a generation');
  }

  countKeys(shard: ShardId): Promise<number> {
    return this.real.countKeys(shard);
  }

  /** One rebuild at a time, as the world has it. */
  takeLease(): Promise<boolean> {
    return Promise.resolve(true);
  }

  releaseLease(): Promise<void> {
    return Promise.resolve();
  }

  private write<T>(
    name: string,
    meanings: readonly Meaning[],
    command: SentCommand,
    perform: () => Promise<T>,
  ): Promise<T> {
    return this.task.suspend(name, async () => {
      const answer = await perform();
      this.effects.addTogether(meanings as Parameters<Effects['addTogether']>[0], [command]);
      return answer;
    });
  }
}

function nameOf({ partition, generation }: ShardId): string {
  return `generation ${generation} of ${partition}`;
}

function meant({ partition, generation }: ShardId): Pick<ShardId, 'partition' | 'generation'> {
  return { partition, generation };
}
