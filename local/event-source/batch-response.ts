/**
 * Reads what a function answers where partial batch responses are on
 * (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html):
 * `{ "batchItemFailures": [ { "itemIdentifier": { "partition": "clicks-0", "offset": 100 } } ] }`.
 *
 * Nothing, null, `{}`, and a list that is absent, null or empty say that everything succeeded. An item that names no delivered
 * record, or is of another shape, makes the whole batch a failure: what was meant cannot be known.
 */
import type { PlannedRecord, Verdict } from './delivery-plan';

export type BatchResponse =
  | Extract<Verdict, { kind: 'done' | 'items_failed' }>
  | { readonly kind: 'malformed'; readonly reason: string };

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(reason: string): BatchResponse {
  return { kind: 'malformed', reason: `malformed batch response: ${reason}` };
}

/** `delivered`: the records of the invocation. `topic`: theirs. */
export function readBatchResponse(
  responseText: string,
  topic: string,
  delivered: readonly PlannedRecord[],
): BatchResponse {
  let response: unknown;
  try {
    response = responseText === '' ? null : JSON.parse(responseText);
  } catch {
    return malformed('no JSON');
  }
  if (response === null) return { kind: 'done' };
  if (!isObject(response)) return malformed('not an object');
  const items = response.batchItemFailures ?? [];
  if (!Array.isArray(items)) return malformed('batchItemFailures is not a list');
  if (items.length === 0) return { kind: 'done' };
  return readItems(items, topic, delivered);
}

function readItems(
  items: readonly unknown[],
  topic: string,
  delivered: readonly PlannedRecord[],
): BatchResponse {
  const known = new Map<string, PlannedRecord>();
  for (const record of delivered) known.set(`${topic}-${record.partition} ${record.offset}`, record);
  const failures = new Map<number, Set<number>>();
  for (const item of items) {
    const identifier = isObject(item) ? item.itemIdentifier : undefined;
    if (!isObject(identifier)) return malformed('an item without an itemIdentifier of partition and offset');
    const { partition, offset } = identifier;
    if (typeof partition !== 'string' || typeof offset !== 'number') {
      return malformed('an itemIdentifier without the text partition and the number offset');
    }
    const record = known.get(`${partition} ${offset}`);
    if (record === undefined) return malformed('an itemIdentifier that names no record of the batch');
    const offsets = failures.get(record.partition) ?? new Set();
    failures.set(record.partition, offsets.add(record.offset));
  }
  return { kind: 'items_failed', failures };
}
