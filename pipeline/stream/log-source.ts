/**
 * The log as repair and rebuild need it: ranges of a partition, and where its partitions begin, end and are committed up to. A port,
 * so that what they do can be run against a log that is held in memory and made to misbehave (test/simulation).
 */
import type { Kafka } from 'kafkajs';
import {
  type LogBounds,
  LogConnection,
  openPartitionLog,
  type PartitionLog,
  partitionLog,
} from './partition-log';

export interface PartitionOffsets extends LogBounds {
  readonly partition: number;
  /** Next offset that the consumer group will be given; undefined where it has committed none. */
  readonly groupOffset: number | undefined;
}

export interface LogSource {
  /** Whoever opens it closes it. Throws PartitionNotFoundError when it is first used. */
  open(topic: string, partition: number): Promise<PartitionLog>;
  /**
   * Of all partitions of the topic, in their order. The group's offsets are read before the bounds, and both before anything that the
   * caller reads afterwards: a group that moves on meanwhile cannot look like a loss.
   */
  offsets(topic: string, consumerGroup: string): Promise<readonly PartitionOffsets[]>;
}

/** Each question with connections of its own: for a program that asks seldom, or that is frozen in between. Throws what kafkajs throws. */
export function kafkaLogSource(kafka: Kafka): LogSource {
  return {
    open: async (topic, partition) => openPartitionLog(kafka, topic, partition),
    offsets: async (topic, consumerGroup) => {
      const connection = new LogConnection(kafka);
      try {
        return await readOffsets(connection, topic, consumerGroup);
      } finally {
        await connection.close();
      }
    },
  };
}

/** As kafkaLogSource, for a program that asks every few seconds: connections are kept until one of them fails. */
export class KeptLogSource implements LogSource {
  private connection: LogConnection | undefined;

  constructor(private readonly kafka: Kafka) {}

  async open(topic: string, partition: number): Promise<PartitionLog> {
    this.connection ??= new LogConnection(this.kafka);
    const log = partitionLog(this.connection, topic, partition);
    return {
      bounds: () => this.orClose(() => log.bounds()),
      fetch: (...asked) => this.orClose(() => log.fetch(...asked)),
      close: () => log.close(),
    };
  }

  async offsets(topic: string, consumerGroup: string): Promise<readonly PartitionOffsets[]> {
    this.connection ??= new LogConnection(this.kafka);
    const { connection } = this;
    return this.orClose(() => readOffsets(connection, topic, consumerGroup));
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    await connection?.close();
  }

  /** What failed once may be a broker that is gone, or a topic that is another one now: the next question begins anew. */
  private async orClose<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      await this.close().catch(() => undefined);
      throw error;
    }
  }
}

async function readOffsets(
  connection: LogConnection,
  topic: string,
  groupId: string,
): Promise<PartitionOffsets[]> {
  const admin = await connection.connectedAdmin();
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const bounds = await admin.fetchTopicOffsets(topic);
  const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  const rows = bounds.map(({ partition, low, high }) => {
    const offset = committed.get(partition) ?? -1;
    return {
      partition,
      logStart: Number(low),
      logEnd: Number(high),
      groupOffset: offset < 0 ? undefined : offset,
    };
  });
  return rows.sort((a, b) => a.partition - b.partition);
}
