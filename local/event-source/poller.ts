/**
 * A poller delivers the records of its partitions: it cuts a batch, invokes the function, and does what the plan says
 * (delivery-plan.ts). One invocation at a time; a partition is in one batch at a time, so its records stay in order.
 *
 * - When are offsets committed? For a partition, when nothing of its batch is left to be delivered: never earlier, and never because of
 *   time. A commit that fails is not repeated by itself: the next batch's covers it, and until then a restart delivers again.
 * - What happens if the function fails, or runs past its time-out? On demand the whole batch is delivered again, after a growing pause,
 *   until it succeeds; in provisioned mode the rules decide. Its partitions are blocked meanwhile; the others are not. A function that
 *   has timed out may still run beside its retry.
 * - What happens to records that are given up? They are kept at the destination before their offsets are committed. Where there is none
 *   they are dropped, which `onGivenUp` is told.
 * - What happens if a partition goes to another member of the group? The invocation in flight may end, but the partition's offsets are not
 *   committed any more: the new owner may be further, and would be taken back. It has the batch delivered again.
 */
import { randomUUID } from 'node:crypto';
import { readBatchResponse } from './batch-response';
import { type Cut, cutBatch, readyAtMs, type Waiting } from './cut-batch';
import {
  afterInvocation,
  beforeInvocation,
  type GivenUp,
  type Plan,
  partitionsOf,
  pauseBefore,
  planBatch,
  type Step,
  type Verdict,
  withoutPartition,
} from './delivery-plan';
import type { Destination } from './destination';
import { eventOf } from './failure-record';
import type { Invoker } from './invoker';
import type { Mapping } from './mapping-options';
import type { QueuedRecord, RecordQueue } from './record-queue';
import type { EventOrigin } from './record-text';
import { batchReport, type InvocationReport } from './report';
import { Waker } from './waker';

export interface PollerOptions {
  readonly topic: string;
  readonly origin: EventOrigin;
  readonly mapping: Mapping;
  readonly invoker: Invoker;
  /** How the function is called in failure records. */
  readonly functionName: string;
  readonly destination: Destination | undefined;
  /** Bytes that the records of one event may take, commas and their partitions' names included. */
  readonly payloadBytesMax: number;
  /** Commits the offset of the next record to be read of each partition. Never rejects. */
  readonly commit: (next: ReadonlyMap<number, number>) => Promise<void>;
  /** Called when records of a partition were taken: there may be room again. */
  readonly onTaken: (partition: number) => void;
  readonly observe: (report: InvocationReport) => void;
  readonly onGivenUp: (givenUp: GivenUp<QueuedRecord>) => void;
}

/** The rest of a batch, and what it will have done to offsets. */
interface Batch {
  readonly plan: Plan<QueuedRecord>;
  /** Offset after the batch's last record of each of its partitions. */
  readonly ends: ReadonlyMap<number, number>;
  /** Which assignment the records came with: a partition may be gone, or gone and back. */
  readonly queues: ReadonlyMap<number, RecordQueue>;
  readonly dueAtMs: number;
}

/** The records go nowhere meanwhile, and stopping waits for it. */
const destinationPauseMs = 250;

export class Poller {
  /** Resolves when no invocation is in flight and none will follow. */
  readonly ended: Promise<void>;
  private readonly queues = new Map<number, RecordQueue>();
  /** Batches that are to be delivered further; no partition is in two of them. */
  private batches: Batch[] = [];
  private readonly waker = new Waker();
  private isEnding = false;

  constructor(private readonly options: PollerOptions) {
    this.ended = this.run();
  }

  add(partition: number, queue: RecordQueue): void {
    this.queues.set(partition, queue);
    this.waker.wake();
  }

  /** Another member has the partition now. */
  remove(partition: number): void {
    this.queues.delete(partition);
    this.waker.wake();
  }

  /** Called after a push to one of the queues. */
  notice(): void {
    this.waker.wake();
  }

  /** The invocation in flight may end and be committed; nothing is retried, nothing new begins. */
  finish(): void {
    this.isEnding = true;
    this.waker.wake();
  }

  private async run(): Promise<void> {
    while (!this.isEnding) {
      const nowMs = Date.now();
      this.batches = this.batches.flatMap((batch) => this.stillHeld(batch));
      const due = this.batches.find(({ dueAtMs }) => dueAtMs <= nowMs);
      if (due !== undefined) {
        this.batches = this.batches.filter((batch) => batch !== due);
        await this.deliver(due);
        continue;
      }
      const fresh = this.freshWaiting();
      const ready = fresh
        .map((waiting) => ({ waiting, atMs: readyAtMs(waiting, this.limits, nowMs) }))
        .filter((found): found is { waiting: PartitionWaiting[]; atMs: number } => found.atMs !== undefined)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (ready !== undefined && ready.atMs <= nowMs) await this.begin(ready.waiting);
      else
        await this.waker.sleepUntil(Math.min(ready?.atMs ?? Infinity, ...this.batches.map((b) => b.dueAtMs)));
    }
  }

  private get limits() {
    return { ...this.options.mapping, payloadBytesMax: this.options.payloadBytesMax };
  }

  /** What a fresh batch could be made of: the partitions that are in no batch, together or each by itself. */
  private freshWaiting(): PartitionWaiting[][] {
    const busy = new Set(this.batches.flatMap(({ plan }) => [...partitionsOf(plan)]));
    const waiting = Array.from(this.queues, ([partition, queue]) => ({
      partition,
      queue,
      name: `${this.options.topic}-${partition}`,
      records: queue.waiting,
      bytes: queue.waitingBytes,
    })).filter(({ partition, records }) => !busy.has(partition) && records.length > 0);
    return this.options.mapping.mixPartitions ? [waiting] : waiting.map((one) => [one]);
  }

