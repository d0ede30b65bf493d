/**
 * Where partitions begin of which the group has committed nothing, for LATEST and AT_TIMESTAMP. The offsets are looked up once, when the
 * source starts, and are committed before the first fetch: otherwise LATEST would be looked up anew whenever a partition moves
 * before its first batch has succeeded, and what was written meanwhile would be skipped.
 */
import type { Kafka } from 'kafkajs';
import type { StartingPosition } from './mapping-options';

export type StartOffsets = ReadonlyMap<number, string>;

/** By partition. Rejects where Kafka is away. */
export async function readStartOffsets(
  kafka: Kafka,
  topic: string,
  position: Exclude<StartingPosition, { kind: 'TRIM_HORIZON' }>,
): Promise<StartOffsets> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (position.kind === 'AT_TIMESTAMP') {
      const rows = await admin.fetchTopicOffsetsByTimestamp(topic, position.timestampMs);
      return new Map(rows.map(({ partition, offset }) => [partition, offset]));
    }
    const rows = await admin.fetchTopicOffsets(topic);
    return new Map(rows.map(({ partition, high }) => [partition, high]));
  } finally {
    await admin.disconnect();
  }
}

/** The partitions of which the group has committed no offset. Rejects where Kafka is away. */
export async function partitionsWithoutOffset(
  kafka: Kafka,
  groupId: string,
  topic: string,
  partitions: readonly number[],
): Promise<readonly number[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Set(
      (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0).map(({ partition }) => partition),
    );
    return partitions.filter((partition) => !committed.has(partition));
  } finally {
    await admin.disconnect();
  }
}
