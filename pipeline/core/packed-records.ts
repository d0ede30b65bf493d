/**
 * Records whose values are packed, some hundreds together: few enough that what was decoded is still near the processor when it is read,
 * and so many that what they share costs each of them nothing.
 */
import type { LogRecord } from './event';
import { PackedValues, type UnpackedValue } from './packed-values';

const recordsOfPack = 512;

/** Packs its values when the first of them is looked at. */
class Pack {
  private readonly unpacked: UnpackedValue[] = [];
  private packed: PackedValues | undefined;

  get size(): number {
    return this.unpacked.length;
  }

  add(value: UnpackedValue): number {
    return this.unpacked.push(value) - 1;
  }

  get values(): PackedValues {
    this.packed ??= new PackedValues(this.unpacked);
    return this.packed;
  }
}

export class PackedRecord implements LogRecord {
  constructor(
    readonly offset: number,
    readonly timestampMs: number,
    private readonly pack: Pack,
    private readonly index: number,
  ) {}

  /** Those among which its own is. */
  get values(): PackedValues {
    return this.pack.values;
  }

  get start(): number {
    return this.values.startOf(this.index);
  }

  get end(): number {
    return this.values.endOf(this.index);
  }

  get value(): Uint8Array {
    return this.values.subarray(this.start, this.end);
  }
}

/** Makes records of values that are handed in one after the other; none of them may be looked at before the last has come. */
export class RecordPacker {
  private pack = new Pack();

  recordOf(offset: number, timestampMs: number, value: UnpackedValue): PackedRecord {
    if (this.pack.size === recordsOfPack) this.pack = new Pack();
    return new PackedRecord(offset, timestampMs, this.pack, this.pack.add(value));
  }
}

/** The same records, their values packed where they were not; undefined for tombstones. */
export function packRecords(records: readonly LogRecord[]): readonly (PackedRecord | undefined)[] {
  const packer = new RecordPacker();
  return records.map((record) => {
    if (record instanceof PackedRecord) return record;
    const { offset, timestampMs, value } = record;
    return value === null ? undefined : packer.recordOf(offset, timestampMs, value);
  });
}
