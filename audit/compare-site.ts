/** Compares what a shard keeps of a site beside its buckets: all-time counts, last-seen times, newest events. */
import { hashOf, scoresOf } from './audited-range';
import { compareCounts, type ShardPair } from './compare-buckets';
import { compareFeed } from './compare-feed';
import { compareValues } from './compare-values';
import { compareVisitors } from './compare-visitors';
import type { Comparison } from './comparison';
import { newBucket } from './recount-bucket';
import { allTimePagesMax, DIMENSION_CODES, lastSeenKeptMs, lastSeenMax } from './rules';
import type { Scratch } from './scratch';
import type { SiteRecount } from './site-recount';

async function compareAllTime(
  comparison: Comparison,
  scratch: Scratch,
  pair: ShardPair,
  siteId: string,
  site: SiteRecount | undefined,
): Promise<void> {
  const bucket = site?.allTime ?? newBucket();
  const name = `all:${siteId}`;
  const fields = hashOf(pair.stored, name);
  const cell = `all time ${siteId}`;
  compareCounts(comparison, pair, cell, bucket, fields);
  await compareVisitors(
    comparison,
    scratch,
    pair.stored,
    { cell, name, fields, digests: site?.digests ?? [], isClosed: false, keepsRegisters: true },
    bucket,
  );
  const pages = bucket.values.get(DIMENSION_CODES.pages) ?? new Map<string, number>();
  const stored = hashOf(pair.stored, `pages:${siteId}`);
  compareValues(
    comparison,
    'all-time pages',
    `${cell} page`,
    DIMENSION_CODES.pages,
    pages,
    stored,
    allTimePagesMax,
  );
}

function compareLastSeen(
  comparison: Comparison,
  { range, stored }: ShardPair,
  siteId: string,
  site: SiteRecount | undefined,
): void {
  const sinceMs = range.logTimeMs - lastSeenKeptMs;
  if (sinceMs < range.fromMs) {
    comparison.skip('last-seen times from before the start of the log');
    return;
  }
  const log: [string, number][] = [];
  for (const [visitor, atMs] of site?.lastSeen ?? []) {
    if (atMs >= sinceMs) log.push([site?.digests[visitor] as string, atMs]);
  }
  log.sort(([a, aMs], [b, bMs]) => bMs - aMs || (a < b ? 1 : -1));
  // A commit works off a bounded part of what is due: what has expired may still be there.
  const store = [...scoresOf(stored, `live:${siteId}`)].filter(([, atMs]) => atMs >= sinceMs);
  comparison.equalMaps(
    'last seen',
    `last seen ${siteId}`,
    new Map(log.slice(0, lastSeenMax)),
    new Map(store),
  );
}

export async function compareSite(
  comparison: Comparison,
  scratch: Scratch,
  pair: ShardPair,
  siteId: string,
): Promise<void> {
  const site = pair.recount.sites.get(siteId);
  if (pair.range.isComplete) await compareAllTime(comparison, scratch, pair, siteId, site);
  else comparison.skip('numbers of all time, which need the whole log');
  compareLastSeen(comparison, pair, siteId, site);
  compareFeed(comparison, pair, siteId, site);
}
