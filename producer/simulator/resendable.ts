/** Good records that may be sent again: a sample of the newest, and none that is so old that its messageId may be forgotten. */
import { duplicateWindowMs } from '../../pipeline/core/limits';
import { integerBetween, type Random } from './random';

interface Kept<T> {
  readonly record: T;
  readonly atMs: number;
}

/** One in this many records is kept. */
const keepEvery = 8;
const keptMax = 64;
const againWithinMs = duplicateWindowMs / 2;

export class Resendable<T> {
  private readonly kept: Kept<T>[] = [];
  private offered = 0;

  offer(record: T, atMs: number): void {
    this.offered += 1;
    if (this.offered % keepEvery !== 0) return;
    this.kept[(this.offered / keepEvery - 1) % keptMax] = { record, atMs };
  }

  /** undefined: the one that was drawn is too old, or there is none yet. */
  pick(nowMs: number, random: Random): T | undefined {
    const drawn = this.kept[integerBetween(random, 0, this.kept.length - 1)];
    return drawn !== undefined && nowMs - drawn.atMs < againWithinMs ? drawn.record : undefined;
  }
}
