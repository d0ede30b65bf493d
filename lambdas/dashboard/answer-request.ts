/** From request to answer: which path is what, and which failure is which status. Never throws. */
import type { APIGatewayProxyResult } from 'aws-lambda';
import { UnknownSiteError } from '../../pipeline/store/store-port';
import type { WriteLog } from '../structured-log';
import { type Api, answerComparison, answerHealth, answerSnapshot, answerTimeseries } from './api';
import { compressFor } from './compress';
import type { OutageLog } from './outage-log';
import type { PageFile, PageFiles } from './page-files';
import type { DashboardRequest } from './request';
import { BadParameterError, NotFoundError, UnauthorizedError } from './request-error';
import { REVALIDATE, respondError, respondTagged } from './response';

export interface Dashboard {
  readonly api: Api;
  readonly files: PageFiles;
  /** Numbers are for signed-in viewers alone. */
  readonly isLoginNeeded: boolean;
  readonly log: WriteLog;
  readonly outage: OutageLog;
}

/** How long a client should wait before it asks an unavailable store again. */
const retryAfterSeconds = 1;
const immutable = 'public, max-age=31536000, immutable';

const resources: ReadonlyMap<string, typeof answerSnapshot> = new Map([
  ['/api/v1/snapshot', answerSnapshot],
  ['/api/v1/comparison', answerComparison],
  ['/api/v1/timeseries', answerTimeseries],
  ['/api/v1/health', answerHealth],
]);

function answerFile(file: PageFile, request: DashboardRequest): APIGatewayProxyResult {
  const headers = {
    'Content-Type': file.contentType,
    'Cache-Control': file.isImmutable ? immutable : REVALIDATE,
    ...file.headers,
  };
  const result = respondTagged(request.ifNoneMatch, file.tag, headers, file.body);
  return compressFor(request.isGzipAccepted, result, file.tag);
}

async function route(
  dashboard: Dashboard,
  request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  if (request.path === '/') return answerFile(dashboard.files.page(request.base), request);
  const resource = resources.get(request.path);
  if (resource !== undefined) {
    // API Gateway has refused strangers already. It routes by a path that it decodes, though, and a way past its route must not be one past its lock.
    if (dashboard.isLoginNeeded && !request.isAuthorized) throw new UnauthorizedError('sign in first');
    const answer = await resource(dashboard.api, request, nowMs);
    dashboard.outage.noteAnswer(nowMs);
    return compressFor(request.isGzipAccepted, answer);
  }
  const file = dashboard.files.file(request.path.slice(1));
  if (file !== undefined) return answerFile(file, request);
  throw new NotFoundError(
    'there is nothing at this path; the API is under /api/v1: snapshot, comparison, timeseries, health',
  );
}

function answerFailure(dashboard: Dashboard, error: unknown, nowMs: number): APIGatewayProxyResult {
  if (error instanceof BadParameterError) return respondError('bad_request', error.message);
  if (error instanceof UnauthorizedError) {
    return respondError('unauthorized', error.message, { 'WWW-Authenticate': 'Bearer' });
  }
  if (error instanceof NotFoundError) return respondError('not_found', error.message);
  if (error instanceof UnknownSiteError) {
    return respondError('not_found', `site: ${JSON.stringify(error.site)} is not counted`);
  }
  // Whatever else goes wrong is the store's or ours; what it says may name hosts, so it is for the log and not for the client.
  if (isOurFault(error)) {
    dashboard.log('error', 'request not answered', { error: error.name, reason: error.message });
    return respondError('internal', 'the dashboard failed; its log says why');
  }
  dashboard.outage.noteFailure(error, nowMs);
  return respondError('unavailable', 'the store does not answer; ask again', {
    'Retry-After': String(retryAfterSeconds),
  });
}

/** A programmer's error does not go away by asking again. */
function isOurFault(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

export async function answerRequest(
  dashboard: Dashboard,
  request: DashboardRequest,
  nowMs: number,
): Promise<APIGatewayProxyResult> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return respondError('method_not_allowed', 'allowed: GET, HEAD', { Allow: 'GET, HEAD' });
  }
  const result = await route(dashboard, request, nowMs).catch((error: unknown) =>
    answerFailure(dashboard, error, nowMs),
  );
  return request.method === 'HEAD' ? { ...result, body: '' } : result;
}
