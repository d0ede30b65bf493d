/** In which partition a key lies: Java's murmur2 of its bytes, as in Kafka's documentation; the model's own reading of it. */

function multiply(a: number, b: number): number {
  return Number(BigInt.asIntN(32, BigInt(a) * BigInt(b)));
}

function javaMurmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const m = 0x5bd1e995;
  let h = (0x9747b28c ^ bytes.length) | 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let k = multiply(view.getInt32(at, true), m);
    k ^= k >>> 24;
    h = multiply(h, m) ^ multiply(k, m);
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= at; i--) tail = (tail << 8) | (bytes[i] as number);
  if (at < bytes.length) h = multiply(h ^ tail, m);
  h = multiply(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

const hashes = new Map<string, number>();

/** Partition of a visitor's records. */
export function partitionOf(site: string, visitor: string, partitions: number): number {
  const key = `${site}:${visitor}`;
  let hash = hashes.get(key);
  if (hash === undefined) {
    hash = javaMurmur2(new TextEncoder().encode(key));
    hashes.set(key, hash);
  }
  return (hash & 0x7fffffff) % partitions;
}
