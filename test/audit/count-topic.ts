/** Counts a topic as the event source would: MSK events, one after another, through the consumer's own code. */
import type { Kafka } from 'kafkajs';
import { consumeEvent } from '../../lambdas/consumer/consume-event';
import type { LogRecord } from '../../pipeline/core/event';
import type { SiteRules } from '../../pipeline/core/validation';
import { ShardDirectory } from '../../pipeline/counting/shard-directory';
import type { CommitStore } from '../../pipeline/store/store-port';
import { readRange } from '../../pipeline/stream/range-read';

export const DEMO_ONLY: SiteRules = { listed: new Set(['demo']), defaultSite: 'demo' };

function mskEvent(topic: string, partition: number, records: readonly LogRecord[]): unknown {
  const rows = records.map(({ offset, timestampMs, value }) => ({
    topic,
    partition,
    offset,
    timestamp: timestampMs,
    timestampType: 'CREATE_TIME',
    headers: [],
    value: value === null ? null : Buffer.from(value).toString('base64'),
  }));
  const event = {
    eventSource: 'aws:kafka',
    bootstrapServers: 'localhost:9092',
    records: { [`${topic}-${partition}`]: rows },
  };
  return JSON.parse(JSON.stringify(event)) as unknown;
}

export async function consume(
  store: CommitStore,
  topic: string,
  partition: number,
  records: readonly LogRecord[],
  partitionCount: number,
): Promise<void> {
  const rules = { sites: DEMO_ONLY, partitionCount, nonce: 'nonce0123456789nonce' };
  const consumer = { store, shards: new ShardDirectory(store), rules, log: () => undefined };
  await consumeEvent(consumer, mskEvent(topic, partition, records));
}

export async function readAll(
  kafka: Kafka,
  topic: string,
  partition: number,
  from = 0,
): Promise<readonly LogRecord[]> {
  const all: LogRecord[] = [];
  const admin = kafka.admin();
  await admin.connect();
  const end = (await admin.fetchTopicOffsets(topic)).find((row) => row.partition === partition)?.high;
  await admin.disconnect();
  await readRange(kafka, topic, partition, from, Number(end), (records) => {
    all.push(...records);
  });
  return all;
}

/** Counts every partition whole, in batches of uneven sizes. */
export async function countTopic(
  kafka: Kafka,
  store: CommitStore,
  topic: string,
  partitionCount: number,
): Promise<void> {
  for (let partition = 0; partition < partitionCount; partition++) {
    const records = await readAll(kafka, topic, partition);
    for (let at = 0, size = 17; at < records.length; at += size, size = ((size * 7) % 900) + 1) {
      await consume(store, topic, partition, records.slice(at, at + size), partitionCount);
    }
  }
}
