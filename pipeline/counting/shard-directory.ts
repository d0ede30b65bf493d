/**
 * Which shard counts a partition now: its generation, and whether readers know of it. Both are remembered for the life
 * of the process, so that they cost a warm invocation nothing. A generation that was moved since is noticed by the shard's own
 * answer, not by asking again.
 */
import { StoreError } from '../store/commit-outcome';
import type { ShardId } from '../store/keys';
import type { CommitStore } from '../store/store-port';

/** What a shard answered about itself. */
type Answer = { readonly kind: string } | { readonly kind: 'moved'; readonly generation: number };

/** A switch there and back moves a shard twice; more in a row means that two shards point at each other. */
const movesMax = 8;

export class ShardDirectory {
  private readonly generations = new Map<string, Promise<number>>();
  private readonly announced = new Map<string, Promise<void>>();

  constructor(private readonly store: CommitStore) {}

  /** The shard of a partition; readers see it from then on. Throws StoreError, and asks again at the next call. */
  async shardOf(topic: string, partition: number): Promise<ShardId> {
    const name = `${topic}-${partition}`;
    const [generation] = await Promise.all([
      remember(this.generations, name, () => this.store.generation(topic, partition)),
      remember(this.announced, name, () => this.store.announcePartition(topic, partition)),
    ]);
    return { topic, generation, partition };
  }

  /** The next call asks the store again. */
  forget(topic: string, partition: number): void {
    const name = `${topic}-${partition}`;
    this.generations.delete(name);
    this.announced.delete(name);
  }

  /**
   * Does `work` with the partition's shard, and again with the one that it was moved to, for as long as it answers `moved`. What
   * answers `moved` has changed nothing. Throws StoreError, and what `work` throws.
   */
  async follow<A extends Answer>(
    topic: string,
    partition: number,
    work: (shard: ShardId) => Promise<A>,
  ): Promise<Exclude<A, { readonly kind: 'moved' }>> {
    for (let moves = 0; moves <= movesMax; moves += 1) {
      const answer = await work(await this.shardOf(topic, partition));
      if (!isMoved(answer)) return answer as Exclude<A, { readonly kind: 'moved' }>;
      this.generations.set(`${topic}-${partition}`, Promise.resolve(answer.generation));
    }
    throw new StoreError(
      `topic ${topic}, partition ${partition}: moved more than ${movesMax} times in a row`,
    );
  }
}

function isMoved(answer: Answer): answer is { readonly kind: 'moved'; readonly generation: number } {
  return answer.kind === 'moved';
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
