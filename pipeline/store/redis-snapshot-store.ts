/**
 * What the page shows, out of Redis: the shards are read side by side (read-shard.ts) and merged by pure functions of core.
 * What is held between two answers is either true of the store whatever is committed meanwhile, or is asked anew; so an answer
 * is never older than its question.
 */
import { freshnessOf, measureLag } from '../core/freshness';
import { siteIdPattern } from '../core/limits';
import { listStopped, type ShardState } from '../core/merge-ledger';
import { listRebuilding } from '../core/rebuild-progress';
import { barPerBucket } from '../core/series';
import type { Comparison, DashboardSnapshot, Health, SnapshotWindow } from '../core/snapshot';
import type { Metric, Timeseries } from '../core/timeseries';
import { isCutByZone, planWindow } from '../core/window';
import { sitesKey } from './keys';
import { readBuilding } from './read-building';
import { CellReader } from './read-cells';
import { readTogether } from './read-commands';
import { readComparison } from './read-comparison';
import { allTimeCell, cellsOf, type WantedBucket, wantedForSeries, wantedForSnapshot } from './read-plan';
import { mergeRevenueSeries, readRevenue } from './read-revenue';
import { type CellsReading, ShardReader } from './read-shard';
import { SnapshotMerger } from './read-snapshot';
import { decodeState, stateCommands } from './read-state';
import { BadRangeError, mergeTimeseries, timeseriesRange } from './read-timeseries';
import { type ReadShard, Topology, type TopologyShard } from './read-topology';
import { VisitorReader } from './read-visitors';
import type { RedisClient } from './redis-client';
import { type ComparisonQuestion, type SnapshotStore, UnknownSiteError } from './store-port';
import { UTC, ZoneCurves } from './zone-clock';

export interface SnapshotStoreOptions {
  readonly topic: string;
  /** Sites that exist before their first event, the default site first. Others are found in the store. */
  readonly sites: readonly string[];
  /** Values of dimensions that are held in memory, about 60 bytes each. Default 1,000,000. */
  readonly valuesHeldMax?: number;
}

const valuesHeldMaxByDefault = 1_000_000;

export class RedisSnapshotStore implements SnapshotStore {
  private readonly topology: Topology;
  private readonly cells: CellReader;
  private readonly visitors: VisitorReader;
  private readonly merger: SnapshotMerger;
  private readonly zoneCurves = new ZoneCurves();
  private readonly readers = new Map<string, ShardReader>();
  private storedSites: ReadonlySet<string> = new Set();

  constructor(
    private readonly redis: RedisClient,
    private readonly options: SnapshotStoreOptions,
  ) {
    this.topology = new Topology(redis, options.topic);
    this.cells = new CellReader(redis, options.valuesHeldMax ?? valuesHeldMaxByDefault);
    this.visitors = new VisitorReader(redis);
    this.merger = new SnapshotMerger(redis, this.visitors);
  }

  /** Throws UnknownSiteError, StoreError. */
  async readSnapshot(
    site: string,
    window: SnapshotWindow,
    nowMs: number,
    zone: string = UTC,
  ): Promise<DashboardSnapshot> {
    await this.requireSite(site, await this.topology.read(nowMs));
    const plan = planWindow(window, nowMs);
    const isZoned = isCutByZone(window) && zone !== UTC;
    const curve = isZoned ? this.zoneCurves.plan(zone, plan.series, nowMs) : barPerBucket(plan.series);
    const wanted = wantedForSnapshot(plan, curve, nowMs);
    const likelyPages = this.merger.likelyPages(site);
    const readings = await this.readCurrent(nowMs, async (shard) => {
      const cells = [...cellsOf(shard.tag, site, wanted), allTimeCell(shard.tag, site, likelyPages)];
      const [reading, building] = await Promise.all([
        this.readerOf(shard).readSnapshot(site, cells, nowMs),
        readBuilding(this.redis, shard),
      ]);
      return { ...reading, building };
    });
    this.storedSites = new Set(readings.flatMap(({ sites }) => sites));
    const { audit } = this.topology;
    return this.merger.merge({ site, sites: this.siteNames(), window, plan, curve, audit, nowMs }, readings);
  }

