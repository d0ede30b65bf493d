/**
 * Reads partitions of the topic from one offset up to another, by fetches of the audit's own: no consumer group, so nobody
 * is rebalanced and nothing is committed. The end is known from offsets, never from silence: an answer proves what its
 * record batches cover, also where these hold markers and aborted records only.
 */
import type { Admin, Kafka } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch';
import type { LogRecord } from '../pipeline/core/event';
import { type FetchedPartition, openCluster, readCommitted } from '../pipeline/stream/kafka-cluster';
import { isPassing } from '../pipeline/stream/passing-errors';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** At most `recordsMax` records in order. False: nothing more is wanted. */
export type OnLogRecords = (records: readonly LogRecord[]) => Promise<boolean>;

/** The log did not give what it says that it holds. */
export class LogSilentError extends Error {
  override readonly name = 'LogSilentError';
}

/** The log's start moved beyond what was to be read. */
export class LogMovedError extends Error {
  override readonly name = 'LogMovedError';
}

interface Answer {
  readonly records: readonly LogRecord[];
  /** One past the last offset that the answer proves. */
  readonly provenTo: number;
}

const fetchBytesMax = 1024 * 1024;
const fetchWaitMs = 500;
const silentMsMax = 60_000;
/** With growing pauses about a quarter of a minute: a broker restarts, a partition gets another leader. */
const attemptsMax = 20;
const attemptPauseMs = 100;
const attemptPauseMsMax = 1_000;
/** Handed over at a time: some tens of milliseconds of work. */
const recordsMaxDefault = 1_000;

export class LogReader {
  private readonly cluster: ReturnType<typeof openCluster>;
  private admin: Admin | undefined;
  /** Kafka is there; where it is not, whoever asks is told at once. */
  private wasConnected = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {
    this.cluster = openCluster(kafka);
  }

  /** By partition. */
  async bounds(): Promise<Map<number, Bounds>> {
    const rows = await this.asked((admin) => admin.fetchTopicOffsets(this.topic));
    return new Map(
      rows.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    );
  }

  /** By partition: the first offset whose record is not older; the log's end where there is none. */
  async offsetsAt(timestampMs: number): Promise<Map<number, number>> {
    const rows = await this.asked((admin) =>
      admin.fetchTopicOffsetsByTimestamp(this.topic, Math.max(0, timestampMs)),
    );
    return new Map(rows.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /**
   * Hands over the records at [from, to) and fetches ahead meanwhile. Answers up to which offset it came: `to`, or less where
   * nothing more was wanted. Throws LogMovedError, LogSilentError, and what Kafka throws.
   */
  async read(
    partition: number,
    from: number,
    to: number,
    onRecords: OnLogRecords,
    recordsMax = recordsMaxDefault,
  ): Promise<number> {
    let next = from;
    let newsAtMs = Date.now();
    let ahead = next < to ? this.fetchAhead(partition, next) : undefined;
    while (next < to && ahead !== undefined) {
      const { records, provenTo } = await ahead;
      if (provenTo > next) newsAtMs = Date.now();
      else if (Date.now() - newsAtMs > silentMsMax) throw this.silent(partition, next, to);
      next = Math.max(next, provenTo);
      ahead = next < to ? this.fetchAhead(partition, next) : undefined;
      const wanted = records.filter(({ offset }) => offset < to);
      for (let at = 0; at < wanted.length; at += recordsMax) {
        const chunk = wanted.slice(at, at + recordsMax);
        if (await onRecords(chunk)) continue;
        await ahead?.catch(() => undefined);
        return (chunk.at(-1)?.offset ?? from) + 1;
      }
    }
    return Math.max(from, Math.min(next, to));
  }

  async close(): Promise<void> {
    await Promise.all([this.closeAdmin(), this.cluster.disconnect()]);
  }

  /** Where a broker is gone, until its partitions have other leaders. An admin client keeps to those that it knows, so it is made anew. */
  private async asked<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const deadlineMs = Date.now() + silentMsMax;
    for (;;) {
      try {
        if (this.admin === undefined) {
          this.admin = this.kafka.admin();
          await this.admin.connect();
          this.wasConnected = true;
        }
        return await ask(this.admin);
      } catch (error) {
        await this.closeAdmin().catch(() => undefined);
        if (!this.wasConnected || !isPassing(error) || Date.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, attemptPauseMsMax));
      }
    }
  }

  private async closeAdmin(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    await admin?.disconnect();
  }

  /** A fetch that fails before anyone waits for it is no unhandled rejection: whoever awaits it is told. */
  private fetchAhead(partition: number, offset: number): Promise<Answer> {
    const answer = this.fetch(partition, offset);
    answer.catch(() => undefined);
    return answer;
  }

  private async fetch(partition: number, offset: number): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.fetchOnce(partition, offset);
      } catch (error) {
        const { type, retriable } = error as { type?: unknown; retriable?: unknown };
        const isFinal = retriable === false && !isPassing(error);
        if (type === 'OFFSET_OUT_OF_RANGE') {
          throw new LogMovedError(`partition ${partition}: the log does not hold offset ${offset} any more`);
        }
        if (isFinal || attempt >= attemptsMax) throw error;
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(attempt * attemptPauseMs, attemptPauseMsMax)),
        );
        await this.cluster.refreshMetadata().catch(() => undefined);
      }
    }
  }

  private async fetchOnce(partition: number, offset: number): Promise<Answer> {
    const { cluster, topic } = this;
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.addTargetTopic(topic);
    const [nodeId = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    const { responses } = await (await cluster.findBroker({ nodeId })).fetch({
      maxWaitTime: fetchWaitMs,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      isolationLevel: readCommitted,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: fetchBytesMax }] }],
    });
    const found = responses[0]?.partitions[0];
    if (found === undefined) throw new Error(`topic ${topic}, partition ${partition}: an empty answer`);
    return decode(topic, offset, found);
  }

  private silent(partition: number, next: number, to: number): LogSilentError {
    const seconds = silentMsMax / 1_000;
    return new LogSilentError(
      `topic ${this.topic}, partition ${partition}: nothing came of offsets ${next} to ${to - 1} for ${seconds} s`,
    );
  }
}

function decode(topic: string, offset: number, answer: FetchedPartition): Answer {
  const { messages, rawMessages } = new Batch(topic, String(offset), answer);
  const last = rawMessages.at(-1)?.batchContext;
  return {
    records: messages.map((message) => ({
      offset: Number(message.offset),
      timestampMs: Number(message.timestamp),
      value: message.value,
    })),
    provenTo: last === undefined ? offset : Number(last.firstOffset) + last.lastOffsetDelta + 1,
  };
}
