/** A store whose numbers tell when they were read, so that each look at the page tells how old what it shows is. */
import { buildSnapshot } from './build-snapshot';
import { FakeSnapshotStore } from './fake-snapshot-store';
import type { MarkSample } from './page-time';

const viewMs = 100;

export class TimedStore extends FakeSnapshotStore {
  /** Milliseconds that the store's time is ahead of the machine's: for tests in which the machine is said to have slept. */
  aheadMs = 0;

  constructor() {
    super();
    this.make = (site, window, machineMs, zone) => {
      const nowMs = machineMs + this.aheadMs;
      const snapshot = buildSnapshot({ site, window, nowMs, zone, scale: 2_000 });
      const totals = { ...snapshot.totals, views: Math.floor(nowMs / viewMs) };
      return { ...snapshot, asOf: new Date(nowMs).toISOString(), totals };
    };
  }
}

/** How old the numbers were that the page showed then. */
export function ageOf({ atMs, views }: MarkSample): number {
  return atMs - views * viewMs;
}

/** The promise: what is called live is not older. */
const liveMsMax = 5_000;
/** The mark is judged each quarter of a second; a page that did not run for a while must have a chance to do so once. */
const wakeMsMax = 500;

/** The moments at which the page called numbers live that were too old for it; must be none. */
export function falselyLive(samples: readonly MarkSample[]): readonly string[] {
  let wokeAtMs = Number.NEGATIVE_INFINITY;
  return samples.flatMap((sample, index) => {
    const pauseMs = sample.atMs - (samples[index - 1]?.atMs ?? sample.atMs);
    if (pauseMs > wakeMsMax) wokeAtMs = sample.atMs;
    const isFalse = sample.state === 'live' && ageOf(sample) > liveMsMax;
    if (!isFalse || sample.atMs - wokeAtMs <= wakeMsMax) return [];
    return [`${Math.round(ageOf(sample))} ms old, sample ${index} of ${samples.length}`];
  });
}
