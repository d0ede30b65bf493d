/**
 * What Segment's SDK for browsers asks its CDN for before it sends anything: here it says that there is one destination, this collector.
 * So `cdnURL` of the SDK may name the collector, and nothing else has to be set up.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const hostPattern = /^[A-Za-z0-9.\-[\]:]{1,260}$/;

export function answerSegmentSettings(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { key } = request.params as { readonly key: string };
  const { host = '' } = request.headers;
  if (!hostPattern.test(host)) return reply.code(400).send();
  const protocol = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const destination = { apiKey: key, apiHost: `${host}/v1`, protocol };
  return reply.header('cache-control', 'no-store').send({ integrations: { 'Segment.io': destination } });
}
