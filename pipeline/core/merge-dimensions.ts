/**
 * Counts by value, summed over buckets and shards. A window holds hundreds of buckets of which few change from one second to
 * the next, so the sum is kept, and of a bucket that changed the difference is added. Counts are integers: nothing drifts.
 */
import { type Dimension, OTHER_VALUE } from './dimensions';
import type { ValueCount } from './snapshot';

/** Values of one dimension and how often each was counted, side by side; `other`: what gave way. */
export interface ValueCounts {
  readonly values: readonly string[];
  readonly counts: readonly number[];
  readonly other: number;
}

export type DimensionCounts = ReadonlyMap<Dimension, ValueCounts>;

interface Sum {
  readonly byValue: Map<string, number>;
  total: number;
}

function isAbove(a: ValueCount, b: ValueCount): boolean {
  return a.count !== b.count ? a.count > b.count : a.value < b.value;
}

/** The `max` largest, in order: by count, then by value. */
export function largest(byValue: ReadonlyMap<string, number>, max: number): ValueCount[] {
  const top: ValueCount[] = [];
  for (const [value, count] of byValue) {
    const last = top[max - 1];
    if (last !== undefined && count < last.count) continue;
    const candidate = { value, count };
    if (last !== undefined && !isAbove(candidate, last)) continue;
    const below = top.findIndex((held) => isAbove(candidate, held));
    top.splice(below < 0 ? top.length : below, 0, candidate);
    if (top.length > max) top.pop();
  }
  return top;
}

const NOTHING: DimensionCounts = new Map();
const NO_VALUES: ReadonlyMap<string, number> = new Map();
const NONE: ValueCounts = { values: [], counts: [], other: 0 };

function add(sum: Sum, value: string, increment: number): void {
  sum.total += increment;
  const count = (sum.byValue.get(value) ?? 0) + increment;
  // A value may be added in its new place before it is taken off its old one, so that a count may be below zero in between.
  if (count === 0) sum.byValue.delete(value);
  else sum.byValue.set(value, count);
}

export class DimensionTally {
  private readonly sums = new Map<Dimension, Sum>();
  private held: ReadonlyMap<string, DimensionCounts> = new Map();

  /** Makes the sum one over exactly these parts. A part that is the same object as before costs nothing. */
  hold(parts: ReadonlyMap<string, DimensionCounts>): void {
    for (const [name, part] of this.held) if (!parts.has(name)) this.replace(part, NOTHING);
    for (const [name, part] of parts) {
      const before = this.held.get(name) ?? NOTHING;
      if (before !== part) this.replace(before, part);
    }
    this.held = parts;
  }

  /** The `max` most frequent values, then "(other)" with everything else. `total`: of the dimension, where it is known better. */
  top(dimension: Dimension, max: number, total = this.sums.get(dimension)?.total ?? 0): ValueCount[] {
    const shown = largest(this.values(dimension), max);
    const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
    return rest > 0 ? [...shown, { value: OTHER_VALUE, count: rest, other: true }] : shown;
  }

  /** Every value that is held, in no order. */
  values(dimension: Dimension): ReadonlyMap<string, number> {
    return this.sums.get(dimension)?.byValue ?? NO_VALUES;
  }

  private replace(before: DimensionCounts, after: DimensionCounts): void {
    for (const dimension of new Set([...before.keys(), ...after.keys()])) {
      this.replaceCounts(this.sumOf(dimension), before.get(dimension) ?? NONE, after.get(dimension) ?? NONE);
    }
  }

  /** A bucket that is read again has nearly always the same values in the same places, and most have the same counts. */
  private replaceCounts(sum: Sum, before: ValueCounts, after: ValueCounts): void {
    sum.total += after.other - before.other;
    const length = Math.max(before.values.length, after.values.length);
    for (let i = 0; i < length; i++) {
      const [gone, come] = [before.values[i], after.values[i]];
      const [less, more] = [before.counts[i] ?? 0, after.counts[i] ?? 0];
      if (gone === come) {
        if (come !== undefined && more !== less) add(sum, come, more - less);
      } else {
        if (gone !== undefined) add(sum, gone, -less);
        if (come !== undefined) add(sum, come, more);
      }
    }
  }

  private sumOf(dimension: Dimension): Sum {
    const known = this.sums.get(dimension);
    if (known !== undefined) return known;
    const sum: Sum = { byValue: new Map(), total: 0 };
    this.sums.set(dimension, sum);
    return sum;
  }
}
