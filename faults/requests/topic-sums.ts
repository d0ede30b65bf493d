/** What a collector has written to a topic: events, and summaries by reason. Heartbeats are somebody else's. */
import type { Kafka } from 'kafkajs';
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import { readRange } from '../../pipeline/stream/range-read';
import type { PartitionBounds } from '../stage';

export interface CollectedSums {
  readonly events: number;
  readonly edge: ReadonlyMap<EdgeReason, number>;
}

interface Written {
  readonly type: string;
  readonly messageId: string;
  readonly reason: EdgeReason;
  readonly count: number;
}

/** What was written twice, since an answer of Kafka's was lost, is there once. */
export async function readCollected(
  kafka: Kafka,
  topic: string,
  bounds: readonly PartitionBounds[],
): Promise<CollectedSums> {
  const edge = new Map<EdgeReason, number>();
  const ids = new Set<string>();
  let events = 0;
  for (const [partition, { low, high }] of bounds.entries()) {
    await readRange(kafka, topic, partition, low, high, (records) => {
      for (const { value } of records) {
        const { type, messageId, reason, count } = JSON.parse(Buffer.from(value ?? []).toString()) as Written;
        if (type === 'heartbeat' || ids.has(messageId)) continue;
        ids.add(messageId);
        if (type === 'edge') edge.set(reason, (edge.get(reason) ?? 0) + count);
        else events += 1;
      }
    });
  }
  return { events, edge };
}
