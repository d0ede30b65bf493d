/** Records that the pipeline must reject: one row for each reason that a record itself can give. */
import { eventBytesMax, eventNameCharsMax } from '../../pipeline/core/limits';
import type { RejectionReason } from '../../pipeline/core/rejection';
import type { Weighted } from './random';

export interface BadRecord {
  readonly reason: RejectionReason;
  /** From a good page view, the value that is written. */
  readonly spoil: (good: string) => string | null;
}

function changed(good: string, change: (event: Record<string, unknown>) => void): string {
  const event = JSON.parse(good) as Record<string, unknown>;
  change(event);
  return JSON.stringify(event);
}

/** `unprocessable` is missing: no record can ask for it. */
export const BAD_RECORDS: Weighted<BadRecord> = [
  [{ reason: 'empty_value', spoil: () => null }, 1],
  [
    { reason: 'too_large', spoil: (good) => changed(good, (e) => (e.padding = 'x'.repeat(eventBytesMax))) },
    0.2,
  ],
  [{ reason: 'malformed_json', spoil: (good) => good.slice(0, -10) }, 2],
  [{ reason: 'not_an_object', spoil: (good) => JSON.stringify([good.length]) }, 1],
  [{ reason: 'unsupported_version', spoil: (good) => changed(good, (e) => (e.v = 2)) }, 1],
  [{ reason: 'unknown_type', spoil: (good) => changed(good, (e) => (e.type = 'identify')) }, 2],
  [{ reason: 'missing_field', spoil: (good) => changed(good, (e) => delete e.anonymousId) }, 2],
  [{ reason: 'field_too_long', spoil: (good) => changed(good, lengthenEventName) }, 1],
  [{ reason: 'bad_revenue', spoil: (good) => changed(good, spoilRevenue) }, 1],
  [{ reason: 'bad_engagement', spoil: (good) => changed(good, spoilEngagement) }, 1],
  [
    {
      reason: 'bad_summary',
      spoil: (good) => changed(good, (e) => Object.assign(e, { type: 'edge', count: 0 })),
    },
    0.5,
  ],
  [{ reason: 'bad_timestamp', spoil: (good) => changed(good, (e) => (e.timestamp = 'yesterday')) }, 1],
  [{ reason: 'unknown_site', spoil: (good) => changed(good, (e) => (e.siteId = 'not-ours')) }, 2],
];

function spoilRevenue(event: Record<string, unknown>): void {
  event.type = 'page';
  Object.assign(event.properties as object, { revenue: { amount: '12,50', currency: 'EUR' } });
}

function spoilEngagement(event: Record<string, unknown>): void {
  event.type = 'engagement';
  Object.assign(event.properties as object, { engagedMs: -1 });
}

function lengthenEventName(event: Record<string, unknown>): void {
  event.type = 'track';
  event.event = 'x'.repeat(eventNameCharsMax + 1);
}
