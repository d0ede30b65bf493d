/**
 * Reads each partition of the topic from its log's start up to a given offset, by a consumer group of the audit's own that
 * commits nothing and is deleted afterwards. kafkajs hides transaction markers and aborted records, but tells the last
 * offset of what it passed over; so the end is known from offsets, never from silence.
 */
import { randomBytes } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { LogRecord } from '../pipeline/core/event';

export type OnLogRecords = (partition: number, records: readonly LogRecord[]) => Promise<void>;

/** The log did not give what it says that it holds. */
export class LogSilentError extends Error {
  override readonly name = 'LogSilentError';
}

const silentMsMax = 60_000;
const checkEveryMs = 1_000;

class Reading {
  /** Partition -> one past the last offset still to be read. */
  private readonly pending: Map<number, number>;
  private newsAtMs = Date.now();
  private stop: (error?: Error) => void = () => undefined;

  constructor(
    private readonly topic: string,
    ends: ReadonlyMap<number, number>,
    private readonly onRecords: OnLogRecords,
  ) {
    this.pending = new Map([...ends].filter(([, end]) => end > 0));
  }

  isDone(): boolean {
    return this.pending.size === 0;
  }

  /** Resolves when every partition is read to its end. */
  async finished(crashed: Promise<Error>): Promise<void> {
    const watch = setInterval(() => {
      if (Date.now() - this.newsAtMs < silentMsMax) return;
      const missing = [...this.pending].map(([partition, end]) => `${partition} (up to ${end})`).join(', ');
      this.stop(new LogSilentError(`topic ${this.topic}: nothing more came of partition ${missing}`));
    }, checkEveryMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.stop = (error) => (error === undefined ? resolve() : reject(error));
        if (this.isDone()) resolve();
        crashed.then(reject, reject);
      });
    } finally {
      clearInterval(watch);
    }
  }

  async take({ batch, heartbeat, pause }: EachBatchPayload): Promise<void> {
    const end = this.pending.get(batch.partition);
    if (end === undefined) {
      pause();
      return;
    }
    const records = batch.messages.map(({ offset, timestamp, value }) => ({
      offset: Number(offset),
      timestampMs: Number(timestamp),
      value,
    }));
    await this.onRecords(batch.partition, records);
    await heartbeat();
  }

  /** Also told of batches that held nothing but markers and aborted records. */
  passed(partition: number, lastOffset: number): void {
    this.newsAtMs = Date.now();
    const end = this.pending.get(partition);
    if (end === undefined || lastOffset + 1 < end) return;
    this.pending.delete(partition);
    if (this.isDone()) this.stop();
  }
}

/** `ends`: partition -> one past the last offset to read; records beyond it may be handed over too. */
export async function readLog(
  kafka: Kafka,
  topic: string,
  ends: ReadonlyMap<number, number>,
  onRecords: OnLogRecords,
): Promise<void> {
  const reading = new Reading(topic, ends, onRecords);
  if (reading.isDone()) return;
  const groupId = `clickstream-audit-${topic}-${randomBytes(8).toString('hex')}`;
  const consumer = kafka.consumer({ groupId });
  const crashed = new Promise<Error>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) resolve(payload.error);
    });
  });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    reading.passed(payload.partition, Number(payload.lastOffset));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => reading.take(payload) });
    await reading.finished(crashed);
  } finally {
    await leave(kafka, consumer, groupId);
  }
}

async function leave(kafka: Kafka, consumer: Consumer, groupId: string): Promise<void> {
  await consumer.disconnect();
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // The broker forgets an empty group by itself; the audit's result does not depend on it.
  } finally {
    await admin.disconnect();
  }
}
