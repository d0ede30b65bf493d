/**
 * Which shard counts a partition now: its generation, and whether readers know of it. Both are remembered, so that they cost a warm
 * invocation nothing. A generation that was moved since is noticed by the shard's own answer. Asked again is now and then all the same:
 * a fail-over may lose a switch and keep the shard that was switched to, which takes commits and is read by nobody.
 */
import { StoreError } from '../store/commit-outcome';
import type { ShardId } from '../store/keys';
import type { CommitStore } from '../store/store-port';

/** What a shard answered about itself. */
type Answer = { readonly kind: string } | { readonly kind: 'moved'; readonly generation: number };

/** A switch there and back moves a shard twice; more in a row means that two shards point at each other. */
const movesMax = 8;
/** How long a process may count into a shard that a fail-over has left unread; one small read a partition is what it costs. */
export const generationKeptMs = 10_000;

interface Remembered {
  readonly generation: Promise<number>;
  readonly askedAtMs: number;
}

export class ShardDirectory {
  private readonly generations = new Map<string, Remembered>();
  private readonly announced = new Map<string, Promise<void>>();

  constructor(private readonly store: CommitStore) {}

  /** The shard of a partition; readers see it from then on. Throws StoreError, and asks again at the next call. */
  async shardOf(topic: string, partition: number): Promise<ShardId> {
    const name = `${topic}-${partition}`;
    const [generation] = await Promise.all([
      this.generationOf(name, topic, partition),
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
      const generation = Promise.resolve(answer.generation);
      this.generations.set(`${topic}-${partition}`, { generation, askedAtMs: Date.now() });
    }
    throw new StoreError(
      `topic ${topic}, partition ${partition}: moved more than ${movesMax} times in a row`,
    );
  }

  private generationOf(name: string, topic: string, partition: number): Promise<number> {
    const found = this.generations.get(name);
    const ageMs = Date.now() - (found?.askedAtMs ?? 0);
    // A clock that was set back says nothing of the age.
    if (found !== undefined && ageMs >= 0 && ageMs < generationKeptMs) return found.generation;
    const generation = this.store.generation(topic, partition);
    this.generations.set(name, { generation, askedAtMs: Date.now() });
    generation.catch(() => this.generations.delete(name));
    return generation;
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
