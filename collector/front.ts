/**
 * Whether a request came through the proxy in front, CloudFront on AWS. The address behind it is public too, and who calls that passes no
 * firewall and names any visitor's address and country himself: so the proxy says a secret with each request that nobody else knows.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { COLLECTOR_FRONT_HEADER } from '../pipeline/settings';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Digests are compared, in a time that tells nothing of where they differ. */
export function frontCheck(secret: string): (headers: IncomingHttpHeaders) => boolean {
  const expected = digest(secret);
  return (headers) => timingSafeEqual(digest(String(headers[COLLECTOR_FRONT_HEADER] ?? '')), expected);
}
