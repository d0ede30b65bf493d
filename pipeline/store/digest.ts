/** What stands in the store for a visitor and for a messageId: bounded, and of no use to whoever reads it there. */
import { createHash } from 'node:crypto';

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** First 52 bits of SHA-256, as a decimal number: Redis keeps small sets of such numbers in 8 bytes each. */
export function visitorDigest(anonymousId: string): string {
  const hash = sha256(anonymousId);
  return String(hash.readUIntBE(0, 6) * 16 + ((hash[6] as number) >> 4));
}

/** First 16 bytes of SHA-256 of both, with a zero byte between, which a siteId cannot hold. */
export function markDigest(siteId: string, messageId: string): Buffer {
  return sha256(`${siteId}\0${messageId}`).subarray(0, markDigestBytes);
}

/** First 16 bytes of SHA-256 of a record's value, in hexadecimal; a tombstone's is that of no bytes. */
export function recordDigest(value: Uint8Array | null): string {
  const hash = createHash('sha256').update(value ?? new Uint8Array());
  return hash.digest('hex').slice(0, 32);
}

export const markDigestBytes = 16;
