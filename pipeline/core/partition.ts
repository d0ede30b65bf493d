/**
 * Kafka's default partitioner: murmur2 of the key's UTF-8 bytes, made positive, modulo the partition count. Whether a
 * visitor's records all lie in one partition decides whether the visitors of shards may be added up.
 * Source: org.apache.kafka.common.utils.Utils.murmur2 (Apache Kafka), which every client follows.
 */
const seed = 0x9747b28c;
const m = 0x5bd1e995;
const utf8 = new TextEncoder();

function mixed(k: number): number {
  const multiplied = Math.imul(k, m);
  return Math.imul(multiplied ^ (multiplied >>> 24), m);
}

/** Of the first `length` bytes. Default: of all. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  let h = seed ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    h = Math.imul(h, m) ^ mixed(k);
  }
  const rest = length - whole;
  if (rest >= 3) h ^= (bytes[whole + 2] as number) << 16;
  if (rest >= 2) h ^= (bytes[whole + 1] as number) << 8;
  if (rest >= 1) h = Math.imul(h ^ (bytes[whole] as number), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** Room for every key of an event that is within its limits; longer ones get room of their own. */
const room = new Uint8Array(1_024);
/** A UTF-16 unit is at most three bytes of UTF-8. */
const bytesOfUnit = 3;

/** The partition in which a visitor's records belong. */
export function visitorPartition(siteId: string, anonymousId: string, partitionCount: number): number {
  if (partitionCount === 1) return 0;
  const key = `${siteId}:${anonymousId}`;
  const bytes = key.length * bytesOfUnit <= room.length ? room : new Uint8Array(key.length * bytesOfUnit);
  const { written } = utf8.encodeInto(key, bytes);
  return (murmur2(bytes, written) & 0x7fffffff) % partitionCount;
}
