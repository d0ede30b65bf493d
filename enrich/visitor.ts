/**
 * Who a request without cookies came from: site, address and user agent through a keyed hash. Without the key nobody can
 * find an address by trying them all, and the same person on two sites is two visitors.
 */
import { createHmac } from 'node:crypto';

/** 128 bits: no two visitors of a site ever meet. */
const idBytes = 16;

export type IdentifyVisitor = (siteId: string, address: string, userAgent: string) => string;

export function visitorIdentity(key: Buffer): IdentifyVisitor {
  return (siteId, address, userAgent) => {
    const digest = createHmac('sha256', key).update(`${siteId}\0${address}\0${userAgent}`).digest();
    return digest.subarray(0, idBytes).toString('base64url');
  };
}
