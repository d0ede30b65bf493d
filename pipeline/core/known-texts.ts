/**
 * What texts that come again and again mean: each is read once, and known by its bytes then. They are told apart by a hash of our own
 * that takes four bytes at a time and needs no string; a text is the known one only if all its bytes are the same. All known texts lie
 * in one piece of memory: to fetch them from all over would cost more than to compare them.
 */
import type { PackedValues } from './packed-values';

/** Of all known texts of a kind. They are forgotten all at once above it, so that a flood of them costs no more than reading them. */
const knownBytesMax = 1024 * 1024;
/** Longer ones are read each time. */
const textBytesMax = 1_000;
/** Odd, with its bits well mixed. */
const multiplier = 0x9e3779b1;

interface Known<T> {
  readonly start: number;
  readonly length: number;
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

export class KnownTexts<T> {
  /** By hash. Of two texts with the same, the later one takes the place. */
  private readonly known = new Map<number, Known<T>>();
  private readonly bytes = Buffer.allocUnsafe(knownBytesMax);
  private readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, knownBytesMax);
  private end = 0;

  constructor(private readonly read: (text: Uint8Array) => T) {}

  /** Of the text that lies in `values` from `start` to `end`. */
  meaningOf(values: PackedValues, start: number, end: number): T {
    const hash = hashOf(values, start, end);
    const known = this.known.get(hash);
    if (known !== undefined && known.length === end - start && this.isSame(known.start, values, start, end))
      return known.meaning;
    const text = values.subarray(start, end);
    const meaning = this.read(text);
    if (text.length <= textBytesMax) this.remember(hash, text, meaning);
    return meaning;
  }

  private remember(hash: number, text: Buffer, meaning: T): void {
    if (this.end + text.length > knownBytesMax) {
      this.known.clear();
      this.end = 0;
    }
    this.known.set(hash, { start: this.end, length: text.length, meaning });
    this.end += text.copy(this.bytes, this.end);
  }

  private isSame(knownAt: number, values: PackedValues, start: number, end: number): boolean {
    const apart = knownAt - start;
    let at = start;
    for (; at + 4 <= end; at += 4)
      if (this.view.getInt32(at + apart, true) !== values.wordAt(at)) return false;
    for (; at < end; at += 1) if (this.bytes[at + apart] !== values.byteAt(at)) return false;
    return true;
  }
}
