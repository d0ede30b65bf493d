/** Compares the visitors of a bucket: the exact set while it is kept, the registers, and the number once it is sealed. */
import { membersOf } from './audited-range';
import type { Comparison } from './comparison';
import { differingRegisters, readRegisters, smallerRegisters } from './hyperloglog';
import type { CountedVisitors, RecountedBucket } from './recount-bucket';
import { exactVisitorsMax } from './rules';
import type { Scratch } from './scratch';
import type { StoredShard } from './stored-shard';
import { countVisitors } from './visitor-count';
import type { VisitorSet } from './visitor-set';

export interface VisitorsOf {
  /** `minute 2026-01-15T12:00:00Z demo`. */
  readonly cell: string;
  /** Name of the counts' key. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Log time has passed the bucket's end and grace: only then it may be sealed. */
  readonly isClosed: boolean;
  readonly keepsRegisters: boolean;
  /** The log has told all of them; else there may be more in the store than in the log, and none may be missing. */
  readonly isWhole: boolean;
}

function compareRegisters(
  comparison: Comparison,
  stored: StoredShard,
  { cell, name, isWhole }: VisitorsOf,
  counted: CountedVisitors,
): void {
  const value = stored.values.get(`${name}:h`);
  const registers = value?.type === 'bytes' ? readRegisters(value.bytes) : undefined;
  comparison.count('HyperLogLog');
  if (counted.registers === undefined) {
    if (value !== undefined && isWhole) comparison.differ(`${cell} HyperLogLog`, undefined, 'there');
    return;
  }
  if (registers === undefined) {
    comparison.differ(`${cell} HyperLogLog`, `of ${counted.size} visitors`, value && 'no HyperLogLog');
    return;
  }
  const expected = readRegisters(counted.registers) as Uint8Array;
  const differing = isWhole ? differingRegisters(expected, registers) : smallerRegisters(registers, expected);
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

/** Those of the log that the store must hold: all that are counted one by one. */
function compareSet(
  comparison: Comparison,
  { cell, fields, isWhole }: VisitorsOf,
  visitors: VisitorSet,
  counted: CountedVisitors,
  held: ReadonlySet<string>,
): void {
  const isPromoted = Number(fields.get('promoted') ?? 0);
  const isExact = counted.size <= exactVisitorsMax;
  if (!isWhole) {
    // Promoted before the log begins, the set is rightly gone.
    if (isPromoted === 1) return;
    comparison.equal('counts', `${cell} promoted`, isExact ? 0 : 1, isPromoted);
    const told = new Set(Array.from(visitors, String));
    comparison.equalSets(
      'exact visitors',
      `${cell} visitor`,
      told,
      new Set([...held].filter((one) => told.has(one))),
    );
    return;
  }
  comparison.equal('counts', `${cell} promoted`, isExact ? 0 : 1, isPromoted);
  const log = new Set(isExact ? Array.from(visitors, String) : []);
  // What is wrong about the mark is no difference of each visitor.
  if (isPromoted === (isExact ? 0 : 1)) comparison.equalSets('exact visitors', `${cell} visitor`, log, held);
}

export async function compareVisitors(
  comparison: Comparison,
  scratch: Scratch,
  stored: StoredShard,
  of: VisitorsOf,
  bucket: RecountedBucket,
): Promise<void> {
  const { fields, keepsRegisters } = of;
  const counted = bucket.counted ?? (await countVisitors(scratch, bucket.visitors, keepsRegisters));
  const held = membersOf(stored, `${of.name}:v`);
  if (keepsRegisters) compareRegisters(comparison, stored, of, counted);
  if (fields.has('visitors')) compareSealed(comparison, of, counted, held);
  else compareSet(comparison, of, bucket.visitors, counted, held);
}
