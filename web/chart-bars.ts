/** The chart's bars and what stands beneath them: the buckets of the answer, carried on to the present whether or not anybody came. */
import type { SeriesPoint, SnapshotWindow, VisitorCount } from '../pipeline/core/snapshot';
import type { ZoneClock } from './zone-clock';

export interface ChartBar {
  readonly fromMs: number;
  /** Excluded. */
  readonly untilMs: number;
  readonly views: number;
  readonly events: number;
  readonly bots: number;
  readonly visitors: VisitorCount;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const stepMs: Readonly<Record<SnapshotWindow, number>> = {
  '5m': minuteMs,
  '30m': minuteMs,
  '24h': hourMs,
  '7d': hourMs,
  '30d': dayMs,
};
const nobody = { views: 0, events: 0, bots: 0, visitors: { count: 0, exact: true } };

function toBar({ at, until, views, events, bots, visitors }: SeriesPoint): ChartBar {
  return { fromMs: Date.parse(at), untilMs: Date.parse(until), views, events, bots, visitors };
}

/**
 * `nowMs`: the server's present by the page's estimate. Buckets that have begun since the answer are empty until the next
 * one says otherwise, and push the oldest out.
 */
export function chartBars(
  series: readonly SeriesPoint[],
  window: SnapshotWindow,
  nowMs: number,
): readonly ChartBar[] {
  const bars = series.map(toBar);
  const heldUntilMs = bars.at(-1)?.untilMs ?? nowMs;
  const step = stepMs[window];
  const missing = nowMs < heldUntilMs ? 0 : Math.floor((nowMs - heldUntilMs) / step) + 1;
  // After a silence longer than the window nothing of it is left to show.
  const shown = Math.min(missing, bars.length);
  const begun = Array.from({ length: shown }, (_, index): ChartBar => {
    const fromMs = heldUntilMs + (missing - shown + index) * step;
    return { fromMs, untilMs: fromMs + step, ...nobody };
  });
  return [...bars, ...begun].slice(shown);
}

/** What a bar covers, in words. */
export function barName({ fromMs, untilMs }: ChartBar, window: SnapshotWindow, clock: ZoneClock): string {
  if (window === '5m' || window === '30m') return `${clock.minute(fromMs)} to ${clock.minute(untilMs)}`;
  if (window !== '30d') return `${clock.dayAndMinute(fromMs)} to ${clock.minute(untilMs)}`;
  const isWholeDay = clock.minute(fromMs) === '00:00' && clock.minute(untilMs) === '00:00';
  return isWholeDay
    ? clock.weekday(fromMs)
    : `${clock.dayAndMinute(fromMs)} to ${clock.dayAndMinute(untilMs)}`;
}

export interface ChartTick {
  /** Of the bar that it stands under. */
  readonly index: number;
  readonly text: string;
}

function tickOf(
  bars: readonly ChartBar[],
  index: number,
  window: SnapshotWindow,
  clock: ZoneClock,
): string | undefined {
  const bar = bars[index] as ChartBar;
  switch (window) {
    case '5m':
      return clock.minute(bar.fromMs);
    case '30m':
      return clock.minuteOfHour(bar.fromMs) % 5 === 0 ? clock.minute(bar.fromMs) : undefined;
    case '24h':
      return clock.hourOfDay(bar.fromMs) % 4 === 0 ? clock.minute(bar.fromMs) : undefined;
    case '7d': {
      const before = bars[index - 1];
      const isNewDay = before !== undefined && clock.day(before.fromMs) !== clock.day(bar.fromMs);
      return isNewDay ? clock.weekday(bar.fromMs) : undefined;
    }
    case '30d':
      return (bars.length - 1 - index) % 5 === 0 ? clock.day(bar.fromMs) : undefined;
  }
}

export function chartTicks(
  bars: readonly ChartBar[],
  window: SnapshotWindow,
  clock: ZoneClock,
): readonly ChartTick[] {
  return bars.flatMap((_, index) => {
    const text = tickOf(bars, index, window, clock);
    return text === undefined ? [] : [{ index, text }];
  });
}

/** A round, even number that is not below `value`, so that the axis does not move with every view. At least 4. */
export function roundAxis(value: number): number {
  if (value <= 10) return Math.max(4, 2 * Math.ceil(value / 2));
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const steps = [10, 12, 16, 20, 30, 40, 50, 60, 80, 100];
  return (steps.find((step) => (step * magnitude) / 10 >= value) ?? 100) * (magnitude / 10);
}
