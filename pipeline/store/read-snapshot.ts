/** One snapshot out of the readings of all shards. Sums over dimensions are kept from one snapshot to the next (DimensionTally). */
import { DIMENSION_NAMES, type Dimension } from '../core/dimensions';
import { freshnessOf, measureLag } from '../core/freshness';
import { type DimensionCounts, DimensionTally } from '../core/merge-dimensions';
import { mergeFeeds } from '../core/merge-feed';
import { earliest, latest, listStopped, mergeLedgers, type ShardState } from '../core/merge-ledger';
import type { DashboardSnapshot, SeriesPoint, SnapshotWindow, Top, ValueCount } from '../core/snapshot';
import type { WindowPlan } from '../core/window';
import { BoundedCache } from './read-cache';
import { readLiveVisitors } from './read-live';
import { ALL_TIME, namesOf } from './read-plan';
import { type ShardReading, secondsInRate } from './read-shard';
import { readVisitorSeries, sumSeries } from './read-timeseries';
import type { VisitorReader } from './read-visitors';
import type { RedisClient } from './redis-client';

export interface SnapshotQuestion {
  readonly site: string;
  readonly sites: readonly string[];
  readonly window: SnapshotWindow;
  readonly plan: WindowPlan;
  readonly nowMs: number;
}

/** Values of a dimension that are shown before "(other)". */
const topMax = 10;
const allTimePagesShownMax = 100;
/** Sums that are kept: one a site and window that somebody looks at. */
const talliesMax = 24;

const terms = ['views', 'events', 'bots'] as const;
type Terms = Readonly<Record<(typeof terms)[number], number>>;

function sumOver(readings: readonly ShardReading[], names: readonly string[]): Terms {
  const sums = { views: 0, events: 0, bots: 0 };
  for (const { cells } of readings) {
    for (const name of names) {
      for (const term of terms) sums[term] += cells.get(name)?.counts[term] ?? 0;
    }
  }
  return sums;
}

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

function shardCells(readings: readonly ShardReading[], names: readonly string[]) {
  return readings.map(({ tag, cells }) => ({ tag, cells: names.flatMap((name) => cells.get(name) ?? []) }));
}

/** What is of the whole pipeline, whichever site is asked for. */
function mergePipeline(states: readonly ShardState[], nowMs: number) {
  const { lagMs, lagFrom } = measureLag(states, nowMs);
  return {
    asOf: new Date(nowMs).toISOString(),
    newestEventAt: isoOrNull(latest(states.map(({ newestEventAtMs }) => newestEventAtMs))),
    freshness: freshnessOf(lagMs),
    lag: lagMs,
    lagFrom,
    ledger: mergeLedgers(states),
    stopped: listStopped(states),
    countingSince: isoOrNull(earliest(states.map(({ startedAtMs }) => startedAtMs))),
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

  async merge(question: SnapshotQuestion, readings: readonly ShardReading[]): Promise<DashboardSnapshot> {
    const { site, sites, window, plan, nowMs } = question;
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
      this.mergeSeries(question, readings),
    ]);
    const byLive = plan.live === 'last5m' ? last5m : last30m;
    const totals = sumOver(readings, [ALL_TIME]);
    return {
      site,
      sites,
      window,
      ...mergePipeline(
        readings.flatMap(({ state }) => state ?? []),
        nowMs,
      ),
      visitors: { last5m, last30m },
      viewsPerSecond: readings.reduce((sum, { recentViews }) => sum + recentViews, 0) / secondsInRate,
      inWindow: { ...sumOver(readings, totalsNames), visitors: windowVisitors ?? byLive },
      totals: { ...totals, visitors: allVisitors, pages: this.mergePages(site, readings, totals.views) },
      top: this.mergeTop(`${site} ${window}`, readings, totalsNames),
      series,
      feed: mergeFeeds(readings.flatMap(({ feed }) => feed)),
    };
  }

  private async mergeSeries(
    { site, plan }: SnapshotQuestion,
    readings: readonly ShardReading[],
  ): Promise<SeriesPoint[]> {
    const visitors = await readVisitorSeries(this.visitors, site, plan.series, readings);
    const [views, events, bots] = terms.map((term) => sumSeries(plan.series, readings, term));
    return plan.series.startsMs.map((startMs, i) => ({
      at: new Date(startMs).toISOString(),
      views: views?.[i] ?? 0,
      events: events?.[i] ?? 0,
      bots: bots?.[i] ?? 0,
      visitors: visitors[i] as SeriesPoint['visitors'],
    }));
  }

  private tallyOf(name: string): DimensionTally {
    const known = this.tallies.get(name);
    if (known !== undefined) return known;
    const tally = new DimensionTally();
    this.tallies.set(name, tally);
    return tally;
  }

  private mergeTop(name: string, readings: readonly ShardReading[], names: readonly string[]): Top {
    const tally = this.tallyOf(name);
    tally.hold(partsOf(readings, names));
    const top = {} as Record<Dimension, readonly ValueCount[]>;
    for (const dimension of DIMENSION_NAMES) top[dimension] = tally.top(dimension, topMax);
    return top;
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
