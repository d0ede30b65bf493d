/** Compares the shard's state: the ledger, its sum, log times, the marks of messageIds, the newest rejections. */
import { membersOf, numberIn } from './audited-range';
import type { ShardPair } from './compare-buckets';
import type { Comparison } from './comparison';
import { ledgerTerms, rejectedPrefix } from './ledger-terms';
import {
  duplicateReachMs,
  markSliceMs,
  markSlicesHeld,
  rejectsMax,
  schemaVersion,
  schemaVersionBefore,
} from './rules';

/** Times, marks and digests that the log tells only where it is whole, or not at all. */
const otherFields = new Set([
  'schema',
  'start',
  'next',
  'logTime',
  'startedAt',
  'heartbeatAt',
  'newestEventAt',
  'lastOffset',
  'lastTimestamp',
  'lastDigest',
  'checkedOffset',
  'checkedTimestamp',
  'checkedDigest',
  'carriedUntil',
  'moved',
  'torn',
  'wrongLog',
]);

/** What each of them says of the shard: no count of it can be relied upon. */
const stops = { torn: 'a commit broke off half-way', wrongLog: 'the log is not the one that was counted' };

/** Every offset up to `next` is a record of some kind, holds none, or was lost: holds for any shard, whatever the log. */
function compareSum(comparison: Comparison, state: ReadonlyMap<string, string>): void {
  const rejected = [...state.keys()].filter((field) => field.startsWith(rejectedPrefix));
  const sum = ['counted', 'bots', 'heartbeats', 'summaries', 'duplicates', ...rejected].reduce(
    (total, field) => total + numberIn(state, field),
    0,
  );
  const consumed =
    numberIn(state, 'next') - numberIn(state, 'start') - numberIn(state, 'empty') - numberIn(state, 'lost');
  comparison.equal('ledger', 'ledger consumed (next - start - empty - lost) = sum of terms', consumed, sum);
}

function compareTerms(comparison: Comparison, { recount, stored, range }: ShardPair): void {
  const { state } = stored;
  const base = range.base?.fields('state') ?? new Map<string, number>();
  const terms = new Set([...ledgerTerms(state), ...ledgerTerms(recount.ledger), ...ledgerTerms(base)]);
  for (const term of terms) {
    if (term === 'empty' || term === 'lost') continue;
    const expected = (base.get(term) ?? 0) + (recount.ledger.get(term) ?? 0);
    comparison.equal('ledger', `ledger ${term}`, expected, numberIn(state, term));
  }
  const lostBefore = range.isComplete ? Math.max(0, recount.plan.from - numberIn(state, 'start')) : undefined;
  if (lostBefore !== undefined)
    comparison.equal('ledger', 'ledger lost', lostBefore, numberIn(state, 'lost'));
  const gaps = recount.plan.next - recount.plan.allTimeFrom - recount.recordsOfAllTime;
  const lostSince = lostBefore === undefined ? numberIn(state, 'lost') - (base.get('lost') ?? 0) : 0;
  const empty = (base.get('empty') ?? 0) + gaps - lostSince;
  comparison.equal('ledger', 'ledger empty', empty, numberIn(state, 'empty'));
}

/** The newest of all that was counted: what is older than the log cannot be newer than what is in it, but may be all there is. */
function compareTimes(comparison: Comparison, { recount, stored, range }: ShardPair): void {
  const { state } = stored;
  const compareTime = (field: string, log: number | undefined): void => {
    const isTold = range.isComplete || log !== undefined;
    if (!isTold) return;
    const held = state.has(field) ? numberIn(state, field) : undefined;
    const isOlder = !range.isComplete && held !== undefined && log !== undefined && held > log;
    if (isOlder) comparison.skip('newest times that may be from before the start of the log');
    else comparison.equal('ledger', `ledger ${field}`, log, held);
  };
  compareTime('newestEventAt', recount.newestEventAtMs);
  compareTime('heartbeatAt', recount.heartbeatAtMs);
  if (recount.records > 0) {
    comparison.equal('ledger', 'ledger logTime', recount.logTimeMs, range.logTimeMs);
  }
  // 0: the log was empty when repair made the shard.
  const startedAtMs = numberIn(state, 'startedAt');
  if (
    range.isComplete &&
    recount.plan.from === numberIn(state, 'start') &&
    recount.records > 0 &&
    startedAtMs > 0
  ) {
    comparison.equal('ledger', 'ledger startedAt', recount.firstLogTimeMs, startedAtMs);
  }
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
    const log = new Set(recount.marks.get(slice)?.hexes());
    comparison.equalSets('marks', `mark of slice ${slice}`, log, membersOf(stored, `marks:${slice}`));
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

/** Each counted event has its place in the histogram, whatever the wall clock said. */
function compareLatency(comparison: Comparison, { recount, stored, range }: ShardPair): void {
  if (!range.isComplete) return;
  const value = stored.values.get('latency');
  const bounds = value?.type === 'hash' ? [...value.fields.values()] : [];
  const events = bounds.reduce((sum, count) => sum + Number(count), 0);
  comparison.equal('ledger', 'latency events', recount.ledger.get('counted') ?? 0, events);
}

export function compareLedger(comparison: Comparison, pair: ShardPair): void {
  const { stored, range } = pair;
  const { state } = stored;
  const schema = numberIn(state, 'schema');
  const expected = schema === schemaVersionBefore ? schemaVersionBefore : schemaVersion;
  comparison.equal('ledger', 'state schema', expected, schema);
  for (const field of state.keys()) {
    const isKnown = otherFields.has(field) || ledgerTerms(state).includes(field);
    if (!isKnown) comparison.differ(`state ${field}`, undefined, 'a field that nothing writes');
  }
  for (const [field, meaning] of Object.entries(stops)) {
    if (state.has(field)) comparison.differ(`state ${field}`, undefined, meaning);
  }
  const before = comparison.differences.length;
  if (range.base === undefined) comparison.skip('ledgers, which need the whole log, or a base');
  else compareTerms(comparison, pair);
  // A term that is wrong is named; that the sum is wrong then as well is no difference of its own.
  if (comparison.differences.length === before) compareSum(comparison, state);
  compareTimes(comparison, pair);
  compareMarks(comparison, pair);
  compareRejects(comparison, pair);
  compareLatency(comparison, pair);
}