  /** Throws UnknownSiteError, StoreError. */
  async readComparison(question: ComparisonQuestion, nowMs: number): Promise<Comparison> {
    const { site } = question;
    await this.requireSite(site, await this.topology.read(nowMs));
    return readComparison(question, {
      visitors: this.visitors,
      nowMs,
      read: (ranges) => this.readCells(site, wantedForSeries(ranges, true), nowMs),
    });
  }

  /** Throws UnknownSiteError, BadRangeError, StoreError. */
  async readTimeseries(
    site: string,
    metric: Metric,
    fromMs: number,
    toMs: number,
    step: 'minute' | 'hour' | 'day',
    nowMs: number,
    currency?: string,
  ): Promise<Timeseries> {
    const range = timeseriesRange(step, fromMs, toMs, nowMs);
    await this.requireSite(site, await this.topology.read(nowMs));
    if (metric === 'revenue') {
      if (currency === undefined) throw new BadRangeError('metric revenue: a currency is needed');
      const question = { site, currency, range };
      const readings = await this.readCurrent(nowMs, (shard) => readRevenue(this.redis, shard, question));
      return { site, metric, currency, step, points: mergeRevenueSeries(range, readings) };
    }
    const wanted = wantedForSeries([range], metric === 'visitors');
    const readings = await this.readCells(site, wanted, nowMs);
    const points = await mergeTimeseries(this.visitors, { site, metric, range }, readings);
    return { site, metric, step, points };
  }

  /** Throws StoreError where the store does not answer, so that its reason is not lost. */
  async readHealth(nowMs: number): Promise<Health> {
    const readings = await this.readCurrent(nowMs, async (shard) => {
      const [[state, behind], building] = await Promise.all([
        readTogether(this.redis, stateCommands(shard)),
        readBuilding(this.redis, shard),
      ]);
      return { state: decodeState(shard, [state, behind]), building };
    });
    const states = readings.flatMap(({ state }) => state ?? []);
    const { lagMs } = measureLag(states, nowMs);
    const asOf = new Date(nowMs).toISOString();
    return {
      status: 'ok',
      freshness: freshnessOf(lagMs),
      lag: lagMs,
      stopped: listStopped(states, nowMs),
      rebuilding: listRebuilding(
        states,
        readings.flatMap(({ building }) => building ?? []),
      ),
      asOf,
    };
  }

  private readCells(
    site: string,
    wanted: ReadonlyMap<string, WantedBucket>,
    nowMs: number,
  ): Promise<CellsReading[]> {
    return this.readCurrent(nowMs, (shard) =>
      this.readerOf(shard).readCells(cellsOf(shard.tag, site, wanted), nowMs),
    );
  }

  /** A reading of each shard, in the generation that is read now. */
  private readCurrent<R extends { readonly state: ShardState | undefined }>(
    nowMs: number,
    read: (shard: TopologyShard) => Promise<R>,
  ): Promise<R[]> {
    return this.topology.readCurrent(
      nowMs,
      (shards) => Promise.all(shards.map(read)),
      (readings) => readings.map(({ state }) => state),
    );
  }

  private readerOf(shard: ReadShard): ShardReader {
    const known = this.readers.get(shard.tag);
    if (known !== undefined) return known;
    const reader = new ShardReader(this.redis, this.cells, shard);
    this.readers.set(shard.tag, reader);
    return reader;
  }

  private siteNames(): string[] {
    const found = [...this.storedSites].filter((site) => !this.options.sites.includes(site));
    return [...this.options.sites, ...found.sort()];
  }

  /** A name that nobody counts must not cost a hundred reads of keys that do not exist. Throws UnknownSiteError. */
  private async requireSite(site: string, shards: readonly ReadShard[]): Promise<void> {
    const isKnown = () => this.options.sites.includes(site) || this.storedSites.has(site);
    if (isKnown()) return;
    if (siteIdPattern.test(site)) {
      const replies = await Promise.all(
        shards.map(({ tag }) => readTogether(this.redis, [['SMEMBERS', sitesKey(tag)]])),
      );
      this.storedSites = new Set(replies.flatMap(([names]) => names as string[]));
      if (isKnown()) return;
    }
    throw new UnknownSiteError(site);
  }
}
