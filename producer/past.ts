/**
 * The past: simulated time that ends now, written as fast as Kafka takes it. Oldest first, and up to the moment at which it has
 * caught up: so an event is at most as old as the past is long when it is written, and hours, which take events 25 h old, take all.
 */
import { MINUTE_MS, SECOND_MS } from '../pipeline/core/limits';
import type { Outbox } from './outbox';
import { Pace } from './pace';
import type { Simulator } from './simulator/simulator';

export interface PastOptions {
  readonly fromMs: number;
  readonly eventsPerSecond: number;
  /** Times the rate, at a time. */
  readonly factorAt: (atMs: number) => number;
  readonly nowMs: () => number;
  readonly isStopped: () => boolean;
  readonly report: (progress: PastProgress) => void;
}

export interface PastProgress {
  readonly reachedMs: number;
  /** 0 to 1. */
  readonly done: number;
  readonly written: number;
  readonly perSecond: number;
}

const stepMs = SECOND_MS;
const reportEveryMs = 5_000;
/** What of it lies in one turn of the program, so that heartbeats are not held up. */
const turnMs = MINUTE_MS;

/** Resolves when it has caught up with the present, or is stopped. */
export async function writePast(simulator: Simulator, outbox: Outbox, options: PastOptions): Promise<void> {
  const { fromMs, eventsPerSecond, factorAt, nowMs, isStopped, report } = options;
  const pace = new Pace(eventsPerSecond);
  pace.due(fromMs);
  const startedMs = nowMs();
  let written = 0;
  let reportedMs = startedMs;
  let atMs = fromMs;
  const progress = (): PastProgress => ({
    reachedMs: atMs,
    done: (atMs - fromMs) / (nowMs() - fromMs),
    written,
    perSecond: Math.round((written * SECOND_MS) / Math.max(1, nowMs() - startedMs)),
  });
  while (atMs < nowMs() && !isStopped()) {
    // The last step ends now, where the live traffic begins.
    const stepFromMs = atMs;
    atMs = Math.min(atMs + stepMs, nowMs());
    const due = pace.due(atMs, factorAt(atMs));
    // Spread over the step, and none of them ahead of it.
    outbox.accept(
      Array.from({ length: due }, (_, i) =>
        simulator.nextOfPast(stepFromMs + Math.floor(((i + 1) * (atMs - stepFromMs)) / due)),
      ),
    );
    written += due;
    await outbox.untilRoom();
    if (atMs % turnMs < stepMs) await new Promise((resolve) => setImmediate(resolve));
    if (nowMs() - reportedMs < reportEveryMs) continue;
    reportedMs = nowMs();
    report(progress());
  }
  // Caught up is done, also where the clock has moved on since.
  report(isStopped() ? progress() : { ...progress(), done: 1 });
}
