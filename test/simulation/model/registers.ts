/**
 * HyperLogLogs as Redis keeps them: register and rank of a value (MurmurHash64A, 14 bits of it name the register), and the registers of a
 * stored one, sparse or dense (https://github.com/redis/redis/blob/7.0/src/hyperloglog.c). Two are equal when their registers are; their
 * bytes need not be.
 */
const seed = 0xadc83b19n;
const m = 0xc6a4a7935bd1e995n;
const mask = (1n << 64n) - 1n;
const registers = 16_384;
const headerBytes = 16;

function murmur64(bytes: Buffer): bigint {
  let h = (seed ^ (BigInt(bytes.length) * m)) & mask;
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    let k = (bytes.readBigUInt64LE(at) * m) & mask;
    k ^= k >> 47n;
    k = (k * m) & mask;
    h = ((h ^ k) * m) & mask;
  }
  if (whole < bytes.length) {
    let tail = 0n;
    for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8n) | BigInt(bytes[i] as number);
    h = ((h ^ tail) * m) & mask;
  }
  h ^= h >> 47n;
  h = (h * m) & mask;
  return h ^ (h >> 47n);
}

const places = new Map<string, readonly [number, number]>();

function placeOf(value: string): readonly [number, number] {
  let place = places.get(value);
  if (place === undefined) {
    const hash = murmur64(Buffer.from(value));
    const index = Number(hash & 0x3fffn);
    let rest = (hash >> 14n) | (1n << 50n);
    let rank = 1;
    for (; (rest & 1n) === 0n; rest >>= 1n) rank++;
    place = [index, rank];
    places.set(value, place);
  }
  return place;
}

function text(ranks: ReadonlyMap<number, number>): string {
  return [...ranks]
    .sort(([a], [b]) => a - b)
    .map(([index, rank]) => `${index}:${rank}`)
    .join(' ');
}

/** Registers that are not zero, of a HyperLogLog of these values. */
export function registersOf(values: Iterable<string>): string {
  const ranks = new Map<number, number>();
  for (const value of values) {
    const [index, rank] = placeOf(value);
    ranks.set(index, Math.max(rank, ranks.get(index) ?? 0));
  }
  return text(ranks);
}

/** The same of a stored one. */
export function registersIn(stored: Buffer): string {
  const ranks = new Map<number, number>();
  const body = stored.subarray(headerBytes);
  if (stored[4] === 0) readDense(body, ranks);
  else readSparse(body, ranks);
  return text(ranks);
}

function readDense(body: Buffer, ranks: Map<number, number>): void {
  for (let index = 0; index < registers; index++) {
    const bit = index * 6;
    const two = (body[bit >> 3] as number) | ((body[(bit >> 3) + 1] ?? 0) << 8);
    const rank = (two >> (bit & 7)) & 63;
    if (rank > 0) ranks.set(index, rank);
  }
}

function readSparse(body: Buffer, ranks: Map<number, number>): void {
  let index = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if ((byte & 0xc0) === 0) index += byte + 1;
    else if ((byte & 0xc0) === 0x40) {
      index += (((byte & 0x3f) << 8) | (body[at + 1] as number)) + 1;
      at++;
    } else {
      for (let run = (byte & 3) + 1; run > 0; run--) ranks.set(index++, ((byte >> 2) & 31) + 1);
    }
  }
}
