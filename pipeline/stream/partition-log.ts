/**
 * One partition of the log, read by plain fetches: no consumer group, so no rebalance, no committed offset, no permission
 * for groups, and an offset outside of the log is an error instead of a silent jump to its end. kafkajs offers this to its
 * own consumer only, hence kafka-cluster.ts.
 */
import type { Admin, Kafka } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch';
import type { LogRecord } from '../core/event';
import {
  type FetchedPartition,
  type FetchingBroker,
  type KafkaCluster,
  openCluster,
  readCommitted,
} from './kafka-cluster';

/** Where a partition's log begins and ends. */
export interface LogBounds {
  /** First offset that the log still holds. */
  readonly logStart: number;
  /** One past the last offset that the log holds. */
  readonly logEnd: number;
}

export class PartitionNotFoundError extends Error {
  override readonly name = 'PartitionNotFoundError';
  /** No retry finds it. */
  readonly retriable = false;
}

export interface Fetched extends LogBounds {
  /** From the asked offset on, in order; offsets may be missing. */
  readonly records: readonly LogRecord[];
  /** One past the last offset that the answer proves: every offset below it holds a record of `records`, or none. */
  readonly provenTo: number;
  /** One past the last offset that may be read by now: an open transaction keeps it below the log's end. */
  readonly readableTo: number;
}

export interface PartitionLog {
  bounds(): Promise<LogBounds>;
  /**
   * Undefined: the log does not hold the offset (nor ends at it). Waits up to half a second for a first record. `bytesMax`: of the answer,
   * or one batch of records where that is larger; default 1 MB.
   */
  fetch(offset: number, bytesMax?: number): Promise<Fetched | undefined>;
  close(): Promise<void>;
}

/** A fetch answer is held whole in memory: this, or one batch of records where a batch is larger. */
const fetchBytesMax = 1024 * 1024;
const fetchWaitMs = 500;
/** With the growing pauses below: about 15 s, which a broker's restart or a new leader takes. */
const attemptsMax = 20;

/** Connections to a topic's brokers, made when they are first needed. Several partition logs may share them. */
export class LogConnection {
  private readonly cluster: KafkaCluster;
  private readonly admin: Admin;
  private isAdminConnected = false;

  constructor(kafka: Kafka) {
    this.cluster = openCluster(kafka);
    this.admin = kafka.admin();
  }

  async connectedAdmin(): Promise<Admin> {
    if (!this.isAdminConnected) await this.admin.connect();
    this.isAdminConnected = true;
    return this.admin;
  }

  /** Asks the partition's leader, again and again while it is away. */
  async askLeader<T>(
    topic: string,
    partition: number,
    ask: (leader: FetchingBroker) => Promise<T>,
  ): Promise<T> {
    const { cluster } = this;
    return withRetries(cluster, async () => {
      if (!cluster.isConnected()) await cluster.connect();
      await cluster.addTargetTopic(topic);
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      if (nodeId === undefined) {
        throw new PartitionNotFoundError(`topic ${topic} has no partition ${partition}`);
      }
      return ask(await cluster.findBroker({ nodeId }));
    });
  }

  async close(): Promise<void> {
    this.isAdminConnected = false;
    await Promise.all([this.cluster.disconnect(), this.admin.disconnect()]);
  }
}

/** A log with connections of its own, which closing it closes. */
export function openPartitionLog(kafka: Kafka, topic: string, partition: number): PartitionLog {
  const connection = new LogConnection(kafka);
  return { ...partitionLog(connection, topic, partition), close: () => connection.close() };
}

/** A log over connections that somebody else closes. */
export function partitionLog(connection: LogConnection, topic: string, partition: number): PartitionLog {
  const fetch = async (offset: number, bytesMax = fetchBytesMax): Promise<Fetched | undefined> => {
    const partitions = [{ partition, fetchOffset: String(offset), maxBytes: bytesMax }];
    const request = {
      maxWaitTime: fetchWaitMs,
      minBytes: 1,
      maxBytes: bytesMax,
      isolationLevel: readCommitted,
      topics: [{ topic, partitions }],
    };
    try {
      return await connection.askLeader(topic, partition, async (leader) => {
        const { responses } = await leader.fetch(request);
        const answer = responses[0]?.partitions[0];
        if (answer === undefined) throw new Error(`no answer for topic ${topic}, partition ${partition}`);
        return decodeAnswer(topic, offset, answer);
      });
    } catch (error) {
      if (errorType(error) === 'OFFSET_OUT_OF_RANGE') return undefined;
      throw error;
    }
  };

  const bounds = async (): Promise<LogBounds> => {
    // Asked of the metadata first: the log of a partition that is not there fails with a wrong reason.
    await connection.askLeader(topic, partition, () => Promise.resolve());
    const found = (await (await connection.connectedAdmin()).fetchTopicOffsets(topic)).find(
      (row) => row.partition === partition,
    );
    if (found === undefined) throw new PartitionNotFoundError(`topic ${topic} has no partition ${partition}`);
    return { logStart: Number(found.low), logEnd: Number(found.high) };
  };
  return { bounds, fetch, close: () => Promise.resolve() };
}

function decodeAnswer(topic: string, offset: number, answer: FetchedPartition): Fetched {
  const batch = new Batch(topic, String(offset), answer);
  const records = batch.messages.map((message) => ({
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    value: message.value,
  }));
  // A batch covers the offsets up to its last one, also where records of it are markers, aborted or compacted away.
  const last = batch.rawMessages.at(-1)?.batchContext;
  const coveredTo = last === undefined ? offset : Number(last.firstOffset) + last.lastOffsetDelta + 1;
  return {
    records,
    provenTo: Math.max(offset, coveredTo),
    logStart: Number(answer.lastStartOffset),
    logEnd: Number(answer.highWatermark),
    readableTo: Number(answer.lastStableOffset),
  };
}

function errorType(error: unknown): string {
  return String((error as { type?: unknown }).type ?? '');
}

/** A broker may restart or give its partition to another: metadata are read anew and the request is repeated. */
async function withRetries<T>(cluster: KafkaCluster, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const isFinal = (error as { retriable?: boolean }).retriable === false;
      if (isFinal || errorType(error) === 'OFFSET_OUT_OF_RANGE' || attempt >= attemptsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
      await cluster.refreshMetadata().catch(() => undefined);
    }
  }
}
