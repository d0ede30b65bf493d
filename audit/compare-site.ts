/** Compares what a shard keeps of a site beside its buckets: all-time counts, last-seen times, newest events. */
import type { AuditBase } from './audit-base';
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
  base: AuditBase,
): Promise<void> {
  const site = pair.recount.sites.get(siteId);
  const bucket = site?.allTime ?? newBucket();
  const name = `all:${siteId}`;
  const fields = hashOf(pair.stored, name);
  const cell = `all time ${siteId}`;
  const isWhole = pair.range.isComplete;
  compareCounts(comparison, pair, cell, bucket, fields, base.fields(name));
  await compareVisitors(
    comparison,
    scratch,
    pair.stored,
    { cell, name, fields, isClosed: false, keepsRegisters: true, isWhole },
    bucket,
  );
  const before = base.fields(`pages:${siteId}`);
  compareValues(comparison, {
    kind: 'all-time pages',
    cell: `${cell} page`,
    code: DIMENSION_CODES.pages,
    log: bucket.values.get(DIMENSION_CODES.pages) ?? new Map(),
    before,
    fields: hashOf(pair.stored, `pages:${siteId}`),
    valuesMax: allTimePagesMax,
  });
}

function compareLastSeen(
  comparison: Comparison,
  { range, stored }: ShardPair,
  siteId: string,
  site: SiteRecount | undefined,
): void {
  const sinceMs = range.logTimeMs - lastSeenKeptMs;
  if (sinceMs < Math.max(range.fromMs, range.carriedUntilMs)) {
    comparison.skip('last-seen times from before the start of the log');
    return;
  }
  const log: [string, number][] = [];
  for (const [visitor, atMs] of site?.lastSeen ?? []) {
    if (atMs >= sinceMs) log.push([String(visitor), atMs]);
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
  const { base } = pair.range;
  if (base !== undefined) await compareAllTime(comparison, scratch, pair, siteId, base);
  else comparison.skip('numbers of all time, which need the whole log, or a base');
  compareLastSeen(comparison, pair, siteId, site);
  compareFeed(comparison, pair, siteId, site);
}
