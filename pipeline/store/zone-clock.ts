/**
 * The clock of a time zone: where its days begin, and when it showed the same time some days ago. Zone arithmetic is the
 * library's, whose zone data are the runtime's.
 */
import { TZDateMini, tzOffset } from '@date-fns/tz';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/limits';
import { barPerSpan, type SeriesPlan, type Span } from '../core/series';
import { bucketStart } from '../core/time-bucket';
import { type BucketRange, bucketsBetween } from '../core/window';
import { BoundedCache } from './read-cache';

export const UTC = 'UTC';

/** No day is longer: the longest that zones have had were 49 hours, where the date line moved. */
const dayHoursMax = 50;

/** Number of the local date. Days that are cut by it are right where midnight does not exist, or comes twice. */
function localDay(zone: string, atMs: number): number {
  return Math.floor((atMs + tzOffset(zone, new Date(atMs)) * MINUTE_MS) / DAY_MS);
}

/**
 * Days of the zone that `[fromMs, nowMs]` lies in, oldest first, the first as from `fromMs`, a whole hour of UTC. Hours are
 * those of UTC, so that a day begins with the first hour that begins in it: in Tehran (+03:30), half an hour after midnight.
 */
export function zoneDays(zone: string, fromMs: number, nowMs: number): Span[] {
  const startsMs = [fromMs];
  let day = localDay(zone, fromMs);
  const last = bucketStart(nowMs, HOUR_MS);
  for (let hourMs = fromMs + HOUR_MS; hourMs <= last + dayHoursMax * HOUR_MS; hourMs += HOUR_MS) {
    const next = localDay(zone, hourMs);
    if (next === day) continue;
    day = next;
    startsMs.push(hourMs);
    if (hourMs > last) break;
  }
  return startsMs.slice(1).map((untilMs, i) => ({ startMs: startsMs[i] as number, untilMs }));
}

/** Zones that are looked at, each with the days of one hour. */
const curvesMax = 600;

/** Curves of days of zones; made anew each hour, which takes milliseconds. */
export class ZoneCurves {
  private readonly curves = new BoundedCache<{ readonly hourMs: number; readonly curve: SeriesPlan }>(
    curvesMax,
  );

  /** From the start of `days`, which are those of UTC, up to now, out of hours. */
  plan(zone: string, days: BucketRange, nowMs: number): SeriesPlan {
    const hourMs = bucketStart(nowMs, HOUR_MS);
    const known = this.curves.get(zone);
    if (known?.hourMs === hourMs) return known.curve;
    const fromMs = days.startsMs[0] ?? hourMs;
    const curve = barPerSpan(bucketsBetween('hour', fromMs, nowMs + 1), zoneDays(zone, fromMs, nowMs));
    this.curves.set(zone, { hourMs, curve });
    return curve;
  }
}

/** How long ago the zone's clock showed the same time `days` days before, in milliseconds. */
export function clockShiftMs(zone: string, atMs: number, days: number): number {
  const date = new TZDateMini(atMs, zone);
  date.setDate(date.getDate() - days);
  return atMs - date.getTime();
}

/** The name that the runtime knows the zone by; undefined for what it does not know. */
export function canonicalZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
