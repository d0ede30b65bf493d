/**
 * What is kept of records that were given up, in the form that Lambda gives it for each kind of destination. Sources:
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html (SQS, SNS, S3) and kafka-on-failure-destination.html
 * (Kafka topic). The guide names the reason differently for a topic, and has no name for one that is too old: `RecordAgeExceeded` is
 * that of Kinesis.
 */
import type { GivenUp, GiveUpReason } from './delivery-plan';
import type { QueuedRecord } from './record-queue';
import { type EventOrigin, eventText } from './record-text';

export interface FailureContext {
  readonly origin: EventOrigin;
  readonly topic: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/** One message of a topic destination. */
export interface FailureMessage {
  readonly key: Buffer | null;
  readonly value: string;
}

const queueConditions: Readonly<Record<GiveUpReason, string>> = {
  retries_exhausted: 'RetryAttemptsExhausted',
  payload_too_large: 'MaximumPayloadSizeExceeded',
  record_too_old: 'RecordAgeExceeded',
};
const topicConditions = { ...queueConditions, retries_exhausted: 'RetriesExhausted' };

const time = (ms: number): string => new Date(ms).toISOString();

/** The event of these records alone, partitions in the order of their first records. */
export function eventOf(origin: EventOrigin, topic: string, records: readonly QueuedRecord[]): string {
  const texts = new Map<number, string[]>();
  for (const { partition, text } of records) {
    const held = texts.get(partition);
    if (held === undefined) texts.set(partition, [text]);
    else held.push(text);
  }
  const named = Array.from(texts, ([partition, of]) => [`${topic}-${partition}`, of] as const);
  return eventText(origin, new Map(named));
}

function envelope(context: FailureContext, condition: string, attempts: number): object {
  return {
    requestContext: {
      requestId: context.requestId,
      functionArn: `arn:aws:lambda:local:000000000000:function:${context.functionName}`,
      condition,
      approximateInvokeCount: attempts,
    },
    // Null where the function was never run.
    responseContext:
      attempts === 0 ? null : { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: time(context.nowMs),
  };
}

function recordsInfo(topic: string, records: readonly QueuedRecord[]): object {
  const info: Record<string, object> = {};
  for (const partition of new Set(records.map((record) => record.partition))) {
    const own = records.filter((record) => record.partition === partition);
    const [first, last] = [own[0] as QueuedRecord, own.at(-1) as QueuedRecord];
    info[`${topic}-${partition}`] = {
      firstRecordOffset: String(first.offset),
      lastRecordOffset: String(last.offset),
      firstRecordTimestamp: time(first.timestampMs),
      lastRecordTimestamp: time(last.timestampMs),
    };
  }
  return info;
}

/** One document for all of them; `withEvent`: as S3 gets it, the whole event in it as text. */
export function failureDocument(
  context: FailureContext,
  { records, reason, attempts }: GivenUp<QueuedRecord>,
  withEvent: boolean,
): string {
  const event = eventOf(context.origin, context.topic, records);
  return JSON.stringify({
    ...envelope(context, queueConditions[reason], attempts),
    KafkaBatchInfo: {
      batchSize: records.length,
      ...context.origin,
      payloadSize: Buffer.byteLength(event),
      recordsInfo: recordsInfo(context.topic, records),
    },
    ...(withEvent ? { payload: event } : {}),
  });
}

/** A message for each record, with the record's own key: so its order by key is kept on the topic, too. */
export function failureMessages(
  context: FailureContext,
  { records, reason, attempts }: GivenUp<QueuedRecord>,
): readonly FailureMessage[] {
  return records.map((record) => {
    const event = eventOf(context.origin, context.topic, [record]);
    const value = JSON.stringify({
      ...envelope(context, topicConditions[reason], attempts),
      KafkaBatchInfo: {
        batchSize: 1,
        ...context.origin,
        payloadSize: Buffer.byteLength(event),
        recordInfo: { offset: String(record.offset), timestamp: time(record.timestampMs) },
      },
      payload: JSON.parse(event) as unknown,
    });
    return { key: record.key, value };
  });
}
