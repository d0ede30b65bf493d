/**
 * A record as JSON text, byte for byte as it stands in the event with which Lambda's MSK trigger invokes a function
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html). Text and not an object: its length decides what fits
 * into a payload, and the event is put together from the texts without a second pass.
 */
import type { IHeaders, KafkaMessage } from 'kafkajs';

/** A message with what kafkajs' types leave out: the attributes of its record batch. Absent for message formats before v2. */
export type FetchedMessage = KafkaMessage & { readonly batchContext?: { readonly timestampType?: number } };

/** Value of `timestampType` in a record batch (KIP-32). */
const logAppendTime = 1;

/** The alphabet of topics leaves nothing to escape. A null key or value is left out, as Lambda does. */
export function recordText(topic: string, partition: number, message: FetchedMessage): string {
  const { offset, timestamp, key, value, headers, batchContext } = message;
  const type = batchContext?.timestampType === logAppendTime ? 'LOG_APPEND_TIME' : 'CREATE_TIME';
  const keyText = key === null ? '' : `,"key":"${key.toString('base64')}"`;
  const valueText = value === null ? '' : `,"value":"${value.toString('base64')}"`;
  return (
    `{"topic":"${topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp},` +
    `"timestampType":"${type}"${keyText}${valueText},"headers":${headersText(headers)}}`
  );
}

function headersText(headers: IHeaders | undefined): string {
  const entries = Object.entries(headers ?? {});
  if (entries.length === 0) return '[]';
  const texts = entries.flatMap(([name, held]) =>
    (Array.isArray(held) ? held : [held])
      .filter(isHeaderValue)
      .map((value) => `{${JSON.stringify(name)}:${bytesText(value)}}`),
  );
  return `[${texts.join(',')}]`;
}

/** kafkajs gathers headers in a plain object: one called `constructor` gets the object's own in front of its value. */
function isHeaderValue(value: unknown): value is Buffer | string | undefined {
  return value === undefined || value === null || typeof value === 'string' || Buffer.isBuffer(value);
}

/** Java's bytes are signed, and so they stand in the event. */
function bytesText(value: Buffer | string | undefined): string {
  const bytes = Buffer.from(value ?? '');
  return `[${new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length).join(',')}]`;
}

export interface EventOrigin {
  readonly eventSourceArn: string;
  /** `host:port[,host:port]`. */
  readonly bootstrapServers: string;
}

/** Texts of records, by the event's own name of their partition: `clicks-0`. */
export type RecordTexts = ReadonlyMap<string, readonly string[]>;

/** The event of one batch. */
export function eventText(origin: EventOrigin, records: RecordTexts): string {
  const head = JSON.stringify({ eventSource: 'aws:kafka', ...origin }).slice(0, -1);
  const parts = Array.from(records, ([name, texts]) => `"${name}":[${texts.join(',')}]`);
  return `${head},"records":{${parts.join(',')}}}`;
}

/** Bytes that a partition adds to an event beside its records, each with a comma. */
export function partitionBytes(name: string): number {
  return Buffer.byteLength(`"${name}":[],`);
}
