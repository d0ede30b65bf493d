/** How many events are due: a set rate without drift, and without making up for a time in which nothing could be sent. */

/** A process that was held up goes on with at most this much work at once. */
const catchUpMsMax = 1_000;

export class Pace {
  private lastMs: number | undefined;
  private fraction = 0;

  constructor(private readonly eventsPerSecond: number) {}

  /** `nowMs`: of a clock that never steps. `factor`: times the set rate, now. The parts of events are carried over. */
  due(nowMs: number, factor = 1): number {
    const elapsedMs = Math.min(nowMs - (this.lastMs ?? nowMs), catchUpMsMax);
    this.lastMs = nowMs;
    const exact = this.fraction + (elapsedMs * this.eventsPerSecond * factor) / 1_000;
    const whole = Math.floor(exact);
    this.fraction = exact - whole;
    return whole;
  }
}
