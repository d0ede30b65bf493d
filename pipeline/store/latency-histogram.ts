/** The ingest-to-commit histogram: upper bounds in milliseconds, each about one and a half times the one before. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  10, 20, 50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000,
  300_000,
];
export const LATENCY_ABOVE = 'more';

/** Events by bound: field of the latency hash -> events. */
export function latencyHistogram(receivedAtMs: readonly number[], nowMs: number): Map<string, number> {
  const histogram = new Map<string, number>();
  for (const atMs of receivedAtMs) {
    const latencyMs = Math.max(0, nowMs - atMs);
    const bound = LATENCY_BOUNDS_MS.find((boundMs) => latencyMs <= boundMs);
    const field = bound === undefined ? LATENCY_ABOVE : String(bound);
    histogram.set(field, (histogram.get(field) ?? 0) + 1);
  }
  return histogram;
}
