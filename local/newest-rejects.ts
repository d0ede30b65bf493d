/**
 * The newest rejections of a topic. The store keeps where and why, never what; the records themselves are read from Kafka,
 * as long as it still holds them.
 */
import type { Kafka } from 'kafkajs';
import { rejectsKey, type ShardId, shardTag } from '../pipeline/store/keys';
import type { RedisConnection } from '../pipeline/store/redis-client';
import { openPartitionLog } from '../pipeline/stream/partition-log';

export interface Reject {
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  /** Field that is wrong; undefined where the record as a whole is. */
  readonly field: string | undefined;
  /** Undefined: the log no longer holds it. */
  readonly timestampMs: number | undefined;
  readonly value: Uint8Array | null | undefined;
}

type KeptReject = Omit<Reject, 'timestampMs' | 'value'>;

function parseKept(partition: number, row: string): KeptReject {
  const [offset = '', reason = '', field = ''] = row.split('|');
  return { partition, offset: Number(offset), reason, field: field === '' ? undefined : field };
}

async function readRecords(kafka: Kafka, topic: string, kept: readonly KeptReject[]): Promise<Reject[]> {
  const partition = kept[0]?.partition;
  if (partition === undefined) return [];
  const log = await openPartitionLog(kafka, topic, partition);
  try {
    const rejects: Reject[] = [];
    for (const reject of kept) {
      const fetched = await log.fetch(reject.offset);
      const record = fetched?.records.find(({ offset }) => offset === reject.offset);
      rejects.push({ ...reject, timestampMs: record?.timestampMs, value: record?.value });
    }
    return rejects;
  } finally {
    await log.close();
  }
}

/** Newest first, by log time; at most `limit`. `reason`: these alone. */
export async function newestRejects(
  { kafka, redis }: { readonly kafka: Kafka; readonly redis: RedisConnection },
  shards: readonly ShardId[],
  { reason, limit }: { readonly reason: string | undefined; readonly limit: number },
): Promise<readonly Reject[]> {
  const rejects: Reject[] = [];
  for (const shard of shards) {
    const rows = await redis.lrange(rejectsKey(shardTag(shard)), 0, -1);
    const kept = rows
      .map((row) => parseKept(shard.partition, row))
      .filter((reject) => reason === undefined || reject.reason === reason)
      .slice(0, limit);
    rejects.push(...(await readRecords(kafka, shard.topic, kept)));
  }
  rejects.sort((a, b) => (b.timestampMs ?? 0) - (a.timestampMs ?? 0) || b.offset - a.offset);
  return rejects.slice(0, limit);
}
