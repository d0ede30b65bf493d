/** Compares the visitors of a bucket: the exact set while it is kept, the registers, and the number once it is sealed. */
import { membersOf } from './audited-range';
import type { Comparison } from './comparison';
import { differingRegisters, readRegisters } from './hyperloglog';
import type { CountedVisitors, RecountedBucket } from './recount-bucket';
import { exactVisitorsMax } from './rules';
import type { Scratch } from './scratch';
import type { StoredShard } from './stored-shard';
import { countVisitors } from './visitor-count';

export interface VisitorsOf {
  /** `minute 2026-01-15T12:00:00Z demo`. */
  readonly cell: string;
  /** Name of the counts' key. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly digests: readonly string[];
  /** Log time has passed the bucket's end and grace: only then it may be sealed. */
  readonly isClosed: boolean;
  readonly keepsRegisters: boolean;
}

function compareRegisters(
  comparison: Comparison,
  stored: StoredShard,
  { cell, name }: VisitorsOf,
  counted: CountedVisitors,
): void {
  const value = stored.values.get(`${name}:h`);
  const registers = value?.type === 'bytes' ? readRegisters(value.bytes) : undefined;
  comparison.count('HyperLogLog');
  if (counted.registers === undefined) {
    if (value !== undefined) comparison.differ(`${cell} HyperLogLog`, undefined, 'there');
    return;
  }
  if (registers === undefined) {
    comparison.differ(`${cell} HyperLogLog`, `of ${counted.size} visitors`, value && 'no HyperLogLog');
    return;
  }
  const expected = readRegisters(counted.registers) as Uint8Array;
  const differing = differingRegisters(expected, registers);
  if (differing > 0) {
    comparison.differ(`${cell} HyperLogLog`, `of ${counted.size} visitors`, `${differing} other registers`);
  }
}

function compareSealed(
  comparison: Comparison,
  { cell, fields, isClosed }: VisitorsOf,
  counted: CountedVisitors,
  held: ReadonlySet<string>,
): void {
  const isExact = counted.size <= exactVisitorsMax;
  const number = isExact ? counted.size : counted.estimate;
  comparison.equal('sealed visitors', `${cell} visitors`, number, Number(fields.get('visitors')));
  comparison.equal(
    'sealed visitors',
    `${cell} visitorsExact`,
    isExact ? 1 : 0,
    Number(fields.get('visitorsExact')),
  );
  if (!isClosed) comparison.differ(`${cell} sealed`, 'still open', 'sealed');
  if (held.size > 0)
    comparison.differ(`${cell} visitor set`, undefined, `${held.size} visitors of a sealed bucket`);
}

export async function compareVisitors(
  comparison: Comparison,
  scratch: Scratch,
  stored: StoredShard,
  of: VisitorsOf,
  bucket: RecountedBucket,
): Promise<void> {
  const { cell, fields, digests, keepsRegisters } = of;
  const counted = bucket.counted ?? (await countVisitors(scratch, bucket.visitors, digests, keepsRegisters));
  const held = membersOf(stored, `${of.name}:v`);
  if (keepsRegisters) compareRegisters(comparison, stored, of, counted);
  if (fields.has('visitors')) {
    compareSealed(comparison, of, counted, held);
    return;
  }
  const isExact = counted.size <= exactVisitorsMax;
  comparison.equal('counts', `${cell} promoted`, isExact ? 0 : 1, Number(fields.get('promoted') ?? 0));
  const log = isExact ? Array.from(bucket.visitors, (number) => digests[number] as string) : [];
  comparison.equalSets('exact visitors', `${cell} visitor`, new Set(log), held);
}
