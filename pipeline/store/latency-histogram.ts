/** The ingest-to-commit histogram: upper bounds in milliseconds, each about one and a half times the one before. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  10, 20, 50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000,
  300_000,
];
export const LATENCY_ABOVE = 'more';

/** Events by bound: field of the latency hash -> events. */
export function latencyHistogram(receivedAtMs: readonly number[], nowMs: number): Map<string, number> {
  const counts = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
  for (const atMs of receivedAtMs) {
    const latencyMs = nowMs - atMs;
    let i = 0;
    while (i < LATENCY_BOUNDS_MS.length && latencyMs > (LATENCY_BOUNDS_MS[i] as number)) i += 1;
    counts[i] = (counts[i] as number) + 1;
  }
  const histogram = new Map<string, number>();
  for (const [i, count] of counts.entries()) {
    if (count > 0) histogram.set(String(LATENCY_BOUNDS_MS[i] ?? LATENCY_ABOVE), count);
  }
  return histogram;
}
