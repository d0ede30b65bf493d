/**
 * When each line is sent, and what is added to its time. With `--shift now` the newest line's time is the moment at which it is
 * due: at full speed now, at `--speed 1` each line's time is its own moment, so that an old log plays as if it were live.
 */
import type { LogSurvey } from './log-file';

/** Log time per real time. */
export type ReplaySpeed = number | 'max';

export interface ReplayPlan {
  readonly shiftMs: number;
  /** When a line is to be sent, by the clock of `startMs`. `timeMs`: of the event, shifted. */
  readonly dueMs: (timeMs: number) => number;
}

export function planReplay(
  { oldestMs, newestMs }: LogSurvey,
  speed: ReplaySpeed,
  isShifted: boolean,
  startMs: number,
): ReplayPlan {
  if (oldestMs === undefined || newestMs === undefined) return { shiftMs: 0, dueMs: () => startMs };
  const lastsMs = speed === 'max' ? 0 : (newestMs - oldestMs) / speed;
  const shiftMs = isShifted ? Math.round(startMs + lastsMs) - newestMs : 0;
  const dueMs = (timeMs: number): number =>
    speed === 'max' ? startMs : startMs + (timeMs - shiftMs - oldestMs) / speed;
  return { shiftMs, dueMs };
}
