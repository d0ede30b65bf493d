/** A proxy event (API Gateway REST, payload version 1) as the router sees it. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { acceptsGzip } from './compress';

export interface DashboardRequest {
  /** Upper-case. */
  readonly method: string;
  /** Within the API: without the stage or the base path of a custom domain. Starts with `/`. */
  readonly path: string;
  /** What stands before the page's files: empty (relative) or `/stage/`. */
  readonly base: string;
  /** Decoded. An array where the parameter was given more than once. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Value of the request's If-None-Match, all of them joined. */
  readonly ifNoneMatch: string | undefined;
  readonly isGzipAccepted: boolean;
  /** True where an authorizer of API Gateway has let the request through: the method that it came by has one. */
  readonly isAuthorized: boolean;
}

/**
 * `path` carries the base path of a custom domain, `pathParameters.proxy` does not; so the resource decides
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
 */
function pathOf(event: APIGatewayProxyEvent): string {
  if (event.resource === '/') return '/';
  const proxy = event.pathParameters?.proxy;
  const [before = '', after] = event.resource?.split('{proxy+}') ?? [];
  return after === '' && proxy !== undefined ? before + proxy : event.path;
}

/**
 * At `/` the page's files are named relative to it, so that any reverse proxy may put a prefix before it. Under a stage they
 * are named from the root: a browser at `/prod`, without the last slash, would look for relative ones beside the stage.
 */
function baseOf(event: APIGatewayProxyEvent, path: string): string {
  const full = event.requestContext?.path;
  if (path !== '/' || full === undefined || !/^\/[A-Za-z0-9._~-][A-Za-z0-9._~/-]*$/.test(full)) return '';
  return full.endsWith('/') ? full : `${full}/`;
}

/** A claim of API Gateway's, which no client can make: what an authorizer answered travels beside the request, not in it. */
function isAuthorized({ requestContext }: APIGatewayProxyEvent): boolean {
  const principal: unknown = requestContext?.authorizer?.principalId;
  return typeof principal === 'string' && principal !== '';
}

function queryOf(event: APIGatewayProxyEvent): Record<string, readonly string[]> {
  const query: Record<string, readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(event.queryStringParameters ?? {})) {
    if (value !== undefined) query[name] = [value];
  }
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if (values !== undefined) query[name] = values;
  }
  return query;
}

/** Header names come in the client's own case, or lower-case behind HTTP/2. */
function headerOf(event: APIGatewayProxyEvent, wanted: string): string | undefined {
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (name.toLowerCase() === wanted && values !== undefined) return values.join(', ');
  }
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (name.toLowerCase() === wanted) return value;
  }
  return undefined;
}

export function readRequest(event: APIGatewayProxyEvent): DashboardRequest {
  const path = pathOf(event);
  return {
    method: event.httpMethod.toUpperCase(),
    path,
    base: baseOf(event, path),
    query: queryOf(event),
    ifNoneMatch: headerOf(event, 'if-none-match'),
    isGzipAccepted: acceptsGzip(headerOf(event, 'accept-encoding')),
    isAuthorized: isAuthorized(event),
  };
}
