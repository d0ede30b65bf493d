/** Digests as docs/counting.md defines them, made here from node:crypto alone. */
import { createHash } from 'node:crypto';

/** First 52 bits of SHA-256 of the visitor, as a decimal number. */
export function visitorDigest(anonymousId: string): string {
  const head = createHash('sha256').update(anonymousId, 'utf8').digest('hex').slice(0, 13);
  return String(Number.parseInt(head, 16));
}

/** First 16 bytes of SHA-256 of site, a zero byte and messageId, in hexadecimal. */
export function markDigest(siteId: string, messageId: string): string {
  return createHash('sha256').update(`${siteId}\0${messageId}`, 'utf8').digest('hex').slice(0, 32);
}
