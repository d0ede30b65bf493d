/**
 * Everything that changed the store, in order: what was sent, and what it means for the model. A fail-over that loses the last k writes is
 * the store made again from all but those, by sending again what was sent: scripts are functions of their keys and arguments.
 */
import type { Redis } from 'ioredis';

/** Which shard a write changed. */
interface OfShard {
  readonly partition: number;
  readonly generation: number;
}

/** What a write means. `partition` undefined: no shard's. Offsets are [from, to). */
export type Meaning =
  | (OfShard & { readonly kind: 'made'; readonly start: number; readonly logTimeMs: number })
  | (OfShard & {
      readonly kind: 'counted';
      readonly from: number;
      readonly to: number;
      /** By which visitors were placed. */
      readonly partitionCount: number;
    })
  | (OfShard & {
      readonly kind: 'passed';
      readonly from: number;
      readonly to: number;
      readonly as: 'empty' | 'lost';
    })
  /** Repair has found the counted record in the log. */
  | (OfShard & { readonly kind: 'checked'; readonly offset: number })
  /** It sends whoever comes to another generation; `to` undefined: no longer. */
  | (OfShard & { readonly kind: 'closed'; readonly to: number | undefined })
  /** What is counted and read from then on: a generation that was built beside the old one. */
  | (OfShard & { readonly kind: 'switched' })
  /** What a rebuild notes for itself, beside the shards. */
  | { readonly kind: 'planned'; readonly partition: number }
  | (OfShard & { readonly kind: 'torn' })
  | (OfShard & { readonly kind: 'wiped' })
  | (OfShard & { readonly kind: 'noted'; readonly first: number; readonly atMs: number })
  | { readonly kind: 'announced'; readonly partition: undefined; readonly partitions: number };

export type SentCommand = readonly [string, ...(string | number | Buffer)[]];

interface Effect {
  /** A fail-over of one shard loses what is of its partition by the first of them. */
  readonly meanings: readonly [Meaning, ...Meaning[]];
  readonly commands: readonly SentCommand[];
}

export class Effects {
  private kept: Effect[] = [];
  private readonly reopened = new Set<string>();

  get meanings(): readonly Meaning[] {
    return this.kept.flatMap(({ meanings }) => meanings);
  }

  add(meaning: Meaning, commands: readonly SentCommand[]): void {
    this.kept.push({ meanings: [meaning], commands });
  }

  /** Several that are kept or lost together. */
  addTogether(meanings: Effect['meanings'], commands: readonly SentCommand[]): void {
    this.kept.push({ meanings, commands });
  }

  /** Whether a fail-over has lost a closing of the shard: it takes commits of those who have it in mind, until they ask again. */
  hasLostClosing(shard: OfShard): boolean {
    return this.reopened.has(nameOf(shard));
  }

  /** Forgets the last `count` writes of a partition, or of the whole store, and makes the store anew without them. */
  async lose(redis: Redis, count: number, partition?: number): Promise<void> {
    const candidates = this.kept.filter(
      ({ meanings: [{ partition: of }] }) => partition === undefined || partition === of,
    );
    const lost = new Set(candidates.slice(Math.max(0, candidates.length - count)));
    if (lost.size === 0) return;
    this.kept = this.kept.filter((effect) => !lost.has(effect));
    for (const meaning of [...lost].flatMap(({ meanings }) => meanings))
      if (meaning.kind === 'closed') this.reopened.add(nameOf(meaning));
    await redis.flushdb();
    const pipeline = redis.pipeline();
    for (const { commands } of this.kept)
      for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args);
    await pipeline.exec();
  }
}

function nameOf({ partition, generation }: OfShard): string {
  return `${generation}:${partition}`;
}
