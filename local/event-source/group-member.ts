/**
 * The member of the consumer group. kafkajs fetches and keeps the membership; its batches only go into a bounded queue for each
 * partition, so that a function that hangs or fails never keeps the member from its heartbeats or another partition from its
 * records. A partition whose queue is full is paused. kafkajs calls `eachBatch` for all partitions of a fetch in one go where there
 * are workers enough; so no batch of an earlier assignment can arrive after a later one has begun.
 */
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Destination } from './destination';
import { OptionRefusedError } from './mapping-options';
import { Poller, type PollerOptions } from './poller';
import { RecordQueue } from './record-queue';
import { type FetchedMessage, recordText } from './record-text';
import { partitionsWithoutOffset, readStartOffsets, type StartOffsets } from './start-offsets';

export interface GroupMemberOptions extends Omit<PollerOptions, 'commit' | 'onTaken'> {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly destination: Destination | undefined;
  readonly onGroupHeartbeat: () => void;
}

/** A fetch waits this long for records: it bounds what an event waits here, and how often heartbeats are due. */
const fetchWaitMs = 50;
/** What every broker allows: where it refuses the session timeout that is wanted, this one is taken. */
const sessionTimeoutMsAllowed = 6_000;
/** Of a session timeout; at most so many milliseconds. */
const heartbeatShare = 1 / 4;
const heartbeatMsMax = 750;
/** More than the partitions of one fetch. */
const workers = 64;
const restartAfterMs = 2_000;

interface Assigned {
  readonly poller: Poller;
  readonly queue: RecordQueue;
  /** Offset after the last record that went into the queue; undefined before the first. */
  next: string | undefined;
  /** False while it is being looked up where to begin. */
  hasStart: boolean;
}

export class GroupMember {
  readonly started: Promise<void>;
  private noteStarted: () => void = () => {};
  private refuse: (error: Error) => void = () => {};
  private consumer: Consumer | undefined;
  private readonly assigned = new Map<number, Assigned>();
  /** Each for the life of the source, so that a partition that comes back waits for what is still in flight of it. */
  private readonly pollers = new Map<number, Poller>();
  /** Undefined: the group begins at the log's start. */
  private startOffsets: StartOffsets | undefined;
  private sessionTimeoutMs: number;
  private isStopping = false;

  constructor(private readonly options: GroupMemberOptions) {
    this.sessionTimeoutMs = options.sessionTimeoutMs;
    this.started = new Promise((resolve, reject) => {
      this.noteStarted = resolve;
      this.refuse = reject;
    });
    // Whoever does not ask is not killed by it.
    this.started.catch(() => {});
  }

  start(): void {
    this.consume().catch((error: Error) => this.restart(error));
  }

