/** Every answer of the dashboard: one set of strict headers, one shape of error. */
import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { ApiError } from '../../pipeline/core/snapshot';

/**
 * Nothing but the page's own script, style and API; so that no string that a visitor supplied can do anything. `origins`: of the
 * issuer, which the page with a sign-in asks for tokens.
 */
export function contentSecurityPolicy(origins: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...origins].join(' '),
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const strictHeaders = {
  'Content-Security-Policy': contentSecurityPolicy(),
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  // Browsers heed it on TLS alone, so that it does no harm on http://localhost.
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Keep it, but ask each time. */
export const REVALIDATE = 'no-cache';

export type Headers = Readonly<Record<string, string>>;

export function respond(statusCode: number, headers: Headers, body: string): APIGatewayProxyResult {
  return { statusCode, headers: { ...strictHeaders, ...headers }, body, isBase64Encoded: false };
}

export function respondJson(
  statusCode: number,
  value: unknown,
  headers: Headers = {},
): APIGatewayProxyResult {
  return respond(
    statusCode,
    { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': REVALIDATE, ...headers },
    JSON.stringify(value),
  );
}

const errorStatus: Readonly<Record<ApiError['error'], number>> = {
  bad_request: 400,
  unauthorized: 401,
  not_found: 404,
  method_not_allowed: 405,
  internal: 500,
  unavailable: 503,
};

export function respondError(
  error: ApiError['error'],
  message: string,
  headers: Headers = {},
): APIGatewayProxyResult {
  const body: ApiError = { error, message };
  return respondJson(errorStatus[error], body, { 'Cache-Control': 'no-store', ...headers });
}

/** Weak, since two answers of one tag may differ in what the tag leaves out. */
export function entityTag(content: string): string {
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** RFC 9110, 13.1.2: weak comparison, a list, or `*`. */
export function matchesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (text: string): string => text.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((candidate) => {
    return candidate.trim() === '*' || opaque(candidate) === opaque(tag);
  });
}

/** 200 with the body, or 304 where the client has it. `headers` travel on both. */
export function respondTagged(
  ifNoneMatch: string | undefined,
  tag: string,
  headers: Headers,
  body: string,
): APIGatewayProxyResult {
  const all = { ...headers, ETag: tag };
  return matchesTag(ifNoneMatch, tag) ? respond(304, all, '') : respond(200, all, body);
}
