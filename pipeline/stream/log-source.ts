/**
 * The log as repair and rebuild need it: ranges of a partition, and where its partitions begin, end and are committed up to. A port,
 * so that what they do can be run against a log that is held in memory and made to misbehave (test/simulation).
 */
import type { Kafka } from 'kafkajs';
import { type LogBounds, openPartitionLog, type PartitionLog } from './partition-log';

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

/** Throws what kafkajs throws. */
export function kafkaLogSource(kafka: Kafka): LogSource {
  return {
    open: (topic, partition) => openPartitionLog(kafka, topic, partition),
    offsets: (topic, consumerGroup) => readOffsets(kafka, topic, consumerGroup),
  };
}

async function readOffsets(kafka: Kafka, topic: string, groupId: string): Promise<PartitionOffsets[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
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
  } finally {
    await admin.disconnect();
  }
}
