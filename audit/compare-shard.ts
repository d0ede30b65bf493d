/** Compares everything that is kept of one shard with its recount. */
import { auditedRange, membersOf } from './audited-range';
import { compareBuckets, compareSeconds, type ShardPair } from './compare-buckets';
import { compareLedger } from './compare-ledger';
import { compareSite } from './compare-site';
import { Comparison } from './comparison';
import type { Scratch } from './scratch';
import type { ShardRecount } from './shard-recount';
import type { StoredShard } from './stored-shard';

export async function compareShard(
  scratch: Scratch,
  recount: ShardRecount,
  stored: StoredShard,
  partitionCount: number,
  logEnd: number,
): Promise<Comparison> {
  const comparison = new Comparison(stored.partition);
  const pair: ShardPair = { recount, stored, range: auditedRange(recount, stored), partitionCount };
  for (const name of stored.strange) comparison.differ(`key ${name}`, undefined, 'there');
  if (recount.plan.next > logEnd) {
    comparison.differ('next', `ends at ${logEnd}`, recount.plan.next);
    return comparison;
  }
  compareLedger(comparison, pair);
  const storedSites = membersOf(stored, 'sites');
  const sites = new Set([...storedSites, ...recount.sites.keys()]);
  for (const siteId of sites) {
    const inLog = recount.sites.has(siteId);
    // A site may have been counted from what the log no longer holds.
    if (inLog || pair.range.isComplete) {
      comparison.equal('sites', `site ${siteId}`, Number(inLog), Number(storedSites.has(siteId)));
    }
    await compareSite(comparison, scratch, pair, siteId);
  }
  await compareBuckets(comparison, scratch, pair);
  compareSeconds(comparison, pair);
  return comparison;
}
