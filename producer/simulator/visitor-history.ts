/**
 * Which visitors came when, so that some of them come again hours and days later. Visitors are numbered as they come, and
 * everything about one follows from the number; so all that is kept is the first number of each span of time: about two
 * thousand of them, however many visitors there are.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { integerBetween, type Random, weightedPick } from './random';

const spanMs = 5 * MINUTE_MS;
const keptSpans = (7 * DAY_MS) / spanMs;

/** How long somebody stays away: until later that day, until the next, or for some days. At least as long as a session's end. */
const pickAway = weightedPick([
  [[30 * MINUTE_MS, 4 * HOUR_MS] as const, 50],
  [[4 * HOUR_MS, DAY_MS] as const, 25],
  [[DAY_MS, 7 * DAY_MS] as const, 25],
]);

export class VisitorHistory {
  private readonly firstOf: number[] = new Array(keptSpans).fill(0);
  private readonly firstSpan: number;
  private span: number;
  private next = 1;

  constructor(startMs: number) {
    this.firstSpan = Math.floor(startMs / spanMs);
    this.span = this.firstSpan;
    this.firstOf[this.span % keptSpans] = this.next;
  }

  /** The number of somebody who comes for the first time. */
  newcomer(nowMs: number): number {
    this.moveTo(nowMs);
    this.next += 1;
    return this.next - 1;
  }

  /** The number of somebody who comes again; undefined: they were here before the history begins, or nobody was. */
  returning(nowMs: number, random: Random): number | undefined {
    this.moveTo(nowMs);
    const then = Math.floor((nowMs - integerBetween(random, ...pickAway(random))) / spanMs);
    if (then < this.firstSpan || then <= this.span - keptSpans || then >= this.span) return undefined;
    const first = this.firstOf[then % keptSpans] as number;
    const last = (this.firstOf[(then + 1) % keptSpans] as number) - 1;
    return last < first ? undefined : integerBetween(random, first, last);
  }

  private moveTo(nowMs: number): void {
    const now = Math.floor(nowMs / spanMs);
    // Of a longer gap only what is kept matters.
    this.span = Math.max(this.span, now - keptSpans);
    while (this.span < now) {
      this.span += 1;
      this.firstOf[this.span % keptSpans] = this.next;
    }
  }
}
