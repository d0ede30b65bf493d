/** What stands in the store for a visitor and for a messageId: bounded, and of no use to whoever reads it there. */
import { hash } from 'node:crypto';

/** Hexadecimal digits that hold 52 bits. */
const visitorDigits = 13;

/** Most visitors come again soon. All are forgotten at once above it; a hundred bytes each. */
const knownVisitorsMax = 50_000;
const knownVisitors = new Map<string, string>();

/** First 52 bits of SHA-256, as a decimal number: Redis keeps small sets of such numbers in 8 bytes each. */
export function visitorDigest(anonymousId: string): string {
  const known = knownVisitors.get(anonymousId);
  if (known !== undefined) return known;
  const digest = String(Number.parseInt(hash('sha256', anonymousId, 'hex').slice(0, visitorDigits), 16));
  if (knownVisitors.size >= knownVisitorsMax) knownVisitors.clear();
  knownVisitors.set(anonymousId, digest);
  return digest;
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
