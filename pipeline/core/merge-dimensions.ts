/**
 * Counts by value, summed over buckets and shards. A window holds hundreds of buckets of which few change from one second to
 * the next, so the sum is kept, and a bucket that changed is taken off as it was and added as it is. Counts are integers:
 * nothing drifts.
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
function largest(byValue: ReadonlyMap<string, number>, max: number): ValueCount[] {
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

export class DimensionTally {
  private readonly sums = new Map<Dimension, Sum>();
  private held: ReadonlyMap<string, DimensionCounts> = new Map();

  /** Makes the sum one over exactly these parts. A part that is the same object as before costs nothing. */
  hold(parts: ReadonlyMap<string, DimensionCounts>): void {
    for (const [name, part] of this.held) if (parts.get(name) !== part) this.add(part, -1);
    for (const [name, part] of parts) if (this.held.get(name) !== part) this.add(part, 1);
    this.held = parts;
  }

  /** The `max` most frequent values, then "(other)" with everything else. `total`: of the dimension, where it is known better. */
  top(dimension: Dimension, max: number, total = this.sums.get(dimension)?.total ?? 0): ValueCount[] {
    const shown = largest(this.sums.get(dimension)?.byValue ?? new Map(), max);
    const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
    return rest > 0 ? [...shown, { value: OTHER_VALUE, count: rest, other: true }] : shown;
  }

  private add(part: DimensionCounts, sign: 1 | -1): void {
    for (const [dimension, { values, counts, other }] of part) {
      const sum = this.sumOf(dimension);
      sum.total += sign * other;
      values.forEach((value, i) => {
        const increment = sign * (counts[i] as number);
        const count = (sum.byValue.get(value) ?? 0) + increment;
        if (count === 0) sum.byValue.delete(value);
        else sum.byValue.set(value, count);
        sum.total += increment;
      });
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
