/** Digests as docs/counting.md defines them, made here from node:crypto alone. */
import { createHash } from 'node:crypto';

/** First 52 bits of SHA-256 of the visitor. */
export function visitorDigest(anonymousId: string): number {
  const head = createHash('sha256').update(anonymousId, 'utf8').digest('hex').slice(0, 13);
  return Number.parseInt(head, 16);
}

/** SHA-256 of site, a zero byte and messageId, of which the first 16 bytes are the mark. */
export function markDigest(siteId: string, messageId: string): Buffer {
  return createHash('sha256').update(`${siteId}\0${messageId}`, 'utf8').digest();
}

/** Of a record's value, as the shard's state keeps it of the newest. */
export function recordDigest(value: Uint8Array | null): string {
  return createHash('sha256')
    .update(value ?? new Uint8Array())
    .digest('hex')
    .slice(0, 32);
}
