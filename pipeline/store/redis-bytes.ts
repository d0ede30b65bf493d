/**
 * Bytes that Redis takes for what lies in it, each function exact where sizes are. Measured on Redis 7.0.15 (64 bit, Debian's
 * jemalloc 5.3.0) as the difference of `used_memory` around filling one key; test/store/memory.redis.test.ts holds them to a
 * real Redis. Other builds differ a little: Redis' own jemalloc has 8-byte steps (a hash entry 24 bytes instead of 32), cluster
 * mode adds 16 bytes a key, Valkey 8.1 and later take less for hash tables.
 */

/** An allocation is rounded up to jemalloc's next size class: 8, 16, 32 to 128 by 16, then four classes a doubling. */
export function allocatedBytes(bytes: number): number {
  if (bytes <= 8) return 8;
  const stepBytes = bytes <= 128 ? 16 : 2 ** (Math.ceil(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / stepBytes) * stepBytes;
}

/** An entry of a hash table (24 bytes of pointers), without its texts. */
const tableEntryBytes = allocatedBytes(24);
const tableHeaderBytes = 64;
const objectBytes = 16;
/** A skiplist's node: 24 bytes and 16 a level; the mean over levels, of which each has a quarter of the one below. */
const skiplistNodeBytes = 53.3;
/** Head of a sorted set in skiplist form: its hash table, its list and the list's first node of 32 levels. */
const skiplistHeaderBytes = tableHeaderBytes + 16 + 32 + 640;
const listpackHeaderBytes = 7;
/** Head of a list and of its one node. */
const listHeaderBytes = 80;

/** Defaults of redis.conf: above any of them the compact form gives way to hash table or skiplist. */
const compactTextBytesMax = 64;
const compactHashFieldsMax = 512;
const compactSortedSetMax = 128;
const integerSetMax = 512;

/** Allocations that a sparse HyperLogLog passes through as it grows: it doubles, up to the 3,000 bytes of redis.conf. */
const sparseStepsBytes = [48, 96, 192, 448, 896, 1_792, 3_584];
const sparseBytesMax = 3_000;
const sparseHeaderBytes = 18;
const denseBytes = allocatedBytes(12_304 + 6);
const registers = 16_384;

/** A text: a header by its length, and a zero byte. */
export function textBytes(length: number): number {
  if (length < 32) return allocatedBytes(length + 2);
  return allocatedBytes(length + (length < 256 ? 4 : 6));
}

/** A key and its value's head, without the slot in the table of all keys. */
export function keyBytes(keyLength: number): number {
  return tableEntryBytes + objectBytes + textBytes(keyLength);
}

/** The slots of a hash table that held so many entries at most: it grows by doubling, and shrinks below a tenth only. */
export function tableBytes(entriesMax: number): number {
  return 8 * 2 ** Math.ceil(Math.log2(Math.max(4, entriesMax)));
}

/** A number as text. */
function digitsOf(value: number): number {
  return Math.max(1, Math.ceil(Math.log10(value + 1)));
}

/** A number in a listpack. */
export function packedNumberBytes(value: number): number {
  if (value <= 127) return 2;
  if (value < 4_096) return 3;
  if (value < 2 ** 15) return 4;
  if (value < 2 ** 23) return 5;
  return value < 2 ** 31 ? 6 : 10;
}

/** Fields of a hash that are alike. */
export interface Fields {
  readonly count: number;
  readonly nameBytes: number;
  /** The number that stands in each. */
  readonly value: number;
}

/** A hash of numbers. `fieldsMax`: fields that it held at most, where that is more than it holds. */
export function hashBytes(groups: readonly Fields[], fieldsMax = 0): number {
  const held = groups.filter(({ count }) => count > 0);
  const count = held.reduce((sum, group) => sum + group.count, 0);
  const isCompact =
    Math.max(count, fieldsMax) <= compactHashFieldsMax &&
    held.every(({ nameBytes }) => nameBytes <= compactTextBytesMax);
  if (isCompact) {
    const bytes = held.map(
      ({ count: n, nameBytes, value }) => n * (nameBytes + 2 + packedNumberBytes(value)),
    );
    return allocatedBytes(bytes.reduce((sum, n) => sum + n, listpackHeaderBytes));
  }
  const bytes = held.map(
    ({ count: n, nameBytes, value }) =>
      n * (tableEntryBytes + textBytes(nameBytes) + textBytes(digitsOf(value))),
  );
  return bytes.reduce((sum, n) => sum + n, tableHeaderBytes + tableBytes(Math.max(count, fieldsMax)));
}

/** A hash whose fields are small numbers too. */
export function numberedHashBytes(count: number, value: number): number {
  return allocatedBytes(listpackHeaderBytes + count * (2 + packedNumberBytes(value)));
}

/** A set of visitors' digests: 52-bit numbers, eight bytes each while they are few. */
export function digestSetBytes(count: number): number {
  if (count <= integerSetMax) return allocatedBytes(8 + 8 * count);
  return textSetBytes(count, 16);
}

export function textSetBytes(count: number, memberBytes: number): number {
  return tableHeaderBytes + tableBytes(count) + count * (tableEntryBytes + textBytes(memberBytes));
}

/** A sorted set. `packedBytes`: member and score of one in a listpack. */
export function sortedSetBytes(count: number, memberBytes: number, packedBytes: number): number {
  if (count <= compactSortedSetMax && memberBytes <= compactTextBytesMax) {
    return allocatedBytes(listpackHeaderBytes + count * packedBytes);
  }
  const memberTotalBytes = skiplistNodeBytes + tableEntryBytes + textBytes(memberBytes);
  return skiplistHeaderBytes + tableBytes(count) + count * memberTotalBytes;
}

export function listBytes(count: number, itemBytes: number): number {
  return listHeaderBytes + allocatedBytes(listpackHeaderBytes + count * (itemBytes + 2));
}

/**
 * A HyperLogLog of so many visitors. While it is sparse, each register is a byte, and what lies between two of them one byte up to
 * 64 empty ones, two above, none where they touch.
 */
export function hyperLogLogBytes(visitors: number): number {
  const share = visitors / registers;
  const isFar = Math.exp(-64 * share);
  const bytes = sparseHeaderBytes + visitors * (1 + 2 * isFar + Math.max(0, 1 - isFar - share));
  const stepBytes = sparseStepsBytes.find((step) => bytes + 6 <= step);
  return bytes > sparseBytesMax || stepBytes === undefined ? denseBytes : stepBytes;
}
export const denseHyperLogLogBytes = denseBytes;
