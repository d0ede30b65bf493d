/** Compares the shard's state: the ledger, its sum, log times, the marks of messageIds, the newest rejections. */
import { numberIn } from './audited-range';
import type { ShardPair } from './compare-buckets';
import type { Comparison } from './comparison';
import { markDigest } from './digests';
import { duplicateReachMs, markSliceMs, markSlicesHeld, rejectsMax } from './rules';

const terms = ['counted', 'bots', 'heartbeats', 'duplicates', 'late', 'skewed'];
const rejectedPrefix = 'rejected:';
/** Times and marks that the log tells only where it is whole, or not at all. */
const otherFields = new Set([
  'schema',
  'start',
  'next',
  'logTime',
  'startedAt',
  'heartbeatAt',
  'newestEventAt',
  'empty',
  'lost',
  'torn',
]);

/** Every offset up to `next` is a record of some kind, holds none, or was lost: holds for any shard, whatever the log. */
function compareSum(comparison: Comparison, state: ReadonlyMap<string, string>): void {
  const rejected = [...state.keys()].filter((field) => field.startsWith(rejectedPrefix));
  const sum = ['counted', 'bots', 'heartbeats', 'duplicates', ...rejected].reduce(
    (total, field) => total + numberIn(state, field),
    0,
  );
  const consumed =
    numberIn(state, 'next') - numberIn(state, 'start') - numberIn(state, 'empty') - numberIn(state, 'lost');
  comparison.equal('ledger', 'ledger consumed (next - start - empty - lost) = sum of terms', consumed, sum);
}

function compareTerms(comparison: Comparison, { recount, stored }: ShardPair): void {
  const { state } = stored;
  const rejected = new Set(
    [...state.keys(), ...recount.ledger.keys()].filter((field) => field.startsWith(rejectedPrefix)),
  );
  for (const term of [...terms, ...rejected]) {
    comparison.equal('ledger', `ledger ${term}`, recount.ledger.get(term) ?? 0, numberIn(state, term));
  }
  const empty = recount.plan.next - recount.plan.from - recount.records;
  comparison.equal('ledger', 'ledger empty', empty, numberIn(state, 'empty'));
  const timeIn = (field: string): number | undefined =>
    state.has(field) ? numberIn(state, field) : undefined;
  comparison.equal('ledger', 'ledger newestEventAt', recount.newestEventAtMs, timeIn('newestEventAt'));
  comparison.equal('ledger', 'ledger heartbeatAt', recount.heartbeatAtMs, timeIn('heartbeatAt'));
}

function compareMarks(comparison: Comparison, { recount, stored, range }: ShardPair): void {
  const newest = Math.floor(range.logTimeMs / markSliceMs);
  const slices = new Set([...recount.marks.keys()].filter((slice) => newest - slice <= markSlicesHeld));
  for (const name of stored.values.keys()) {
    if (name.startsWith('marks:') && newest - Number(name.slice(6)) <= markSlicesHeld)
      slices.add(Number(name.slice(6)));
  }
  for (const slice of slices) {
    if (!range.isComplete && slice * markSliceMs < (recount.firstLogTimeMs ?? 0) + duplicateReachMs) {
      comparison.skip('slices of marks near the start of the log');
      continue;
    }
    const log = [...(recount.marks.get(slice) ?? [])].map((identity) => {
      const [siteId = '', ...rest] = identity.split('\0');
      return markDigest(siteId, rest.join('\0'));
    });
    const value = stored.values.get(`marks:${slice}`);
    const store = value?.type === 'set' ? value.members : new Set<string>();
    comparison.equalSets('marks', `mark of slice ${slice}`, new Set(log), store);
  }
}

function compareRejects(comparison: Comparison, { recount, stored }: ShardPair): void {
  const value = stored.values.get('rejects');
  const isHeld = (row: string): boolean => Number(row.split('|')[0]) >= recount.plan.from;
  const store = (value?.type === 'list' ? value.items : []).filter(isHeld);
  const log = recount.rejections.slice(-rejectsMax).reverse();
  const rows = (items: readonly string[]): Map<string, string> =>
    new Map(items.map((item, i) => [`${i + 1}`, item]));
  comparison.equalMaps('rejects', 'newest rejection', rows(log), rows(store));
}

export function compareLedger(comparison: Comparison, pair: ShardPair): void {
  const { recount, stored, range } = pair;
  compareSum(comparison, stored.state);
  if (recount.records > 0) {
    comparison.equal('ledger', 'ledger logTime', recount.logTimeMs, range.logTimeMs);
  }
  if (range.isComplete) compareTerms(comparison, pair);
  else comparison.skip('ledgers, which need the whole log');
  for (const field of stored.state.keys()) {
    const isKnown = terms.includes(field) || otherFields.has(field) || field.startsWith(rejectedPrefix);
    if (!isKnown) comparison.differ(`state ${field}`, undefined, 'a field that nothing writes');
  }
  if (stored.state.has('torn')) comparison.differ('state torn', undefined, 'a commit broke off half-way');
  compareMarks(comparison, pair);
  compareRejects(comparison, pair);
}
