/** Tells what repair has seen: losses at each run, and the state of the pipeline after each look at all partitions. */
import type { Ledger } from '../../pipeline/core/snapshot';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import type { WriteMetrics } from '../metrics-port';
import type { WriteLog } from '../structured-log';
import type { RepairOutcome } from './repair-outcome';
import { lossFigures, stateFigures } from './state-figures';

export interface StateReportOptions {
  readonly topic: string;
  /** `names`: as RedisSnapshotStore takes them. */
  readonly sites: { readonly defaultSite: string; readonly names: readonly string[] };
  readonly log: WriteLog;
  readonly writeMetrics: WriteMetrics;
}

export class StateReport {
  private store: RedisSnapshotStore | undefined;
  private before: Ledger | undefined;

  constructor(private readonly options: StateReportOptions) {}

  noteOutcomes(outcomes: readonly RepairOutcome[]): void {
    const figures = lossFigures(outcomes);
    if (Object.keys(figures).length > 0) this.options.writeMetrics(figures);
  }

  /** Rejects never: what repair has done is done, and the next minute tells. */
  async noteState(redis: RedisClient, nowMs: number): Promise<void> {
    const { topic, sites, log, writeMetrics } = this.options;
    this.store ??= new RedisSnapshotStore(redis, { topic, sites: sites.names, valuesHeldMax: 1 });
    try {
      const state = await this.store.readSnapshot(sites.defaultSite, '5m', nowMs);
      writeMetrics(stateFigures(state, this.before));
      this.before = state.ledger;
    } catch (error) {
      log('warn', 'state not told', { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
