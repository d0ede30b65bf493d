/**
 * Visits that may last over midnight, when names change: who was seen, and when. All collectors of a topic tell each other, so that a visit
 * survives where the next request goes to another one, or where this one has been started anew. What they tell are the names that
 * the events have, and nothing that the names were made of.
 */
import { MINUTE_MS } from '../pipeline/core/limits';

/** As long as a visit may pause. */
export const visitMs = 30 * MINUTE_MS;
/** So what others know is at most this old, and no visitor costs more than a line a minute. */
const tellAgainMs = MINUTE_MS;
/** Beyond it visits break at midnight. About 200 bytes each. */
const visitorsMax = 100_000;

interface Sight {
  seenMs: number;
  toldMs: number;
}

export class MidnightVisits {
  private readonly sights = new Map<string, Sight>();

  get isEmpty(): boolean {
    return this.sights.size === 0;
  }

  isOn(visitor: string, atMs: number): boolean {
    const sight = this.sights.get(visitor);
    return sight !== undefined && atMs - sight.seenMs < visitMs;
  }

  see(visitor: string, atMs: number): void {
    const sight = this.sights.get(visitor);
    if (sight !== undefined) sight.seenMs = Math.max(sight.seenMs, atMs);
    else if (this.sights.size < visitorsMax)
      this.sights.set(visitor, { seenMs: atMs, toldMs: Number.NEGATIVE_INFINITY });
  }

  /** Another collector, or this one before it was started anew, has seen them. */
  hear(visitors: readonly string[], atMs: number): void {
    for (const visitor of visitors) {
      this.see(visitor, atMs);
      const sight = this.sights.get(visitor);
      if (sight !== undefined) sight.toldMs = Math.max(sight.toldMs, atMs);
    }
  }

  /** Whom the others have to hear of. */
  takeUntold(atMs: number): readonly string[] {
    const untold: string[] = [];
    for (const [visitor, sight] of this.sights) {
      if (sight.seenMs <= sight.toldMs || atMs - sight.toldMs < tellAgainMs) continue;
      sight.toldMs = atMs;
      untold.push(visitor);
    }
    return untold;
  }

  forgetOld(atMs: number): void {
    for (const [visitor, { seenMs }] of this.sights)
      if (atMs - seenMs >= visitMs) this.sights.delete(visitor);
  }
}
