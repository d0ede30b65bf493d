/** The oracle of `npm run faults -- poison` against validation: two readings of docs/counting.md that share no code. */
import { createHash } from 'node:crypto';
import { type Fate, FateTally, type Reason, rejectedFor } from '../../faults/poison/fate';
import { FIELD_DEFECTS } from '../../faults/poison/field-defects';
import { POISON_SITES, type Specimen, Specimens } from '../../faults/poison/specimens';
import type { Verdict } from '../../pipeline/core/event';
import { REJECTION_REASONS } from '../../pipeline/core/rejection';
import { judgeRecords } from '../../pipeline/core/validation';
import { NOON_MS, TEST_NONCE } from '../support/build-event';

const sites = { listed: new Set<string>(POISON_SITES), defaultSite: POISON_SITES[0] };
const batchSize = 250;

function specimensOf(seed: number, count: number): Specimen[] {
  const specimens = new Specimens(seed);
  return Array.from({ length: count }, () => specimens.next(NOON_MS));
}

/** In batches, so that broken values stand beside good ones. */
function judge(specimens: readonly Specimen[]): Verdict[] {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < specimens.length; from += batchSize) {
    const records = specimens
      .slice(from, from + batchSize)
      .map(({ value }, i) => ({ offset: from + i, timestampMs: NOON_MS, value }));
    verdicts.push(...judgeRecords(records, sites, TEST_NONCE).map(({ verdict }) => verdict));
  }
  return verdicts;
}

function digestOf({ key, value, headers, fate }: Specimen): string {
  const hash = createHash('sha256').update(JSON.stringify([headers, fate]));
  for (const part of [key, value]) hash.update(part === null ? '(none)' : part).update(';');
  return hash.digest('hex');
}

/** As far as a record tells by itself: whether it is a duplicate or late is not its own doing. */
function toldFate(fate: Fate): string {
  if (fate.kind === 'rejected') return `${fate.reason} ${fate.field}`;
  return fate.kind === 'counted' ? `event ${fate.type}` : fate.kind;
}

function toldVerdict(verdict: Verdict): string {
  if (verdict.kind === 'rejected') return `${verdict.reason} ${verdict.field}`;
  if (verdict.kind === 'heartbeat' || verdict.kind === 'summary') return verdict.kind;
  return verdict.event.context.isBot ? 'bot' : `event ${verdict.event.type}`;
}

test.each([1, 2, 3, 4])('every record becomes what its maker says, seed %d', (seed) => {
  const specimens = specimensOf(seed, 2_000);
  const verdicts = judge(specimens);
  const wrong = specimens
    .map(({ fate, value }, i) => ({ fate, value, verdict: verdicts[i] as Verdict }))
    .filter(({ fate, verdict }) =>
      fate.kind === 'duplicate' ? verdict.kind !== 'event' : toldFate(fate) !== toldVerdict(verdict),
    )
    .map(
      ({ fate, verdict, value }) =>
        `${toldFate(fate)}, told ${toldVerdict(verdict)}: ${String(value).slice(0, 300)}`,
    );
  expect(wrong).toEqual([]);
});

test('every reason that a record can give comes, and every defect of a field', () => {
  const fates = specimensOf(5, 8_000).map(({ fate }) => fate);
  const rejected = fates.filter((fate) => fate.kind === 'rejected');
  expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
    new Set(REJECTION_REASONS.filter((reason) => reason !== 'unprocessable')),
  );
  const came = new Set(rejected.map((fate) => toldFate(fate)));
  const never = FIELD_DEFECTS.map(({ reason, field }) => toldFate(rejectedFor(reason, field)));
  expect(never.filter((told) => !came.has(told))).toEqual([]);
});

test('good records, duplicates, late and skewed ones stand between the bad ones', () => {
  const tally = new FateTally();
  for (const { fate } of specimensOf(6, 2_000)) tally.add(fate);
  for (const term of ['views', 'events', 'bots', 'heartbeats', 'duplicates', 'late', 'skewed'])
    expect(tally.terms.get(term)).toBeGreaterThan(10);
  const rejected = [...tally.terms].filter(([term]) => term.startsWith('rejected:'));
  const sum = [
    ...rejected,
    ...['counted', 'bots', 'heartbeats', 'duplicates'].map((t) => [t, tally.terms.get(t)]),
  ];
  expect(sum.reduce((total, [, count]) => total + Number(count), 0)).toBe(2_000);
});

test('the same seed gives the same records', () => {
  const digestsOf = (seed: number) => specimensOf(seed, 500).map(digestOf);
  expect(digestsOf(7)).toEqual(digestsOf(7));
  expect(digestsOf(8)).not.toEqual(digestsOf(7));
});

test('the closed list is that of the product, in its order', () => {
  const reasons: Record<Reason, true> = {
    empty_value: true,
    too_large: true,
    malformed_json: true,
    not_an_object: true,
    unsupported_version: true,
    unknown_type: true,
    missing_field: true,
    field_too_long: true,
    bad_revenue: true,
    bad_engagement: true,
    bad_summary: true,
    bad_timestamp: true,
    unknown_site: true,
  };
  expect([...Object.keys(reasons), 'unprocessable']).toEqual(REJECTION_REASONS);
});
