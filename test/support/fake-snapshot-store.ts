/**
 * A store of snapshots. Its faults: it may be away (every read rejects), it may hang (no read ever ends), and its clock of
 * heartbeats may stand still (lag grows with time). It knows the sites that it is told; reads are counted.
 */
import { freshnessOf } from '../../pipeline/core/freshness';
import type { Comparison, DashboardSnapshot, Health, SnapshotWindow } from '../../pipeline/core/snapshot';
import type { Metric, Timeseries } from '../../pipeline/core/timeseries';
import {
  type ComparisonQuestion,
  type SnapshotStore,
  UnknownSiteError,
} from '../../pipeline/store/store-port';
import { UTC } from '../../pipeline/store/zone-clock';
import { buildComparison } from './build-comparison';
import { buildSnapshot } from './build-snapshot';

export class FakeSnapshotStore implements SnapshotStore {
  reads = 0;
  state: 'answers' | 'away' | 'hangs' = 'answers';
  sites: readonly string[] = ['demo'];
  /** Log time of the newest heartbeat; undefined: always 600 ms ago. */
  heartbeatAtMs: number | undefined;
  /** As the health says it; the snapshot's are those of `make`. */
  stopped: Health['stopped'] = [];
  rebuilding: Health['rebuilding'] = [];
  make: (site: string, window: SnapshotWindow, nowMs: number, zone: string) => DashboardSnapshot = (
    site,
    window,
    nowMs,
    zone,
  ) => buildSnapshot({ site, window, nowMs, zone });
  compare: (question: ComparisonQuestion, nowMs: number) => Comparison = (question, nowMs) =>
    buildComparison({ ...question, nowMs });

  private async begin(): Promise<void> {
    this.reads += 1;
    if (this.state === 'away') throw new Error('connect ECONNREFUSED');
    if (this.state === 'hangs') await new Promise(() => undefined);
  }

  async readSnapshot(
    site: string,
    window: SnapshotWindow,
    nowMs: number,
    zone: string = UTC,
  ): Promise<DashboardSnapshot> {
    await this.begin();
    if (!this.sites.includes(site)) throw new UnknownSiteError(site);
    const snapshot = { ...this.make(site, window, nowMs, zone), sites: this.sites };
    if (this.heartbeatAtMs === undefined) return snapshot;
    const lag = nowMs - this.heartbeatAtMs;
    return { ...snapshot, lag, freshness: freshnessOf(lag) };
  }

  async readTimeseries(
    site: string,
    metric: Metric,
    fromMs: number,
    toMs: number,
    step: 'minute' | 'hour' | 'day',
  ): Promise<Timeseries> {
    await this.begin();
    const stepMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[step];
    const points: { at: string; value: number; exact: boolean }[] = [];
    for (let at = Math.floor(fromMs / stepMs) * stepMs; at < toMs; at += stepMs) {
      points.push({ at: new Date(at).toISOString(), value: points.length, exact: true });
    }
    return { site, metric, step, points };
  }

  async readComparison(question: ComparisonQuestion, nowMs: number): Promise<Comparison> {
    await this.begin();
    if (!this.sites.includes(question.site)) throw new UnknownSiteError(question.site);
    return this.compare(question, nowMs);
  }

  async readHealth(nowMs: number): Promise<Health> {
    await this.begin();
    const lag = this.heartbeatAtMs === undefined ? 600 : nowMs - this.heartbeatAtMs;
    const asOf = new Date(nowMs).toISOString();
    const { stopped, rebuilding } = this;
    return { status: 'ok', freshness: freshnessOf(lag), lag, stopped, rebuilding, asOf };
  }
}
