/**
 * What texts that come again and again mean: each is read once, and known by its bytes then. They are told apart by a hash of our own
 * that takes four bytes at a time and needs no string; a text is the known one only if all its bytes are the same.
 */
import { PackedValues } from './packed-values';

/** Known texts of each kind. They are forgotten all at once above it, so that a flood of them costs no more than reading them. */
const knownMax = 10_000;
/** Longer ones are read each time. */
const knownBytesMax = 1_000;
/** Odd, with its bits well mixed. */
const multiplier = 0x9e3779b1;

interface Known<T> {
  readonly text: PackedValues;
  readonly meaning: T;
}

function hashOf(values: PackedValues, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const mixed = Math.imul(hash ^ values.wordAt(at), multiplier);
    hash = mixed ^ (mixed >>> 15);
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ values.byteAt(at), multiplier);
  return hash ^ (hash >>> 15);
}

function isSame(text: PackedValues, values: PackedValues, start: number, end: number): boolean {
  const length = end - start;
  if (text.endOf(0) !== length) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4) if (text.wordAt(at) !== values.wordAt(start + at)) return false;
  for (; at < length; at += 1) if (text.byteAt(at) !== values.byteAt(start + at)) return false;
  return true;
}

export class KnownTexts<T> {
  /** By hash. Of two texts with the same, the later one takes the place. */
  private readonly known = new Map<number, Known<T>>();

  constructor(private readonly read: (text: Uint8Array) => T) {}

  /** Of the text that lies in `values` from `start` to `end`. */
  meaningOf(values: PackedValues, start: number, end: number): T {
    const hash = hashOf(values, start, end);
    const known = this.known.get(hash);
    if (known !== undefined && isSame(known.text, values, start, end)) return known.meaning;
    const bytes = values.subarray(start, end);
    const meaning = this.read(bytes);
    if (bytes.length > knownBytesMax) return meaning;
    if (this.known.size >= knownMax) this.known.clear();
    this.known.set(hash, { text: new PackedValues([bytes]), meaning });
    return meaning;
  }
}
