/** What a client hears when nothing of its request was taken. */
import { EDGE_REASONS, type EdgeReason } from '../pipeline/core/edge-reason';

/** Never 429, which some clients take for the end: who shall come again gets 503. 4xx: the same request will not do. */
export const STATUS: Readonly<Record<EdgeReason, number>> = {
  unknown_key: 401,
  origin_not_allowed: 403,
  not_through_front: 403,
  rate_limited: 503,
  too_large: 413,
  bad_encoding: 400,
  malformed_body: 400,
  bad_event: 400,
  opted_out: 200,
  bot_filtered: 200,
  revenue_left_out: 200,
  unsupported: 200,
  resent: 200,
  unknown_path: 404,
  malformed_request: 400,
  aborted: 400,
  timed_out: 408,
  overloaded: 503,
};

/** Kafka is back within seconds, or not for longer: then clients wait longer each time by themselves. */
export const retryAfterSeconds = 2;

export function refusalBody(reason: EdgeReason, field?: string): string {
  const message = EDGE_REASONS[reason];
  return JSON.stringify(field === undefined ? { error: reason, message } : { error: reason, field, message });
}
