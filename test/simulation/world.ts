/**
 * One history's world: a topic, a store, the processes that count, and what is under way in them. Time stands still but for what
 * operations make of it; nothing happens by itself.
 */
import type { Redis } from 'ioredis';
import { type Consumer, consumeEvent, countEvent } from '../../lambdas/consumer/consume-event';
import { repairTopic } from '../../lambdas/repair/repair-topic';
import { waitingBatches } from '../../lambdas/repair/waiting-batch';
import type { LogRecord } from '../../pipeline/core/event';
import type { SiteRules } from '../../pipeline/core/validation';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { RebuildStore } from '../../pipeline/store/rebuild-port';
import { RedisCommitStore } from '../../pipeline/store/redis-commit-store';
import type { CommitStore } from '../../pipeline/store/store-port';
import { mskEvent } from '../support/build-msk-event';
import type { HistoryOptions } from './draw-options';
import { DEFAULT_SITE, LISTED_SITES } from './drawn-record';
import { Effects } from './effects';
import { FaultyWire, type Rewrite } from './faulty-wire';
import { MemoryTopic, memoryLogSource } from './memory-topic';
import { type Progress, progressOf } from './progress';
import { rebuildInSteps } from './rebuild';
import { Task } from './task';
import { MustCarryError } from './watched-rebuild-store';
import { WatchedStore } from './watched-store';

const topicName = 'histories';
/** Of the records of a history, none knows it. */
const nonce = 'historynonce0123456789';

/** A batch of one partition: offsets [from, to) as the group is to be told of them. */
export interface Batch {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly to: number;
}

export interface Invocation {
  readonly task: Task;
  readonly batches: readonly Batch[];
}

/** A store each of whose calls is a step of the program that it is used by. */
export interface SteppedStore extends CommitStore {
  readonly task: Pick<Task, 'suspend'> | undefined;
}

/** What a mutant puts in place of the product's own. Nothing in the product knows of it. */
export interface Mutation {
  /** Text of a script. */
  readonly rewrite?: Rewrite;
  /** The store as programs see it: each call of the given one is a step of its own. */
  readonly store?: (store: SteppedStore, redis: Redis) => CommitStore;
  /** The same of the side that rebuilds. */
  readonly rebuildStore?: (store: RebuildStore) => RebuildStore;
}

/** One process of the consumer: warm, with what it remembers, until it crashes. */
interface Process {
  readonly consumer: Consumer;
  readonly store: WatchedStore;
  task: Task | undefined;
}

export class World {
  readonly topic: MemoryTopic;
  readonly effects = new Effects();
  readonly wire: FaultyWire;
  readonly running: Invocation[] = [];
  wallAheadMs: number;
  private readonly store: RedisCommitStore;
  /** For what fills a generation beside the counted one. Its commits meet no faults of the wire: those are the consumer's. */
  private readonly building: { readonly wire: FaultyWire; readonly store: RedisCommitStore };
  private readonly processes: Process[] = [];
  private readonly sites: SiteRules;
  private rebuilding: Task | undefined;

  constructor(
    readonly redis: Redis,
    readonly options: HistoryOptions,
    private readonly mutation: Mutation,
  ) {
    this.topic = new MemoryTopic(topicName, options.fetchedMax, options.startMs);
    this.growTo(options.partitions);
    this.wallAheadMs = options.wallAheadMs;
    this.wire = new FaultyWire(redis, options.bounds, mutation.rewrite);
    this.store = new RedisCommitStore(this.wire.client);
    const wire = new FaultyWire(redis, options.bounds, mutation.rewrite);
    this.building = { wire, store: new RedisCommitStore(wire.client, { intoMoved: true }) };
    this.sites = {
      listed: options.anySite ? undefined : new Set(LISTED_SITES),
      defaultSite: DEFAULT_SITE,
    };
  }

  get wallMs(): number {
    return this.topic.logMs + this.wallAheadMs;
  }

  growTo(partitions: number): void {
    while (this.topic.partitions.length < partitions) this.topic.grow();
  }

  progress(partition: number): Progress {
    return progressOf(this.effects.meanings, partition);
  }

  /** Begins an invocation of the consumer with these batches, in this order. */
  async begin(batches: readonly Batch[]): Promise<Invocation> {
    const process = this.processes.find(({ task }) => task?.isDone) ?? this.newProcess();
    const event = this.eventOf(batches);
    const task = await Task.start(`consumer ${describeBatches(batches)}`, async (own) => {
      process.store.task = own;
      process.task = own;
      await this.consume(process.consumer, event, batches);
    });
    return this.track({ task, batches });
  }

