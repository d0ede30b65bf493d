/** Compares everything that is kept of one shard with its recount. */
import type { LogRecord } from '../pipeline/core/event';
import { holdsSite, isOfSpan } from './audit-filter';
import { membersOf, numberIn } from './audited-range';
import { compareBuckets, compareSeconds, type ShardPair } from './compare-buckets';
import { compareDue } from './compare-due';
import { compareLedger } from './compare-ledger';
import { compareSite } from './compare-site';
import type { Comparison } from './comparison';
import { recordDigest } from './digests';
import type { Scratch } from './scratch';

/** The records by which the shard knows its log: another one means another log. */
function compareRecord(
  comparison: Comparison,
  { stored: { state } }: ShardPair,
  name: 'last' | 'checked',
  record: LogRecord | undefined,
): void {
  if (record === undefined || !state.has(`${name}Offset`)) return;
  const atMs = numberIn(state, `${name}Timestamp`);
  const digest = state.get(`${name}Digest`);
  const expected = recordDigest(record.value);
  const isOffsetRight = record.offset === numberIn(state, `${name}Offset`);
  const isAnother = record.timestampMs !== atMs && expected !== digest;
  comparison.count('ledger', 3);
  if (!isOffsetRight || isAnother) {
    comparison.differ(
      `state ${name}Offset`,
      isAnother ? 'another record' : record.offset,
      state.get(`${name}Offset`),
    );
  } else if (record.timestampMs !== atMs) {
    comparison.differ(`state ${name}Timestamp`, record.timestampMs, atMs);
  } else if (expected !== digest) {
    comparison.differ(`state ${name}Digest`, expected, digest);
  }
}

async function compareWhole(comparison: Comparison, scratch: Scratch, pair: ShardPair): Promise<void> {
  const { stored, recount, filter, range } = pair;
  for (const name of stored.strange) comparison.differ(`key ${name}`, undefined, 'there');
  const storedSites = membersOf(stored, 'sites');
  const sites = new Set([...storedSites, ...recount.sites.keys()]);
  if (filter.site === undefined) {
    compareLedger(comparison, pair);
    compareRecord(comparison, pair, 'last', recount.last);
    compareRecord(comparison, pair, 'checked', recount.checked);
    compareDue(comparison, stored);
  }
  for (const siteId of sites) {
    if (!holdsSite(filter, siteId)) continue;
    const inLog = recount.sites.has(siteId);
    // A site may have been counted from what the log no longer holds.
    if (inLog || range.isComplete) {
      comparison.equal('sites', `site ${siteId}`, Number(inLog), Number(storedSites.has(siteId)));
    }
    await compareSite(comparison, scratch, pair, siteId);
  }
}

export async function compareShard(comparison: Comparison, scratch: Scratch, pair: ShardPair): Promise<void> {
  if (!isOfSpan(pair.filter)) await compareWhole(comparison, scratch, pair);
  await compareBuckets(comparison, scratch, pair);
  compareSeconds(comparison, pair);
}
