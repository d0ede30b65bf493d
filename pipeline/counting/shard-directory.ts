/**
 * Which shard counts a partition now: its generation, and whether readers know of it. Both are remembered for the life
 * of the process, so that they cost a warm invocation nothing.
 */
import type { ShardId } from '../store/keys';
import type { CommitStore } from '../store/store-port';

export class ShardDirectory {
  private readonly generations = new Map<string, Promise<number>>();
  private readonly announced = new Map<string, Promise<void>>();

  constructor(private readonly store: CommitStore) {}

  /** The shard of a partition; readers see it from then on. Throws StoreError, and asks again at the next call. */
  async shardOf(topic: string, partition: number): Promise<ShardId> {
    const [generation] = await Promise.all([
      remember(this.generations, topic, () => this.store.generation(topic)),
      remember(this.announced, `${topic}-${partition}`, () => this.store.announcePartition(topic, partition)),
    ]);
    return { topic, generation, partition };
  }
}

/** Keeps a promise that is under way or was kept; one that failed is forgotten. */
function remember<T>(kept: Map<string, Promise<T>>, name: string, ask: () => Promise<T>): Promise<T> {
  const found = kept.get(name);
  if (found !== undefined) return found;
  const asked = ask();
  kept.set(name, asked);
  asked.catch(() => kept.delete(name));
  return asked;
}