  async beginRepair(partition?: number): Promise<Invocation> {
    const { topic } = this;
    // Repair places visitors by the partitions that it saw when it began.
    let partitionCount = topic.partitions.length;
    const store = new WatchedStore(this.watched(), () => partitionCount);
    const readWaiting = waitingBatches(this.redis);
    const task = await Task.start('repair', async (own) => {
      store.task = own;
      const logs = memoryLogSource(topic, own.suspend);
      const outcomes = await repairTopic({
        logs: {
          ...logs,
          offsets: async (...asked) => {
            const offsets = await logs.offsets(...asked);
            partitionCount = offsets.length;
            return offsets;
          },
        },
        store: this.seenBy(store),
        rules: { sites: this.sites, nonce },
        topic: topic.name,
        consumerGroup: 'consumer',
        waitingFrom: (shard) => own.suspend('read the waiting batch', () => readWaiting(shard)),
        ...(partition === undefined ? {} : { partition }),
      });
      const failed = outcomes.find(({ kind }) => kind === 'failed');
      if (failed !== undefined) throw new Error(JSON.stringify(failed));
    });
    return this.track({ task, batches: [] });
  }

  /** Ends invocations that are over; those that crashed took their process with them. */
  sweep(): void {
    for (let i = this.running.length - 1; i >= 0; i--) {
      if (this.running[i]?.task.isOver) this.running.splice(i, 1);
    }
  }

  /** Of the shard that is counted and read. */
  tag(partition: number): string {
    return `{${topicName}.${this.progress(partition).generation}:${partition}}`;
  }

  /** Undefined: one is under way already. `partition`: default: all, switched together. */
  async beginRebuild(partition?: number): Promise<Invocation | undefined> {
    if (this.rebuilding !== undefined && !this.rebuilding.isOver) return undefined;
    const { redis, topic, sites, mutation } = this;
    const all = topic.partitions.map((_, index) => index);
    const run = {
      redis,
      watched: { ...this.watched(), ...this.building },
      rules: { sites, nonce, partitionCount: all.length },
      partitions: partition === undefined ? all : [partition],
      seenBy: (store: RebuildStore) => mutation.rebuildStore?.(store) ?? store,
    };
    const task = await Task.start('rebuild', async (own) => rebuildInSteps(run, own));
    this.rebuilding = task;
    return this.track({ task, batches: [] });
  }

  /**
   * Counts the partition anew from the log, as the rebuild of a torn or outdated shard does. Where that would carry counts over, the shard
   * is deleted instead, and repair counts what the log still has.
   */
  async rebuild(partition: number): Promise<void> {
    await this.rebuilding?.runToEnd();
    const begun = await this.beginRebuild(partition);
    await begun?.task.runToEnd();
    this.sweep();
    if (begun?.task.error instanceof MustCarryError) await this.wipeShard(partition);
  }

  private async wipeShard(partition: number): Promise<void> {
    const tag = this.tag(partition);
    const command = ['DEL', `${tag}:state`, ...(await this.redis.keys(`${tag}*`))] as const;
    await this.redis.call(...command);
    const { generation } = this.progress(partition);
    this.effects.add({ kind: 'wiped', partition, generation }, [command]);
  }

  /** As the event source does: of a whole batch that failed it commits nothing, of reported partitions what came before the failure. */
  private async consume(consumer: Consumer, event: unknown, batches: readonly Batch[]): Promise<void> {
    if (!this.options.reportsFailures) {
      await consumeEvent(consumer, event);
      for (const { partition, to } of batches) this.commitGroupOffset(partition, to);
      return;
    }
    const failures = await countEvent(consumer, event);
    for (const { partition, to } of batches) {
      const failed = failures.find((failure) => failure.partition === `${topicName}-${partition}`);
      this.commitGroupOffset(partition, failed?.offset ?? to);
    }
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join('; '));
  }

  private track(invocation: Invocation): Invocation {
    if (!invocation.task.isOver) this.running.push(invocation);
    return invocation;
  }

  private newProcess(): Process {
    // Its setting, as it was when the process started.
    const partitionCount = this.topic.partitions.length;
    const watched = new WatchedStore(this.watched(), () => partitionCount);
    const store = this.seenBy(watched);
    const rules = { sites: this.sites, partitionCount, nonce };
    const consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
    const process: Process = { store: watched, consumer, task: undefined };
    this.processes.push(process);
    return process;
  }

  private seenBy(store: WatchedStore): CommitStore {
    return this.mutation.store?.(store, this.redis) ?? store;
  }

  private watched() {
    const { store, wire, effects, topic } = this;
    return { store, wire, effects, topic, wallMs: () => this.wallMs };
  }

  private eventOf(batches: readonly Batch[]): unknown {
    const byPartition = batches.map(({ partition, records }) =>
      mskEvent(topicName, { [partition]: records }),
    );
    return { ...byPartition[0], records: Object.assign({}, ...byPartition.map(({ records }) => records)) };
  }

  private commitGroupOffset(partition: number, to: number): void {
    const of = this.topic.partition(partition);
    of.groupOffset = Math.max(of.groupOffset ?? 0, to);
  }
}

function describeBatches(batches: readonly Batch[]): string {
  return batches
    .map(({ partition, records, to }) => `${partition} [${records[0]?.offset}, ${to})`)
    .join(', ');
}
