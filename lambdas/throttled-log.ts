/**
 * A log that says only so much about one subject in a while. What a retry finds a hundred times a minute, or a producer with
 * transactions brings about at each of its markers, would bury every other line.
 */
import type { LogFields, WriteLog } from './structured-log';

export interface Throttle {
  /** Lines about one subject, at least 1 ... */
  readonly linesMax: number;
  /** ... within so many milliseconds of the first of them. */
  readonly withinMs: number;
}

/** `subject`: what the line is about; lines of one subject are throttled together. */
export type WriteAbout = (
  subject: string,
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: LogFields,
) => void;

interface Period {
  readonly sinceMs: number;
  lines: number;
  unsaid: number;
}

/** The first line after a silence has `unsaid`: how many were not written. */
export function throttledLog(
  log: WriteLog,
  { linesMax, withinMs }: Throttle,
  nowMs: () => number = Date.now,
): WriteAbout {
  const periods = new Map<string, Period>();
  return (subject, level, message, fields = {}) => {
    let period = periods.get(subject);
    const unsaid = period?.unsaid ?? 0;
    if (period === undefined || nowMs() - period.sinceMs >= withinMs) {
      period = { sinceMs: nowMs(), lines: 0, unsaid: 0 };
      periods.set(subject, period);
    }
    if (period.lines >= linesMax) {
      period.unsaid += 1;
      return;
    }
    period.lines += 1;
    log(level, message, period.lines === 1 && unsaid > 0 ? { ...fields, unsaid } : fields);
  };
}