  private async begin(waiting: readonly PartitionWaiting[]): Promise<void> {
    const cut = cutBatch(waiting, this.limits);
    const records: QueuedRecord[] = [];
    const ends = new Map<number, number>();
    const queues = new Map<number, RecordQueue>();
    waiting.forEach(({ partition, queue, records: own }, index) => {
      const taken = own.slice(0, cut.counts[index]);
      const last = taken.at(-1);
      if (last === undefined) return;
      records.push(...taken);
      ends.set(partition, last.offset + 1);
      queues.set(partition, queue);
      queue.drop(taken.length);
      this.options.onTaken(partition);
    });
    const batch = { plan: planBatch(records), ends, queues, dueAtMs: 0 };
    await (this.mustGiveUp(cut) ? this.giveUpTooLarge(batch, records) : this.deliver(batch));
  }

  /** Lambda cannot be invoked with it. Where there is no destination the function gets it all the same: it decides. */
  private mustGiveUp({ isTooLarge }: Cut): boolean {
    return isTooLarge && this.options.destination !== undefined;
  }

  private async giveUpTooLarge(batch: Batch, records: readonly QueuedRecord[]): Promise<void> {
    const givenUp: GivenUp<QueuedRecord> = { records, reason: 'payload_too_large', attempts: 0 };
    await this.follow(batch, { givenUp: [givenUp], plans: [] }, randomUUID());
  }

  private async deliver(batch: Batch): Promise<void> {
    const { topic, origin, mapping, invoker } = this.options;
    const before = beforeInvocation(batch.plan, mapping, Date.now());
    const [plan] = before.plans;
    if (plan === undefined || before.givenUp.length > 0) {
      await this.follow(batch, before, randomUUID());
      return;
    }
    const part = plan.parts[0] as (typeof plan.parts)[number];
    const startedAtMs = Date.now();
    const outcome = await invoker.invoke(eventOf(origin, topic, part.records));
    const durationMs = Date.now() - startedAtMs;
    const response =
      outcome.kind === 'succeeded' && mapping.readsFailures
        ? readBatchResponse(outcome.responseText, topic, part.records)
        : undefined;
    const told =
      response?.kind === 'malformed' ? ({ kind: 'failed', reason: response.reason } as const) : outcome;
    const verdict = verdictOf(told.kind, response);
    this.options.observe(batchReport(part, verdict, told, durationMs));
    await this.follow(batch, afterInvocation(plan, verdict, mapping), randomUUID());
  }

  /** Keeps what was given up, commits what is finished, and puts the rest back for later. */
  private async follow(batch: Batch, step: Step<QueuedRecord>, requestId: string): Promise<void> {
    for (const givenUp of step.givenUp) {
      const held = {
        ...givenUp,
        records: givenUp.records.filter(({ partition }) => this.holds(batch, partition)),
      };
      if (held.records.length > 0 && !(await this.keep(held, requestId))) return;
    }
    const open = new Set(step.plans.flatMap((plan) => [...partitionsOf(plan)]));
    const finished = Array.from(partitionsOf(batch.plan)).filter((partition) => !open.has(partition));
    const next = new Map(
      finished
        .filter((partition) => this.holds(batch, partition))
        .map((partition) => [partition, batch.ends.get(partition) as number]),
    );
    if (next.size > 0) await this.options.commit(next);
    const nowMs = Date.now();
    this.batches.push(...step.plans.map((plan) => ({ ...batch, plan, dueAtMs: nowMs + pauseBefore(plan) })));
  }

  /** True once they are kept; false where the poller was told to end before that. */
  private async keep(givenUp: GivenUp<QueuedRecord>, requestId: string): Promise<boolean> {
    const { destination, topic, origin, functionName, onGivenUp } = this.options;
    onGivenUp(givenUp);
    for (;;) {
      try {
        await destination?.keep({ topic, origin, functionName, requestId, nowMs: Date.now() }, givenUp);
        return true;
      } catch {
        // Kafka or the disk is away. The records are in nobody else's hands: they wait for it, and their partitions with them.
        if (this.isEnding) return false;
        await new Promise((resolve) => setTimeout(resolve, destinationPauseMs));
      }
    }
  }

  private holds(batch: Batch, partition: number): boolean {
    return this.queues.get(partition) === batch.queues.get(partition);
  }

  private stillHeld(batch: Batch): Batch[] {
    let plans = [batch.plan];
    for (const partition of partitionsOf(batch.plan)) {
      if (!this.holds(batch, partition)) plans = plans.flatMap((plan) => withoutPartition(plan, partition));
    }
    return plans.map((plan) => ({ ...batch, plan }));
  }
}

interface PartitionWaiting extends Waiting {
  readonly partition: number;
  readonly queue: RecordQueue;
}

function verdictOf(
  outcome: 'succeeded' | 'failed' | 'timed_out' | 'throttled',
  response: ReturnType<typeof readBatchResponse> | undefined,
): Verdict {
  if (outcome === 'throttled') return { kind: 'throttled' };
  if (outcome !== 'succeeded') return { kind: 'failed' };
  return response === undefined || response.kind === 'malformed' ? { kind: 'done' } : response;
}
