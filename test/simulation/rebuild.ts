/**
 * A rebuild in the middle of a history, by the real steps of lambdas/rebuild: the partition is counted into a generation beside the
 * counted one, which is closed; readers and writers are sent on. It is one step of the history, so a fail-over loses all of it or none.
 * Where the log's head is gone, the old cells would have to be carried over, which the model does not know: there the shard is deleted
 * and repair counts what the log still has (test/rebuild has what is carried over, to the byte).
 */
import type { Redis } from 'ioredis';
import { rebuildTopic } from '../../lambdas/rebuild/rebuild-topic';
import type { CountingRules } from '../../pipeline/counting/count-run';
import type { ShardId } from '../../pipeline/store/keys';
import { RedisRebuildStore } from '../../pipeline/store/redis-rebuild-store';
import type { CommitStore } from '../../pipeline/store/store-port';
import { Effects, type SentCommand } from './effects';
import { memoryLogSource } from './memory-topic';
import { Violation } from './task';
import { type Watched, WatchedStore } from './watched-store';

export interface RebuildStep {
  readonly redis: Redis;
  readonly watched: Watched;
  readonly rules: CountingRules;
  readonly partition: number;
  /** Instead, where something would have to be carried over. */
  readonly fallBack: () => Promise<void>;
}

const deleteMatching = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end";

/** What makes all generations of the partition as they are now. */
async function snapshot(
  redis: Redis,
  topic: string,
  partition: number,
  generation: number,
): Promise<SentCommand[]> {
  const pattern = `{${topic}.*:${partition}}*`;
  const keys = await redis.keys(pattern);
  const restores = await Promise.all(
    keys.map(
      async (key): Promise<SentCommand> => ['RESTORE', key, 0, (await redis.dumpBuffer(key)) as Buffer],
    ),
  );
  const topology = ['HSET', `{${topic}}:topology`, `generation:${partition}`, generation] as const;
  return [['EVAL', deleteMatching, 0, pattern], ...restores, topology];
}

/** The new generation is made before anything is counted into it. */
function notingGeneration(commits: WatchedStore, building: Effects): CommitStore {
  return Object.assign(Object.create(commits) as CommitStore, {
    initialise: (shard: ShardId, start: number, logTimeMs: number) => {
      building.add({ kind: 'moved', partition: shard.partition, generation: shard.generation }, []);
      return commits.initialise(shard, start, logTimeMs);
    },
  });
}

export async function rebuild({ redis, watched, rules, partition, fallBack }: RebuildStep): Promise<void> {
  const { topic, effects } = watched;
  if (topic.partition(partition).logStart > 0) return fallBack();
  // What the new generation becomes is written down apart until it is the counted one.
  const building = new Effects();
  const commits = new WatchedStore({ ...watched, effects: building }, () => rules.partitionCount);
  commits.task = { suspend: async (_, perform) => perform() };
  const logs = memoryLogSource(topic, async (_, perform) => perform());
  const rebuilder = {
    logs,
    store: new RedisRebuildStore(redis),
    commits: notingGeneration(commits, building),
    rules,
  };
  const { partitions, isSwitched } = await rebuildTopic(rebuilder, topic.name, [partition], 'history', {
    accept: true,
  });
  const [rebuilt] = partitions;
  if (rebuilt === undefined) return;
  if (!isSwitched) throw new Violation(`partition ${partition} was rebuilt, but is not switched`);
  const to = rebuilt.building.generation;
  const commands = await snapshot(redis, topic.name, partition, to);
  effects.addTogether(building.meanings as Parameters<Effects['addTogether']>[0], commands);
}
