/** The answers of the API, from parameters to JSON. docs/openapi.yaml is their contract. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import { freshnessOf } from '../../pipeline/core/freshness';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import {
  COMPARISON_SPANS,
  type Comparison,
  type DashboardSnapshot,
  type Health,
  SNAPSHOT_WINDOWS,
} from '../../pipeline/core/snapshot';
import type { Metric, Timeseries } from '../../pipeline/core/timeseries';
import { isCutByZone } from '../../pipeline/core/window';
import { pointsMax } from '../../pipeline/store/read-timeseries';
import type { SnapshotStore } from '../../pipeline/store/store-port';
import { UTC } from '../../pipeline/store/zone-clock';
import type { DashboardConfiguration } from './configuration';
import {
  readChoiceParameter,
  readCurrencyParameter,
  readSiteParameter,
  readTimeParameter,
  readZoneParameter,
} from './parameters';
import type { DashboardRequest } from './request';
import { BadParameterError, NotFoundError, StoreSilentError } from './request-error';
import { entityTag, REVALIDATE, respondJson, respondTagged } from './response';
import type { SharedAnswers } from './shared-answers';

export interface Api {
  readonly sites: Pick<DashboardConfiguration, 'defaultSite' | 'listedSites' | 'areSitesClosed'>;
  /** Answers within the handler's time limit or rejects with StoreSilentError. */
  readonly store: SnapshotStore;
  readonly shared: SharedAnswers;
}

const metrics: readonly Metric[] = [
  'views',
  'events',
  'bots',
  'visitors',
  'engagements',
  'engagedMs',
  'scrolled',
  'revenue',
];
const stepMs = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;
const steps = Object.keys(stepMs) as readonly (keyof typeof stepMs)[];
/** A comparison is of complete buckets, in which nothing changes but by late events; the page asks once a minute. */
const comparisonKeptMs = 10_000;
/** Points of a time series where the request does not say from when. */
const pointsByDefault = 30;

/** Throws BadParameterError and NotFoundError. */
function siteOf(api: Api, request: DashboardRequest): string {
  const site = readSiteParameter(request.query, api.sites.defaultSite);
  if (api.sites.areSitesClosed && !api.sites.listedSites.includes(site)) {
    throw new NotFoundError(`site: ${JSON.stringify(site)} is not counted`);
  }
  return site;
}

/** An answer that is shared has grown older since it was read; what it says of its own age must be true when it is sent. */
function ageBy<T extends Pick<DashboardSnapshot, 'asOf' | 'lag' | 'freshness'>>(answer: T, ageMs: number): T {
  const asOf = new Date(Date.parse(answer.asOf) + ageMs).toISOString();
  if (answer.lag === null) return { ...answer, asOf };
  const lag = answer.lag + ageMs;
  return { ...answer, asOf, lag, freshness: freshnessOf(lag) };
}

/** 200 with the answer, or 304; for answers that do not say how old they are. */
function respondNumbers(request: DashboardRequest, answer: Timeseries | Comparison): APIGatewayProxyResult {
  const body = JSON.stringify(answer);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': REVALIDATE };
  return respondTagged(request.ifNoneMatch, entityTag(body), headers, body);
}

export async function answerSnapshot(
  api: Api,
  request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  const site = siteOf(api, request);
  const window = readChoiceParameter(request.query, 'window', SNAPSHOT_WINDOWS, '30m');
  const asked = readZoneParameter(request.query);
  // Where days are not cut, viewers of all zones share an answer.
  const zone = isCutByZone(window) ? asked : UTC;
  const { value, readAtMs } = await api.shared.ask(`snapshot ${site} ${window} ${zone}`, nowMs, () =>
    api.store.readSnapshot(site, window, nowMs, zone),
  );
  const snapshot = ageBy(value, nowMs - readAtMs);
  // What changes with each answer although no number has: left out of the tag, and sent as headers on 304 too.
  const { asOf, newestEventAt, lag, freshness, ...tagged } = snapshot;
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': REVALIDATE,
    'X-As-Of': asOf,
    'X-Freshness': freshness,
    ...(newestEventAt === null ? {} : { 'X-Newest-Event-At': newestEventAt }),
    ...(lag === null ? {} : { 'X-Lag-Ms': String(lag) }),
  };
  const tag = entityTag(JSON.stringify(tagged));
  return respondTagged(request.ifNoneMatch, tag, headers, JSON.stringify(snapshot));
}

export async function answerTimeseries(
  api: Api,
  request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  const { query } = request;
  const site = siteOf(api, request);
  const metric = readChoiceParameter(query, 'metric', metrics);
  const currency = metric === 'revenue' ? readCurrencyParameter(query) : undefined;
  const step = readChoiceParameter(query, 'step', steps, 'minute');
  const toMs = readTimeParameter(query, 'to', nowMs);
  const fromMs = readTimeParameter(query, 'from', toMs - pointsByDefault * stepMs[step]);
  if (fromMs >= toMs) {
    throw new BadParameterError('from', query.from?.[0], 'a time before `to`');
  }
  if ((toMs - fromMs) / stepMs[step] > pointsMax) {
    throw new BadParameterError('from', query.from?.[0], `at most ${pointsMax} steps before \`to\``);
  }
  const period = query.from === undefined && query.to === undefined ? 'newest' : `${fromMs} ${toMs}`;
  const { value } = await api.shared.ask<Timeseries>(
    `timeseries ${site} ${metric} ${currency} ${step} ${period}`,
    nowMs,
    () => api.store.readTimeseries(site, metric, fromMs, toMs, step, nowMs, currency),
  );
  return respondNumbers(request, value);
}

export async function answerComparison(
  api: Api,
  request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  const { query } = request;
  const site = siteOf(api, request);
  const window = readChoiceParameter(query, 'window', SNAPSHOT_WINDOWS, '30m');
  const against = readChoiceParameter(query, 'against', COMPARISON_SPANS, 'week');
  const zone = readZoneParameter(query);
  const { value } = await api.shared.ask<Comparison>(
    `comparison ${site} ${window} ${against} ${zone}`,
    nowMs,
    () => api.store.readComparison({ site, window, against, zone }, nowMs),
    comparisonKeptMs,
  );
  return respondNumbers(request, value);
}

/** 200 while the store answers, however old its numbers are and whatever has stopped; 503 otherwise. */
export async function answerHealth(
  api: Api,
  _request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  const { value, readAtMs } = await api.shared.ask<Health>('health', nowMs, () =>
    api.store.readHealth(nowMs),
  );
  if (value.status !== 'ok') throw new StoreSilentError('the store says that it is unavailable');
  return respondJson(200, ageBy(value, nowMs - readAtMs));
}
