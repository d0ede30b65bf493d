/** The chart's buckets: those of the window that end with the present one, whether or not anybody came. */
import type { SeriesPoint, SnapshotWindow, VisitorCount } from '../pipeline/core/snapshot';
import { formatDay, formatDayAndMinute, formatMinute } from './format';

export interface ChartShape {
  readonly stepMs: number;
  readonly length: number;
  readonly title: string;
  /** Name of a bucket that starts then. */
  readonly nameOf: (atMs: number) => string;
  /** Text under the axis; undefined: none under this bucket. */
  readonly tickOf: (atMs: number) => string | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const minuteOfHour = (atMs: number): number => new Date(atMs).getMinutes();
const hourOfDay = (atMs: number): number => new Date(atMs).getHours();
const utcDay = (atMs: number): string => formatDay(atMs, 'UTC');
const minute = (atMs: number): string => formatMinute(atMs);

export const CHART_SHAPES: Readonly<Record<SnapshotWindow, ChartShape>> = {
  '5m': { stepMs: minuteMs, length: 5, title: 'By minute, last 5 minutes', nameOf: minute, tickOf: minute },
  '30m': {
    stepMs: minuteMs,
    length: 30,
    title: 'By minute, last 30 minutes',
    nameOf: minute,
    tickOf: (atMs) => (minuteOfHour(atMs) % 5 === 0 ? formatMinute(atMs) : undefined),
  },
  '24h': {
    stepMs: hourMs,
    length: 24,
    title: 'By hour, last 24 hours',
    nameOf: (atMs) => formatDayAndMinute(atMs),
    tickOf: (atMs) => (hourOfDay(atMs) % 4 === 0 ? formatMinute(atMs) : undefined),
  },
  '7d': {
    stepMs: hourMs,
    length: 7 * 24,
    title: 'By hour, last 7 days',
    nameOf: (atMs) => formatDayAndMinute(atMs),
    tickOf: (atMs) => (hourOfDay(atMs) === 0 ? formatDay(atMs) : undefined),
  },
  // Days are days of UTC: in another zone's time they would begin in the middle of one.
  '30d': {
    stepMs: dayMs,
    length: 30,
    title: 'By day (UTC), last 30 days',
    nameOf: utcDay,
    tickOf: (atMs) => ((atMs / dayMs) % 5 === 0 ? utcDay(atMs) : undefined),
  },
};

export interface ChartSlot {
  readonly atMs: number;
  readonly views: number;
  readonly events: number;
  readonly bots: number;
  readonly visitors: VisitorCount;
}

const nobody = { views: 0, events: 0, bots: 0, visitors: { count: 0, exact: true } };

/** `nowMs`: the server's present by the page's estimate, so that the chart moves on between and without changes. */
export function chartSlots(
  series: readonly SeriesPoint[],
  window: SnapshotWindow,
  nowMs: number,
): readonly ChartSlot[] {
  const { stepMs, length } = CHART_SHAPES[window];
  const points = new Map(series.map((point) => [Date.parse(point.at), point]));
  const last = Math.floor(nowMs / stepMs) * stepMs;
  return Array.from({ length }, (_, index) => {
    const atMs = last - (length - 1 - index) * stepMs;
    const { views, events, bots, visitors } = points.get(atMs) ?? nobody;
    return { atMs, views, events, bots, visitors };
  });
}

/** A round, even number that is not below `value`, so that the axis does not move with every view. At least 4. */
export function roundAxis(value: number): number {
  if (value <= 10) return Math.max(4, 2 * Math.ceil(value / 2));
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const steps = [10, 12, 16, 20, 30, 40, 50, 60, 80, 100];
  return (steps.find((step) => (step * magnitude) / 10 >= value) ?? 100) * (magnitude / 10);
}
