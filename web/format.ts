/** Numbers and ages as a person reads them. English, as the page is. */
import type { VisitorCount } from '../pipeline/core/snapshot';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function formatCount(count: number): string {
  return whole.format(count);
}

/** `≈` where the count is an estimate. */
export function formatVisitors({ count, exact }: VisitorCount): string {
  return exact ? whole.format(count) : `≈ ${whole.format(count)}`;
}

/** One digit after the point below 100: a quiet site has less than one view a second. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? oneDigit.format(perSecond) : whole.format(perSecond);
}

/** A lag: tenths of a second while they matter. */
export function formatLag(ms: number): string {
  return ms < 10_000 ? `${oneDigit.format(Math.max(0, ms) / 1_000)} s` : formatAge(ms);
}

/** An age in its largest whole unit; of less than a second, and of what is dated in the future, 0 s. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${whole.format(Math.floor(seconds / 86_400))} days`;
}

/** A length of time with its two largest units: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${whole.format(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A share of a whole as per cent; below a tenth of one per cent that there is some must still be seen. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const percent = (100 * part) / whole;
  return percent < 0.1 ? '< 0.1 %' : `${oneDigit.format(percent)} %`;
}

/** A change as per cent of what was before, with its sign. `before` must not be 0. */
export function formatChange(now: number, before: number): string {
  const percent = (100 * (now - before)) / before;
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±';
  const size = Math.abs(percent);
  return `${sign}${size < 100 ? oneDigit.format(size) : whole.format(size)} %`;
}
