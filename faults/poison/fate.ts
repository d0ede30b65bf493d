/**
 * What a record must become, as its maker knows: the oracle. Its rules are those of docs/events.md and docs/counting.md, written down
 * here once more; it shares no code with validation, so that an error of the one is no error of the other.
 */

/** The closed list of docs/events.md, in the order in which docs/counting.md checks. `unprocessable` no record can ask for. */
export type Reason =
  | 'empty_value'
  | 'too_large'
  | 'malformed_json'
  | 'not_an_object'
  | 'unsupported_version'
  | 'unknown_type'
  | 'missing_field'
  | 'field_too_long'
  | 'bad_revenue'
  | 'bad_engagement'
  | 'bad_summary'
  | 'bad_timestamp'
  | 'unknown_site';

export type Fate =
  | {
      readonly kind: 'counted';
      readonly type: 'page' | 'track';
      /** Too old for its minute. */
      readonly isLate: boolean;
      /** Dated in the future: counted at the time received. */
      readonly isSkewed: boolean;
    }
  | { readonly kind: 'bot' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'duplicate' }
  /** `field`: undefined where the record as a whole is wrong. */
  | { readonly kind: 'rejected'; readonly reason: Reason; readonly field?: string };

export const COUNTED_PAGE: Fate = { kind: 'counted', type: 'page', isLate: false, isSkewed: false };

export function rejectedFor(reason: Reason, field?: string): Fate {
  return field === undefined ? { kind: 'rejected', reason } : { kind: 'rejected', reason, field };
}

/** Sums of fates by term, named as the ledger and the all-time counts are named in Redis (docs/architecture.md). */
export class FateTally {
  readonly terms = new Map<string, number>();
  records = 0;

  add(fate: Fate): void {
    this.records += 1;
    for (const term of termsOf(fate)) this.terms.set(term, (this.terms.get(term) ?? 0) + 1);
  }
}

function termsOf(fate: Fate): readonly string[] {
  switch (fate.kind) {
    case 'rejected':
      return [`rejected:${fate.reason}`];
    case 'heartbeat':
      return ['heartbeats'];
    case 'duplicate':
      return ['duplicates'];
    case 'bot':
      return ['bots'];
    case 'counted':
      return [
        'counted',
        fate.type === 'page' ? 'views' : 'events',
        ...(fate.isLate ? ['late'] : []),
        ...(fate.isSkewed ? ['skewed'] : []),
      ];
  }
}
