/**
 * Why the edge (collector) did not write an event to the topic, or some part of it: a closed list. To add a reason, add a row here; ledger, API and
 * page take it from this table. Such events leave one summary record a second and reason, so that their number is counted, and
 * survives whatever the edge does not.
 */
export const EDGE_REASONS = {
  unknown_key: 'The key is none of a known site, or there is none.',
  origin_not_allowed: 'The site does not take events from pages of this origin.',
  rate_limited: 'More events than the site, or the address, may send.',
  too_large: 'The body, compressed or not, is larger than is taken.',
  bad_encoding: 'The body says that it is compressed, and is not, or its text is no UTF-8.',
  malformed_body: 'The body is not what the endpoint reads: no JSON, nested too deep, or no object.',
  bad_event: 'A field that is needed is absent, or a value is none that could be counted.',
  opted_out:
    'The visitor asks not to be counted (Global Privacy Control, Do Not Track), where this is respected.',
  bot_filtered: 'A bot, where bots are left out instead of counted apart.',
  revenue_left_out:
    'An amount that is none from 0 to 1e9, or of no currency of ISO 4217: its event was written, without it.',
  unsupported: 'A call that is taken and means no event: identify, group, alias.',
  resent: 'The same request again, without ids, after an answer that could not be delivered.',
  unknown_path: 'A request to a path or with a method that nothing here listens to.',
  malformed_request: 'What came over the connection is no HTTP request, or its headers are too large.',
  aborted: 'The sender left before the request was complete.',
  timed_out: 'The request was not complete in time.',
  overloaded: 'Kafka was slow or away, or too much was under way: the sender was told to try again.',
  not_through_front: 'The request came around the proxy in front of the collector, and so past its firewall.',
} as const;

export type EdgeReason = keyof typeof EDGE_REASONS;

export const EDGE_REASON_NAMES = Object.keys(EDGE_REASONS) as readonly EdgeReason[];

export function isEdgeReason(reason: unknown): reason is EdgeReason {
  return typeof reason === 'string' && Object.hasOwn(EDGE_REASONS, reason);
}

/** A summary as it lies on the topic, without key. `messageId`: a new one for each; written again with the same it counts once. */
export function edgeSummaryValue(messageId: string, reason: EdgeReason, count: number): string {
  return JSON.stringify({ v: 1, type: 'edge', messageId, reason, count });
}