  private async consume(): Promise<void> {
    const { kafka, groupId, topic, destination, mapping } = this.options;
    await destination?.open();
    if (mapping.startingPosition.kind !== 'TRIM_HORIZON') {
      this.startOffsets ??= await readStartOffsets(kafka, topic, mapping.startingPosition);
    }
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: this.sessionTimeoutMs,
      heartbeatInterval: Math.min(this.sessionTimeoutMs * heartbeatShare, heartbeatMsMax),
      maxWaitTimeInMs: fetchWaitMs,
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (consumer !== this.consumer) return;
      this.assign(payload.memberAssignment[topic] ?? []);
      this.noteStarted();
    });
    consumer.on(consumer.events.HEARTBEAT, () => this.options.onGroupHeartbeat());
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (consumer === this.consumer && !payload.restart) this.restart(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: workers,
      eachBatch: async (payload) => this.accept(payload),
    });
    // Told to stop while it was joining: kafkajs would have joined all the same.
    if (this.isStopping) await consumer.disconnect();
  }

  /** kafkajs restarts by itself after what it thinks will pass; after the rest it would stay down. */
  private restart(error: Error & { readonly type?: string }): void {
    if (this.isStopping) return;
    if (error instanceof OptionRefusedError) {
      this.refuse(error);
      return;
    }
    // What went wrong, kafkajs has said in its log.
    if (error.type === 'INVALID_SESSION_TIMEOUT') this.sessionTimeoutMs = sessionTimeoutMsAllowed;
    setTimeout(() => {
      if (!this.isStopping) this.start();
    }, restartAfterMs);
  }

  /** Called when the group has settled, before the first fetch. Partitions that stay keep their queue and go on behind it. */
  private assign(partitions: readonly number[]): void {
    for (const [partition, { poller }] of this.assigned) {
      if (partitions.includes(partition)) continue;
      poller.remove(partition);
      this.assigned.delete(partition);
    }
    for (const partition of partitions) {
      const held = this.assigned.get(partition);
      if (held === undefined) this.assigned.set(partition, this.take(partition));
      else if (held.next !== undefined) this.seek(partition, held.next);
      const { queue, hasStart } = this.assigned.get(partition) as Assigned;
      if (queue.isFull || !hasStart) this.pause(partition);
      else this.resume(partition);
    }
    void this.findStart();
  }

  private take(partition: number): Assigned {
    const { mapping, payloadBytesMax } = this.options;
    const queue = new RecordQueue({ batchSize: mapping.batchSize, payloadBytesMax });
    const poller = this.pollerOf(partition);
    poller.add(partition, queue);
    return { poller, queue, next: undefined, hasStart: this.startOffsets === undefined };
  }

  private pollerOf(partition: number): Poller {
    const { pollers } = this.options.mapping;
    const index = pollers === Number.POSITIVE_INFINITY ? partition : partition % pollers;
    const found = this.pollers.get(index);
    if (found !== undefined) return found;
    const poller = new Poller({
      ...this.options,
      commit: (next) => this.commit(next),
      onTaken: (taken) => {
        if (this.assigned.get(taken)?.queue.isLow) this.resume(taken);
      },
    });
    this.pollers.set(index, poller);
    return poller;
  }

  /** Partitions of which the group has committed nothing begin at the starting position, which is committed. */
  private async findStart(): Promise<void> {
    const { kafka, groupId, topic } = this.options;
    const seeking = Array.from(this.assigned).filter(([, { hasStart }]) => !hasStart);
    if (seeking.length === 0) return;
    try {
      const partitions = seeking.map(([partition]) => partition);
      const fresh = await partitionsWithoutOffset(kafka, groupId, topic, partitions);
      for (const [partition, held] of seeking) {
        const offset = this.startOffsets?.get(partition);
        if (this.assigned.get(partition) !== held) continue;
        if (fresh.includes(partition) && offset !== undefined) {
          await this.consumer?.commitOffsets([{ topic, partition, offset }]);
          this.seek(partition, offset);
        }
        held.hasStart = true;
        this.resume(partition);
      }
    } catch {
      // Kafka is away, or the group is rebalancing: nothing is fetched before it is known where to begin.
      setTimeout(() => void this.findStart(), restartAfterMs);
    }
  }

  private accept({ batch, resolveOffset, pause }: EachBatchPayload): void {
    const held = this.assigned.get(batch.partition);
    const last = batch.messages.at(-1);
    if (held === undefined || !held.hasStart || last === undefined) return;
    const arrivedAtMs = Date.now();
    held.queue.push(
      batch.messages.map((message: FetchedMessage) => {
        const text = recordText(batch.topic, batch.partition, message);
        return {
          partition: batch.partition,
          offset: Number(message.offset),
          timestampMs: Number(message.timestamp),
          key: message.key,
          text,
          bytes: Buffer.byteLength(text) + 1,
          arrivedAtMs,
        };
      }),
    );
    held.poller.notice();
    held.next = String(BigInt(last.offset) + 1n);
    resolveOffset(last.offset);
    if (held.queue.isFull) pause();
  }

  private seek(partition: number, offset: string): void {
    this.consumer?.seek({ topic: this.options.topic, partition, offset });
  }

  private pause(partition: number): void {
    this.consumer?.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }

  /** Between two connections there is nothing to resume: joining does it. */
  private resume(partition: number): void {
    try {
      this.consumer?.resume([{ topic: this.options.topic, partitions: [partition] }]);
    } catch {
      // The consumer has just crashed, or is not running yet.
    }
  }

  private async commit(next: ReadonlyMap<number, number>): Promise<void> {
    const { topic } = this.options;
    const offsets = Array.from(next, ([partition, offset]) => ({ topic, partition, offset: String(offset) }));
    try {
      await this.consumer?.commitOffsets(offsets);
    } catch {
      // Kafka is away, or the group is rebalancing: see the head of poller.ts.
    }
  }

  async stop(withinMs: number): Promise<void> {
    this.isStopping = true;
    const pollers = [...this.pollers.values()];
    for (const poller of pollers) poller.finish();
    const ended = Promise.allSettled(pollers.map((poller) => poller.ended));
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
    await Promise.race([ended, timeout]);
    const left = Promise.allSettled([this.consumer?.disconnect(), this.options.destination?.close()]);
    await Promise.race([left, timeout]);
  }
}
