/**
 * The values of a batch, one behind the other in one piece of memory. They are read as one text and looked at in their places: a piece
 * of memory and a text for each of them would cost more than counting them.
 */
import type { LogRecord } from './event';

export class PackedValues {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private end = 0;
  private text: string | undefined;
  private searchedFrom = Number.POSITIVE_INFINITY;
  private foundAt = -1;

  /** `bytesMax`: of all values together. */
  constructor(bytesMax: number) {
    this.bytes = Buffer.allocUnsafe(bytesMax);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, bytesMax);
  }

  static of(values: readonly (Uint8Array | null)[]): PackedValues {
    const packed = new PackedValues(values.reduce((sum, value) => sum + (value?.length ?? 0), 0));
    for (const value of values) {
      if (value === null) continue;
      packed.bytes.set(value, packed.end);
      packed.end += value.length;
    }
    return packed;
  }

  /** Puts a value behind the others; answers where it ends. They must not have been read before. */
  append(base64: string): number {
    this.end += this.bytes.write(base64, this.end, 'base64');
    return this.end;
  }

  get endOfLast(): number {
    return this.end;
  }

  /** All of them, one byte a letter. */
  get letters(): string {
    this.text ??= this.bytes.toString('latin1', 0, this.end);
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

  byteAt(place: number): number {
    return this.bytes[place] as number;
  }

  /** Four bytes at once. */
  wordAt(place: number): number {
    return this.view.getInt32(place, true);
  }
}

/** A record whose value is one of `values`. */
export class PackedRecord implements LogRecord {
  constructor(
    readonly offset: number,
    readonly timestampMs: number,
    readonly values: PackedValues,
    readonly start: number,
    readonly end: number,
  ) {}

  get value(): Uint8Array {
    return this.values.subarray(this.start, this.end);
  }
}

/** The same records, their values packed where they were not; undefined for tombstones. */
export function packRecords(records: readonly LogRecord[]): readonly (PackedRecord | undefined)[] {
  const isPacked = (record: LogRecord): record is PackedRecord => record instanceof PackedRecord;
  const values = PackedValues.of(records.map((record) => (isPacked(record) ? null : record.value)));
  let end = 0;
  return records.map((record) => {
    if (isPacked(record)) return record;
    const { offset, timestampMs, value } = record;
    if (value === null) return undefined;
    const start = end;
    end += value.length;
    return new PackedRecord(offset, timestampMs, values, start, end);
  });
}
