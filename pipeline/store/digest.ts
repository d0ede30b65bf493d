/** What stands in the store for a visitor and for a messageId: bounded, and of no use to whoever reads it there. */
import { hash } from 'node:crypto';

/** First 52 bits of SHA-256, as a decimal number: Redis keeps small sets of such numbers in 8 bytes each. */
export function visitorDigest(anonymousId: string): string {
  // As writeMarkDigest gets at the bytes: six of them, and half of the seventh.
  const letters = hash('sha256', anonymousId, 'binary');
  let number = 0;
  for (let i = 0; i < 6; i += 1) number = number * 0x100 + letters.charCodeAt(i);
  return String(number * 0x10 + (letters.charCodeAt(6) >>> 4));
}

/** First 16 bytes of SHA-256 of both, with a zero byte between, which a siteId cannot hold: written into `digests`, at a byte. */
export function writeMarkDigest(digests: Buffer, at: number, siteId: string, messageId: string): void {
  // Of all ways to get at the bytes, the shortest: as hexadecimal digits they cost half as much again, as a Buffer three times as much.
  const letters = hash('sha256', `${siteId}\0${messageId}`, 'binary');
  for (let i = 0; i < markDigestBytes; i += 1) digests[at + i] = letters.charCodeAt(i);
}

/** First 16 bytes of SHA-256 of a record's value, in hexadecimal; a tombstone's is that of no bytes. */
export function recordDigest(value: Uint8Array | null): string {
  return hash('sha256', value ?? new Uint8Array(), 'hex').slice(0, 32);
}

export const markDigestBytes = 16;
