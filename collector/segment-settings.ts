/**
 * What Segment's SDK for browsers asks its CDN for before it sends anything: here it says that there is one destination, this collector.
 * So `cdnURL` of the SDK may name the collector, and nothing else has to be set up.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const hostPattern = /^[A-Za-z0-9.\-[\]:]{1,260}$/;

/** `url`: by which clients reach us; undefined: as the request says, of which a proxy in front may have changed host and scheme. */
export function answerSegmentSettings(
  url: string | undefined,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (request, reply) => {
    const { key } = request.params as { readonly key: string };
    const [protocol, host] = url === undefined ? asAsked(request) : (url.split('://') as [string, string]);
    if (url === undefined && !hostPattern.test(host)) return reply.code(400).send();
    const destination = { apiKey: key, apiHost: `${host}/v1`, protocol };
    return reply.header('cache-control', 'no-store').send({ integrations: { 'Segment.io': destination } });
  };
}

function asAsked({ headers }: FastifyRequest): readonly [protocol: string, host: string] {
  return [headers['x-forwarded-proto'] === 'https' ? 'https' : 'http', headers.host ?? ''];
}
