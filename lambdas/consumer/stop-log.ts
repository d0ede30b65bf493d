/** What the consumer says of partitions that have stopped: when they do, and not at each of a hundred retries. */
import type { WriteLog } from '../structured-log';
import { throttledLog, type WriteAbout } from '../throttled-log';

/**
 * Why a partition has stopped, and what mends it. `refused`: judging, folding or committing its records fails, and not for the store's
 * sake; repair finds the record.
 */
const stops = {
  behind: 'partition stopped: behind; run repair',
  torn: 'partition stopped: torn; rebuild the shard',
  wrong_log: 'partition stopped: wrong_log; rebuild from the log as it is now',
  refused: 'partition stopped: a record cannot be counted; run repair',
} as const;
export type Stop = keyof typeof stops;

/** Of one partition: each marker of a producer's transactions stops it anew. */
const throttle = { linesMax: 5, withinMs: 60_000 };

/** A retry of a batch has nothing new to say: each stop is said once, by where its partition stopped. */
class StopLog {
  private readonly said = new Map<string, number>();
  private readonly write: WriteAbout;

  constructor(log: WriteLog) {
    this.write = throttledLog(log, throttle);
  }

  say(stop: Stop, partition: string, next: number, waitingFrom: number): void {
    const subject = `${stop} ${partition}`;
    if (this.said.get(subject) === next) return;
    this.said.set(subject, next);
    this.write(subject, 'error', stops[stop], { partition, next, waitingFrom });
  }
}

/** One a log, and so one a process: a consumer is made once. */
const stopLogs = new WeakMap<WriteLog, StopLog>();

export function stopLogOf(log: WriteLog): StopLog {
  const found = stopLogs.get(log) ?? new StopLog(log);
  stopLogs.set(log, found);
  return found;
}
