/**
 * Stands in for Lambda's MSK event source mapping: a consumer group that invokes a handler with MSK events, in order within a
 * partition, at least once. It needs nothing of clickstream, and the handler gets nothing but JSON.
 *
 * kafkajs fetches and keeps the membership; its batches only go into a bounded queue for each partition, so that a handler
 * that hangs or fails never keeps the member from its heartbeats or another partition from its records. A partition
 * whose queue is full is paused. kafkajs calls `eachBatch` for all partitions of a fetch in one go where there are workers
 * enough; so no batch of an earlier assignment can arrive after a later one has begun.
 */
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { type EventHandler, payloadBytesMax } from '../invocation';
import { type InvocationReport, PartitionLoop } from './partition-loop';
import { RecordQueue } from './record-queue';
import { eventText, type FetchedMessage, recordText } from './record-text';

export interface EventSourceOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** It must exist. A group without offsets starts at its beginning (TRIM_HORIZON). */
  readonly topic: string;
  readonly handler: EventHandler;
  /** What the handler is called in its context. */
  readonly functionName: string;
  /** Stands in the event as `bootstrapServers`. */
  readonly bootstrapServers: string;
  /** Records in one invocation, 1 to 10,000. */
  readonly batchSize: number;
  /** How long a batch may wait to be filled, milliseconds. */
  readonly batchWindowMs: number;
  /** After this an invocation counts as failed, milliseconds; on AWS at most 14 minutes. */
  readonly functionTimeoutMs: number;
  /** Told of every attempt. */
  readonly observe?: ((report: InvocationReport) => void) | undefined;
  /** Told whenever the group has answered a heartbeat. */
  readonly onGroupHeartbeat?: (() => void) | undefined;
}

export interface EventSource {
  /** Lets invocations in flight end, commits them, and leaves the group; gives up after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const eventSourceArn =
  'arn:aws:kafka:local:000000000000:cluster/clickstream/00000000-0000-0000-0000-000000000000-1';
/** A fetch waits this long for records: it bounds what an event waits here, and how often heartbeats are due. */
const fetchWaitMs = 50;
/** Short where the broker allows it, so that a killed member is replaced soon; 6 s is what every broker allows. */
const sessionTimeoutsMs = [3_000, 6_000];
const heartbeatMs = 750;
/** More than the partitions of one fetch. */
const workers = 64;
const restartAfterMs = 2_000;

/** Returns at once; where Kafka is away, the source starts when it is back. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const member = new GroupMember(options);
  member.start();
  return member;
}

interface Assigned {
  readonly loop: PartitionLoop;
  readonly queue: RecordQueue;
  /** Offset after the last record that went into the queue; undefined before the first. */
  next: string | undefined;
}

class GroupMember implements EventSource {
  private consumer: Consumer | undefined;
  private readonly assigned = new Map<number, Assigned>();
  /** The newest loop of each partition that was ever assigned. */
  private readonly endings = new Map<number, Promise<void>>();
  private sessionTimeout = 0;
  private isStopping = false;

  constructor(private readonly options: EventSourceOptions) {}

  start(): void {
    this.consume().catch((error: Error) => this.restart(error));
  }

  private async consume(): Promise<void> {
    const { kafka, groupId, topic } = this.options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutsMs[this.sessionTimeout] ?? 6_000,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: fetchWaitMs,
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (consumer === this.consumer) this.assign(payload.memberAssignment[topic] ?? []);
    });
    consumer.on(consumer.events.HEARTBEAT, () => this.options.onGroupHeartbeat?.());
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
    // What went wrong, kafkajs has said in its log.
    const isTooShort = error.type === 'INVALID_SESSION_TIMEOUT';
    if (isTooShort && this.sessionTimeout + 1 < sessionTimeoutsMs.length) this.sessionTimeout += 1;
    setTimeout(() => {
      if (!this.isStopping) this.start();
    }, restartAfterMs);
  }

  /** Called when the group has settled, before the first fetch. Partitions that stay keep their queue and go on behind it. */
  private assign(partitions: readonly number[]): void {
    for (const [partition, { loop }] of this.assigned) {
      if (partitions.includes(partition)) continue;
      loop.revoke();
      this.assigned.delete(partition);
    }
    for (const partition of partitions) {
      const held = this.assigned.get(partition);
      if (held === undefined) this.assigned.set(partition, this.take(partition));
      else if (held.next !== undefined) this.seek(partition, held.next);
      if (held?.queue.isFull) this.consumer?.pause([{ topic: this.options.topic, partitions: [partition] }]);
      else this.resume(partition);
    }
  }

  private take(partition: number): Assigned {
    const { options } = this;
    const origin = { eventSourceArn, bootstrapServers: options.bootstrapServers };
    const envelopeBytes = Buffer.byteLength(eventText(origin, options.topic, partition, []));
    const queue = new RecordQueue({ ...options, payloadBytesMax: payloadBytesMax - envelopeBytes });
    const loop = new PartitionLoop(
      {
        ...options,
        partition,
        origin,
        queue,
        commit: (nextOffset) => this.commit(partition, nextOffset),
        onTaken: () => {
          if (queue.isLow) this.resume(partition);
        },
        observe: options.observe ?? (() => {}),
      },
      this.endings.get(partition) ?? Promise.resolve(),
    );
    this.endings.set(partition, loop.ended);
    return { loop, queue, next: undefined };
  }

  private accept({ batch, resolveOffset, pause }: EachBatchPayload): void {
    const held = this.assigned.get(batch.partition);
    const last = batch.messages.at(-1);
    if (held === undefined || last === undefined) return;
    held.queue.push(
      batch.messages.map((message: FetchedMessage) => ({
        offset: message.offset,
        text: recordText(batch.topic, batch.partition, message),
      })),
    );
    held.next = String(BigInt(last.offset) + 1n);
    resolveOffset(last.offset);
    if (held.queue.isFull) pause();
  }

  private seek(partition: number, offset: string): void {
    this.consumer?.seek({ topic: this.options.topic, partition, offset });
  }

  /** Between two connections there is nothing to resume: joining does it. */
  private resume(partition: number): void {
    try {
      this.consumer?.resume([{ topic: this.options.topic, partitions: [partition] }]);
    } catch {
      // The consumer has just crashed, or is not running yet.
    }
  }

  private async commit(partition: number, offset: string): Promise<void> {
    try {
      await this.consumer?.commitOffsets([{ topic: this.options.topic, partition, offset }]);
    } catch {
      // Kafka is away, or the group is rebalancing: see the head of partition-loop.ts.
    }
  }

  async stop(withinMs: number): Promise<void> {
    this.isStopping = true;
    for (const { loop } of this.assigned.values()) loop.finish();
    const ended = Promise.allSettled(this.endings.values());
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
    await Promise.race([ended, timeout]);
    const left = this.consumer?.disconnect().catch(() => {});
    await Promise.race([left, timeout]);
  }
}
