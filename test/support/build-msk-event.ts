/** MSK events as Lambda's trigger sends them, from records of one partition. */
import type { LogRecord } from '../../pipeline/core/event';
import type { MskEvent, MskRecord } from '../../pipeline/stream/msk-event';

export function mskRecord(topic: string, partition: number, record: LogRecord): MskRecord {
  return {
    topic,
    partition,
    offset: record.offset,
    timestamp: record.timestampMs,
    timestampType: 'LOG_APPEND_TIME',
    key: null,
    value: record.value === null ? null : Buffer.from(record.value).toString('base64'),
    headers: [],
  };
}

/** Passed through JSON and back, as between Lambda's service and the handler. */
export function mskEvent(topic: string, batches: Readonly<Record<number, readonly LogRecord[]>>): MskEvent {
  const records = Object.fromEntries(
    Object.entries(batches).map(([partition, of]) => [
      `${topic}-${partition}`,
      of.map((record) => mskRecord(topic, Number(partition), record)),
    ]),
  );
  return JSON.parse(
    JSON.stringify({
      eventSource: 'aws:kafka',
      eventSourceArn: 'arn:aws:kafka:eu-west-1:000000000000:cluster/test/0',
      bootstrapServers: 'b-1:9098,b-2:9098',
      records,
    }),
  ) as MskEvent;
}
