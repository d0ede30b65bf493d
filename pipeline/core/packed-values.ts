/**
 * The values of some records, one behind the other in one piece of memory. They are read as one text and looked at in their places: a
 * piece of memory and a text for each of them would cost more than counting them.
 */

/** A value as it came: its bytes, or base64 of them. */
export type UnpackedValue = Uint8Array | string;

function bytesMaxOf(value: UnpackedValue): number {
  // Four letters of base64 are three bytes.
  return typeof value === 'string' ? Math.ceil(value.length * 0.75) : value.length;
}

export class PackedValues {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  /** Where each value begins, and where the last one ends. */
  private readonly starts: number[] = [0];
  private text: string | undefined;
  private searchedFrom = Number.POSITIVE_INFINITY;
  private foundAt = -1;

  constructor(values: readonly UnpackedValue[]) {
    this.bytes = Buffer.allocUnsafe(values.reduce((sum, value) => sum + bytesMaxOf(value), 0));
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    let end = 0;
    for (const value of values) {
      if (typeof value === 'string') {
        end += this.bytes.write(value, end, 'base64');
      } else {
        this.bytes.set(value, end);
        end += value.length;
      }
      this.starts.push(end);
    }
  }

  startOf(index: number): number {
    return this.starts[index] as number;
  }

  endOf(index: number): number {
    return this.starts[index + 1] as number;
  }

  /** All of them, one byte a letter. */
  get letters(): string {
    this.text ??= this.bytes.toString('latin1', 0, this.starts.at(-1));
    return this.text;
  }

  /**
   * Where `text` comes next, from `from` on; Infinity where it does not. As long as it is asked for the same text from places that rise,
   * it looks at no letter twice, however many values lack it.
   */
  nextPlaceOf(text: string, from: number): number {
    if (from < this.searchedFrom || from > this.foundAt) {
      const place = this.letters.indexOf(text, from);
      this.searchedFrom = from;
      this.foundAt = place < 0 ? Number.POSITIVE_INFINITY : place;
    }
    return this.foundAt;
  }

  subarray(start: number, end: number): Buffer {
    return this.bytes.subarray(start, end);
  }

  /** Of one byte a letter, and a text of its own: one that is cut out of all letters would be slower to compare, and keep them all. */
  textOf(start: number, end: number): string {
    return this.bytes.toString('latin1', start, end);
  }

  byteAt(place: number): number {
    return this.bytes[place] as number;
  }

  /** Four bytes at once. */
  wordAt(place: number): number {
    return this.view.getInt32(place, true);
  }
}
