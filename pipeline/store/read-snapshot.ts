/** One snapshot out of the readings of all shards. Sums over dimensions are kept from one snapshot to the next (DimensionTally). */
import { countingSince } from '../core/counting-since';
import { LABEL_NAMES } from '../core/dimensions';
import { freshnessOf, measureLag } from '../core/freshness';
import { type DimensionCounts, DimensionTally } from '../core/merge-dimensions';
import { mergeEngagedPages, mergeRevenue } from '../core/merge-extras';
import { mergeFeeds } from '../core/merge-feed';
import { latest, listStopped, mergeLedgers, type ShardState } from '../core/merge-ledger';
import { mergeProps } from '../core/merge-props';
import { type BuildingState, listRebuilding } from '../core/rebuild-progress';
import type { SeriesPlan } from '../core/series';
import type { AuditMark, DashboardSnapshot, SnapshotWindow, Top, ValueCount } from '../core/snapshot';
import type { WindowPlan } from '../core/window';
import { BoundedCache } from './read-cache';
import { readLiveVisitors } from './read-live';
import { ALL_TIME, namesOf } from './read-plan';
import { mergeSeries, shardCells, sumCounts } from './read-series';
import { type ShardReading, secondsInRate } from './read-shard';
import type { VisitorReader } from './read-visitors';
import type { RedisClient } from './redis-client';

export interface SnapshotQuestion {
  readonly site: string;
  readonly sites: readonly string[];
  readonly window: SnapshotWindow;
  readonly plan: WindowPlan;
  readonly curve: SeriesPlan;
  readonly audit: AuditMark | null;
  readonly nowMs: number;
}

/** Values of a dimension that are shown before "(other)". */
const topMax = 10;
const topNames: readonly (keyof Top)[] = [...LABEL_NAMES, 'outbound', 'downloads'];
const allTimePagesShownMax = 100;
/** Sums that are kept: one a site and window that somebody looks at. */
const talliesMax = 24;

/** Dimensions of the named cells of all shards, by a name for each part. */
function partsOf(readings: readonly ShardReading[], names: readonly string[]): Map<string, DimensionCounts> {
  const parts = new Map<string, DimensionCounts>();
  for (const { tag, cells } of readings) {
    for (const name of names) {
      const dimensions = cells.get(name)?.dimensions;
      if (dimensions === undefined) continue;
      if (dimensions.base.size > 0) parts.set(`${tag} ${name}`, dimensions.base);
      if (dimensions.likely !== undefined) parts.set(`${tag} ${name} gains`, dimensions.likely.gains);
    }
  }
  return parts;
}

function isoOrNull(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : new Date(timeMs).toISOString();
}

/** What is of the whole pipeline, whichever site is asked for. */
function mergePipeline(states: readonly ShardState[], building: readonly BuildingState[], nowMs: number) {
  const { lagMs, lagFrom } = measureLag(states, nowMs);
  const since = countingSince(states);
  return {
    asOf: new Date(nowMs).toISOString(),
    newestEventAt: isoOrNull(latest(states.map(({ newestEventAtMs }) => newestEventAtMs))),
    freshness: freshnessOf(lagMs),
    lag: lagMs,
    lagFrom,
    ledger: mergeLedgers(states),
    stopped: listStopped(states, nowMs),
    rebuilding: listRebuilding(states, building),
    countingSince: isoOrNull(since.wholeMs),
    partlySince: isoOrNull(since.partlyMs),
  };
}

export class SnapshotMerger {
  private readonly tallies = new BoundedCache<DimensionTally>(talliesMax);
  private readonly shownPages = new BoundedCache<readonly string[]>(talliesMax);

  constructor(
    private readonly redis: RedisClient,
    private readonly visitors: VisitorReader,
  ) {}

  /** Pages that were shown last: where there are too many to read all, these are read. */
  likelyPages(site: string): readonly string[] {
    return this.shownPages.get(site) ?? [];
  }

  async merge(
    question: SnapshotQuestion,
    readings: readonly (ShardReading & { readonly building: BuildingState | undefined })[],
  ): Promise<DashboardSnapshot> {
    const { site, sites, window, plan, nowMs, curve, audit } = question;
    const live = (of: 'last5m' | 'last30m') =>
      readLiveVisitors({ redis: this.redis, visitors: this.visitors, site, window: of, nowMs }, readings);
    const totalsNames = namesOf(plan.totals);
    const [last5m, last30m, allVisitors, windowVisitors, series] = await Promise.all([
      live('last5m'),
      live('last30m'),
      this.visitors.read(`${site} ${ALL_TIME}`, shardCells(readings, [ALL_TIME])),
      plan.live === undefined
        ? this.visitors.read(`${site} ${window}`, shardCells(readings, totalsNames))
        : undefined,
      mergeSeries({ visitors: this.visitors, site, nowMs }, curve, plan.totals, readings),
    ]);
    const byLive = plan.live === 'last5m' ? last5m : last30m;
    const totals = sumCounts(readings, [ALL_TIME]);
    return {
      site,
      sites,
      window,
      ...mergePipeline(
        readings.flatMap(({ state }) => state ?? []),
        readings.flatMap(({ building }) => building ?? []),
        nowMs,
      ),
      visitors: { last5m, last30m },
      viewsPerSecond: readings.reduce((sum, { recentViews }) => sum + recentViews, 0) / secondsInRate,
      inWindow: { ...sumCounts(readings, totalsNames), visitors: windowVisitors ?? byLive },
      totals: { ...totals, visitors: allVisitors, pages: this.mergePages(site, readings, totals.views) },
      ...this.mergeDimensions(`${site} ${window}`, readings, totalsNames),
      series,
      feed: mergeFeeds(readings.flatMap(({ feed }) => feed)),
      audit,
    };
  }

  private tallyOf(name: string): DimensionTally {
    const known = this.tallies.get(name);
    if (known !== undefined) return known;
    const tally = new DimensionTally();
    this.tallies.set(name, tally);
    return tally;
  }

  private mergeDimensions(
    name: string,
    readings: readonly ShardReading[],
    names: readonly string[],
  ): Pick<DashboardSnapshot, 'top' | 'engagedPages' | 'revenue' | 'props'> {
    const tally = this.tallyOf(name);
    tally.hold(partsOf(readings, names));
    const top = {} as Record<keyof Top, readonly ValueCount[]>;
    for (const dimension of topNames) top[dimension] = tally.top(dimension, topMax);
    return {
      top,
      engagedPages: mergeEngagedPages(tally),
      revenue: mergeRevenue(tally),
      props: mergeProps(tally),
    };
  }

  /** Each view has a page: what the shown ones do not account for is "(other)", even where pages were not all read anew. */
  private mergePages(site: string, readings: readonly ShardReading[], views: number): ValueCount[] {
    const tally = this.tallyOf(`${site} ${ALL_TIME}`);
    tally.hold(partsOf(readings, [ALL_TIME]));
    const pages = tally.top('pages', allTimePagesShownMax, views);
    this.shownPages.set(
      site,
      pages.filter(({ other }) => !other).map(({ value }) => value),
    );
    return pages;
  }
}
