/** One snapshot as the dashboard's handler answers it, packed for the wire, with what it cost here and in Redis. */
import { answerRequest, type Dashboard } from '../../lambdas/dashboard/answer-request';
import { OutageLog } from '../../lambdas/dashboard/outage-log';
import type { DashboardRequest } from '../../lambdas/dashboard/request';
import { SharedAnswers } from '../../lambdas/dashboard/shared-answers';
import type { SnapshotWindow } from '../../pipeline/core/snapshot';
import type { RedisClient } from '../../pipeline/store/redis-client';
import { RedisSnapshotStore } from '../../pipeline/store/redis-snapshot-store';
import { benchSite } from '../simulated-log';

export interface ReadSample {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Asked of Redis, and what it answered. */
  readonly commands: number;
  readonly answeredBytes: number;
}

/** One that has read nothing yet. It serves no page. */
export function dashboardOf(redis: RedisClient, topic: string): Dashboard {
  const sites = { defaultSite: benchSite, listedSites: [benchSite], areSitesClosed: true };
  const store = new RedisSnapshotStore(redis, { topic, sites: [benchSite] });
  const log = (): void => undefined;
  const files = {
    page: () => {
      throw new Error('no page');
    },
    file: () => undefined,
  };
  const api = { sites, store, shared: new SharedAnswers() };
  return { api, files, isLoginNeeded: false, log, outage: new OutageLog(log) };
}

/** With the same store, and no answers that could be shared. */
export function unshared(dashboard: Dashboard): Dashboard {
  return { ...dashboard, api: { ...dashboard.api, shared: new SharedAnswers() } };
}

async function redisTotals(redis: RedisClient): Promise<{ commands: number; answeredBytes: number }> {
  const info = await redis.info('stats');
  const total = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { commands: total('total_commands_processed'), answeredBytes: total('total_net_output_bytes') };
}

export function snapshotRequest(window: SnapshotWindow): DashboardRequest {
  return {
    method: 'GET',
    path: '/api/v1/snapshot',
    base: '',
    query: { site: [benchSite], window: [window] },
    ifNoneMatch: undefined,
    isGzipAccepted: true,
    isAuthorized: false,
  };
}

/** `ifNoneMatch`: the tag of what the viewer has; then nothing may have changed since. */
export async function readOnce(
  redis: RedisClient,
  dashboard: Dashboard,
  window: SnapshotWindow,
  nowMs: number,
  ifNoneMatch?: string,
): Promise<ReadSample & { readonly packed: Buffer; readonly tag: string }> {
  const request = { ...snapshotRequest(window), ifNoneMatch };
  const before = await redisTotals(redis);
  const cpuBefore = process.cpuUsage();
  const fromMs = performance.now();
  const { statusCode, headers, body } = await answerRequest(dashboard, request, nowMs);
  const wallMs = performance.now() - fromMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  const expected = ifNoneMatch === undefined ? 200 : 304;
  if (statusCode !== expected) throw new Error(`snapshot of ${window}: status ${statusCode}`);
  const after = await redisTotals(redis);
  return {
    wallMs,
    cpuMs: (user + system) / 1_000,
    // One of them is the question how many there were.
    commands: after.commands - before.commands - 1,
    answeredBytes: after.answeredBytes - before.answeredBytes,
    packed: Buffer.from(body, 'base64'),
    tag: String(headers?.ETag),
  };
}
