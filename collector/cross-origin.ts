/**
 * CORS, as browsers need it of a collector: the origin echoed, since some SDKs send credentials and `*` fails for them; on errors too, or
 * a page cannot tell them from a broken line; and Retry-After readable. Which origins may send for a site is decided with the key, later.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** X-Retry-Count comes with a retry only: were it not allowed, first tries would work and every retry would die at its preflight. */
const headersAllowed =
  'content-type, authorization, content-encoding, x-retry-count, x-umami-cache, sp-anonymous';
const namesPattern = /^[A-Za-z0-9\-_, ]{1,1000}$/;
const originCharsMax = 512;
const preflightSeconds = 86_400;

export function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin === undefined || origin.length > originCharsMax) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-allow-credentials', 'true');
  reply.header('access-control-expose-headers', 'Retry-After');
}

/** On every path: what is not there says so to the request itself. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asked = request.headers['access-control-request-headers'];
  const also = asked !== undefined && namesPattern.test(asked) ? `, ${asked}` : '';
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST, OPTIONS')
    .header('access-control-allow-headers', `${headersAllowed}${also}`)
    .header('access-control-max-age', String(preflightSeconds))
    .send();
}
