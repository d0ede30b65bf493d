/** The values of one dimension, with what gave way to "(other)". */
import { keptShare } from './rules';

export class Values {
  readonly counts = new Map<string, number>();
  other = 0;
  hasTrimmed = false;
  private isNew = false;

  add(value: string, by = 1): void {
    if (by === 0) return;
    this.isNew ||= !this.counts.has(value);
    this.counts.set(value, (this.counts.get(value) ?? 0) + by);
  }

  /** At the end of a commit. The smallest counts go first, of equal ones those that sort last by their bytes. */
  commit(max: number): void {
    const isOver = this.isNew && this.counts.size > max;
    this.isNew = false;
    if (!isOver) return;
    this.hasTrimmed = true;
    const order = [...this.counts].sort(
      ([a, n], [b, o]) => n - o || Buffer.compare(Buffer.from(b), Buffer.from(a)),
    );
    for (const [value, count] of order.slice(0, order.length - Math.floor(max * keptShare))) {
      this.counts.delete(value);
      this.other += count;
    }
  }
}
