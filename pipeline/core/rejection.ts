/**
 * Why a record is not counted: a closed list. To add a reason, add a row here and a case to validation.ts;
 * ledger, API and page take it from this table.
 */
export const REJECTIONS = {
  empty_value: 'The record has no value (a tombstone).',
  too_large: 'The value is larger than 32 KB.',
  malformed_json: 'The value is not JSON.',
  not_an_object: 'The value is JSON, but not an object.',
  unsupported_version: '`v` is not 1.',
  unknown_type: '`type` is not page, track, engagement, heartbeat or edge.',
  missing_field: 'A field that is needed is absent or not a string.',
  field_too_long: 'A field is longer than its limit.',
  bad_revenue:
    '`properties.revenue` is no amount from 0 to 1e9 with at most three decimals, or its currency is not in ISO 4217.',
  bad_engagement: '`engagedMs` is no whole number of ms up to 24 h, or `scrolled` none from 0 to 100.',
  bad_summary:
    "The `reason` of the edge's summary is not one of its list, or `count` is no whole number from 1 to 1e9.",
  bad_timestamp: '`timestamp` or `receivedAt` is not an ISO-8601 time with a zone.',
  unknown_site: '`siteId` is not one of the sites that are counted.',
  unprocessable: 'Counting the record failed, by itself too. Repair alone gives it, validation never.',
} as const;

export type RejectionReason = keyof typeof REJECTIONS;

export const REJECTION_REASONS = Object.keys(REJECTIONS) as readonly RejectionReason[];
