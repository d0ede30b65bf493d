/** Compares everything that is kept of one shard with its recount. */
import { holdsSite, isOfSpan } from './audit-filter';
import { membersOf, numberIn } from './audited-range';
import { compareBuckets, compareSeconds, type ShardPair } from './compare-buckets';
import { compareDue } from './compare-due';
import { compareLedger } from './compare-ledger';
import { compareSite } from './compare-site';
import type { Comparison } from './comparison';
import { recordDigest } from './digests';
import type { Scratch } from './scratch';

/** The newest committed record: another one means another log. */
function compareLast(comparison: Comparison, { recount, stored }: ShardPair): void {
  const { last, plan } = recount;
  if (last === undefined || last.offset !== plan.next - 1) return;
  if (stored.state.has('lastTimestamp')) {
    const held = numberIn(stored.state, 'lastTimestamp');
    comparison.equal('ledger', 'state lastTimestamp', last.timestampMs, held);
  }
  const digest = stored.state.get('lastDigest');
  if (digest !== undefined) {
    comparison.equal('ledger', 'state lastDigest', recordDigest(last.value), digest);
  }
}

async function compareWhole(comparison: Comparison, scratch: Scratch, pair: ShardPair): Promise<void> {
  const { stored, recount, filter, range } = pair;
  for (const name of stored.strange) comparison.differ(`key ${name}`, undefined, 'there');
  const storedSites = membersOf(stored, 'sites');
  const sites = new Set([...storedSites, ...recount.sites.keys()]);
  if (filter.site === undefined) {
    compareLedger(comparison, pair);
    compareLast(comparison, pair);
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
