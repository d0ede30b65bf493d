/** What stands for visitors and messageIds, by docs/counting.md. */
import { createHash } from 'node:crypto';

const kept = new Map<string, string>();

function remembered(key: string, make: () => string): string {
  let digest = kept.get(key);
  if (digest === undefined) {
    digest = make();
    kept.set(key, digest);
  }
  return digest;
}

/** The first 52 bits of SHA-256, as a decimal number. */
export function digestOfVisitor(visitor: string): string {
  return remembered(`v ${visitor}`, () => {
    const hex = createHash('sha256').update(visitor, 'utf8').digest('hex');
    return BigInt(`0x${hex.slice(0, 13)}`).toString();
  });
}

/** The first 16 bytes of SHA-256 of site, zero byte, messageId; in hexadecimal. */
export function digestOfMessage(site: string, messageId: string): string {
  return remembered(`m ${site} ${messageId}`, () =>
    createHash('sha256').update(`${site}\u0000${messageId}`, 'utf8').digest('hex').slice(0, 32),
  );
}

/** By which the newest record of a shard is known again: the first 16 bytes of SHA-256 of its value, in hexadecimal. */
export function digestOfValue(value: Uint8Array | null): string {
  return createHash('sha256')
    .update(value ?? '')
    .digest('hex')
    .slice(0, 32);
}
