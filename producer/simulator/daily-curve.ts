/** How busy a day's hours are beside each other: a night, a morning and an evening, as sites for people of one region see them. */
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';

/** On the hour, 0 to 23; between two hours along the straight line. The night has a quarter of the evening. */
const HOURS = [
  0.45, 0.34, 0.28, 0.25, 0.26, 0.32, 0.45, 0.62, 0.8, 0.92, 0.97, 0.94, 0.88, 0.85, 0.86, 0.86, 0.85, 0.85,
  0.89, 0.96, 1, 0.95, 0.79, 0.6,
] as const;
/** Of straight lines too: each hour's two ends count half. */
const mean = HOURS.reduce((sum, level) => sum + level, 0) / HOURS.length;

export const dailyPeakFactor = 1 / mean;

/** Times the mean of the day. `hourOfDay`: 0 up to, not including, 24. */
export function dailyFactor(hourOfDay: number): number {
  const hour = Math.floor(hourOfDay);
  const from = HOURS[hour % HOURS.length] as number;
  const to = HOURS[(hour + 1) % HOURS.length] as number;
  return (from + (to - from) * (hourOfDay - hour)) / mean;
}

/** By the clock of the machine's zone (TZ): a site's visitors sleep when it is night there. */
export function localHourOfDay(atMs: number): number {
  const date = new Date(atMs);
  return date.getHours() + date.getMinutes() / 60 + (atMs % MINUTE_MS) / HOUR_MS;
}
