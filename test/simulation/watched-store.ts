/**
 * The real store, with each call held up until the scheduler lets it through, and watched: what a call answers must be what the model of
 * progress says, and what it changed is written down. A refusal that no fault explains is a violation.
 */
import type { LogRecord } from '../../pipeline/core/event';
import type { RollUp } from '../../pipeline/core/roll-up';
import { type CommitOutcome, StoreError } from '../../pipeline/store/commit-outcome';
import type { ShardId } from '../../pipeline/store/keys';
import type { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type {
  CommitStore,
  ComparedWithLog,
  CountedRecord,
  EventIdentity,
  FoundForCommit,
  ShardLookUp,
} from '../../pipeline/store/store-port';
import type { Effects, Meaning } from './effects';
import { brokenOff, type FaultyWire } from './faulty-wire';
import type { MemoryTopic } from './memory-topic';
import { answerTo, countedGeneration, type Progress, progressOf } from './progress';
import { type Task, Violation } from './task';

export interface Watched {
  readonly store: RedisCommitStore;
  readonly wire: FaultyWire;
  readonly effects: Effects;
  readonly topic: MemoryTopic;
  /** The wall clock, ms: what a program would read if it read one. */
  readonly wallMs: () => number;
}

export class WatchedStore implements CommitStore {
  /** Whose calls these are now: a program after another uses the store that its process has. */
  task: Pick<Task, 'suspend'> | undefined;

  constructor(
    private readonly watched: Watched,
    /** By which this process places visitors. */
    private readonly partitionCount: () => number,
    /** It fills shards that others are sent away from. */
    private readonly intoMoved = false,
  ) {}

  lookUp(
    shard: ShardId,
    firstTimestampMs: number,
    identities: readonly (EventIdentity | undefined)[],
  ): Promise<ShardLookUp> {
    return this.suspend(`look up ${shard.partition}`, () =>
      this.watched.store.lookUp(shard, firstTimestampMs, identities),
    );
  }

  commit(
    shard: ShardId,
    rollUp: RollUp,
    found: FoundForCommit,
    _: number,
    last?: LogRecord,
  ): Promise<CommitOutcome> {
    const { firstOffset: from, nextOffset: to } = rollUp;
    const { partition, generation } = shard;
    const partitionCount = this.partitionCount();
    return this.suspend(`commit ${partition} [${from}, ${to})`, () =>
      this.write(shard, { kind: 'counted', partition, generation, from, to, partitionCount }, () =>
        this.watched.store.commit(shard, rollUp, found, this.watched.wallMs(), last),
      ),
    );
  }

  isTooLarge(rollUp: RollUp): boolean {
    return this.watched.store.isTooLarge(rollUp);
  }

  initialise(shard: ShardId, start: number, logTimeMs: number): Promise<void> {
    const { partition, generation } = shard;
    return this.suspend(`initialise ${partition} at ${start}`, async () => {
      const { exists } = this.progress(shard);
      const sent = await this.sending(() => this.watched.store.initialise(shard, start, logTimeMs));
      if (exists) return;
      if (start > this.watched.topic.partition(partition).logStart)
        throw new Violation(`partition ${partition} is made to start at ${start}, above the log's start`);
      this.watched.effects.add({ kind: 'made', partition, generation, start, logTimeMs }, sent);
    });
  }

  passOver(shard: ShardId, from: number, to: number, as: 'empty' | 'lost'): Promise<CommitOutcome> {
    const { partition, generation } = shard;
    return this.suspend(`pass over ${partition} [${from}, ${to}) as ${as}`, () =>
      this.write(shard, { kind: 'passed', partition, generation, from, to, as }, async () => {
        const outcome = await this.watched.store.passOver(shard, from, to, as);
        if (outcome.kind === 'applied') this.checkPassed(partition, from, to, as);
        return outcome;
      }),
    );
  }

  /** The log of a history is never another one. */
  markWrongLog(shard: ShardId, compared: ComparedWithLog, reason: string): Promise<boolean> {
    return this.suspend(`close ${shard.partition}`, async () => {
      const isClosed = await this.watched.store.markWrongLog(shard, compared, reason);
      if (isClosed) throw new Violation(`partition ${shard.partition} is taken for another log: ${reason}`);
      return isClosed;
    });
  }

  markChecked(shard: ShardId, record: CountedRecord): Promise<void> {
    const { partition, generation } = shard;
    const { offset } = record;
    return this.suspend(`note that ${offset} of ${partition} was found in the log`, async () => {
      const { hasNext, next } = this.progress(shard);
      const sent = await this.sending(() => this.watched.store.markChecked(shard, record));
      if (hasNext && next > offset)
        this.watched.effects.add({ kind: 'checked', partition, generation, offset }, sent);
    });
  }

  reportBehind(shard: ShardId, first: number): Promise<void> {
    const { partition, generation } = shard;
    return this.suspend(`note that ${partition} waits at ${first}`, async () => {
      const atMs = this.watched.wallMs();
      const sent = await this.sending(() => this.watched.store.reportBehind(shard, first, atMs));
      this.watched.effects.add({ kind: 'noted', partition, generation, first, atMs }, sent);
    });
  }

  generation(topic: string, partition: number): Promise<number> {
    return this.suspend('read the generation', () => this.watched.store.generation(topic, partition));
  }

  announcePartition(topic: string, partition: number): Promise<void> {
    return this.suspend(`announce ${partition}`, async () => {
      const sent = await this.sending(() => this.watched.store.announcePartition(topic, partition));
      this.watched.effects.add({ kind: 'announced', partition: undefined, partitions: partition + 1 }, sent);
    });
  }

  private suspend<T>(name: string, perform: () => Promise<T>): Promise<T> {
    if (this.task === undefined) throw new Error(`${name}: the store is nobody's`);
    return this.task.suspend(name, perform);
  }

  private progress({ partition, generation }: ShardId): Progress {
    return progressOf(this.watched.effects.meanings, partition, generation);
  }

  private async sending(call: () => Promise<void>): Promise<ReturnType<FaultyWire['take']>> {
    const { wire } = this.watched;
    wire.take();
    try {
      await call();
    } catch (error) {
      throw this.explained(error);
    }
    return wire.take();
  }

  /** A call that may move `next`. */
  private async write(
    shard: ShardId,
    meaning: Extract<Meaning, { readonly kind: 'counted' | 'passed' }>,
    call: () => Promise<CommitOutcome>,
  ): Promise<CommitOutcome> {
    const { wire, effects } = this.watched;
    const { partition, generation } = shard;
    const { from, to } = meaning;
    const progress = this.progress(shard);
    const expected = answerTo(progress, meaning, this.intoMoved);
    wire.take();
    let outcome: CommitOutcome;
    try {
      outcome = await call();
    } catch (error) {
      // Broken off before its first write the script has changed nothing; later it has left its mark, however far it came.
      const isTorn = (error as Error).message?.includes(brokenOff) && wire.brokeAtWrite > 1;
      if (isTorn) effects.add({ kind: 'torn', partition, generation }, wire.take());
      throw this.explained(error);
    }
    const answered = `${outcome.kind} ${outcome.next}`;
    if (answered !== expected)
      throw new Violation(
        `partition ${partition}, offsets [${from}, ${to}): answered ${answered}, expected ${expected}`,
      );
    if (outcome.kind !== 'applied') return outcome;
    this.checkGeneration(shard);
    effects.add(meaning, wire.take());
    return outcome;
  }

  /**
   * Whoever has an older generation in mind must change nothing there, and be sent to the one that is counted. A later one is what a
   * rebuild fills, or what a fail-over lost the switch to: who was under way may fill it to no purpose, until he asks again. So may he an
   * older one whose closing a fail-over has lost.
   */
  private checkGeneration({ partition, generation }: ShardId): void {
    if (this.watched.effects.hasLostClosing({ partition, generation })) return;
    const counted = countedGeneration(this.watched.effects.meanings, partition);
    if (generation < counted)
      throw new Violation(`counted in generation ${generation}, but ${counted} is read`);
  }

  private explained(error: unknown): unknown {
    const isExplained = error instanceof StoreError && /BROKEN OFF|OOM/.test(error.message);
    return isExplained || error instanceof Violation
      ? error
      : new Violation(`the store refused: ${(error as Error).message}`);
  }

  private checkPassed(partition: number, from: number, to: number, as: 'empty' | 'lost'): void {
    const { entries, logStart } = this.watched.topic.partition(partition);
    const held = entries.slice(from, to).findIndex((entry) => entry !== undefined);
    if (as === 'lost' && to > logStart)
      throw new Violation(
        `partition ${partition}: [${from}, ${to}) passed as lost, but the log starts at ${logStart}`,
      );
    if (as === 'empty' && held >= 0)
      throw new Violation(
        `partition ${partition}: [${from}, ${to}) passed as empty, but ${from + held} holds a record`,
      );
  }
}
