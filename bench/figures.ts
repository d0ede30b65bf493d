/** What is made of measured values: medians, ranges, percentiles. */

export type Unit =
  | 'events/s'
  | 'ns/event'
  | 'us/event'
  | 'bytes/event'
  | 'bytes'
  | 'commands'
  | 'cells'
  | 'events'
  | 'ms'
  | 'MiB'
  | '%'
  | 'x'
  | 'commits/batch';

/** One measured quantity. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** One of each run; a percentile over pooled probes is a single one. */
  readonly values: readonly number[];
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Nearest rank: always a value that was measured. `share`: 0 to 1. Throws RangeError where there are no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('percentile: no values');
  return value;
}

/** The middle value, or the mean of the two middle ones. Throws RangeError where there are no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('median: no values');
  return (lower + upper) / 2;
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

const latencyShares = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;

/** The usual percentiles of pooled probes, one figure each. */
export function latencyFigures(
  name: string,
  probesMs: readonly number[],
  shares: readonly (keyof typeof latencyShares)[] = ['p50', 'p95', 'p99', 'max'],
): Figure[] {
  return shares.map((share) => ({
    name: `${name} ${share}`,
    unit: 'ms',
    values: [percentile(probesMs, latencyShares[share])],
  }));
}

/**
 * A figure of each run, by the name under which the runs hold it. Runs in which it could not be measured are left out, and so is
 * a figure that none of them has.
 */
export function figuresOf<T extends object>(
  runs: readonly T[],
  names: readonly (readonly [key: keyof T, name: string, unit: Unit])[],
): Figure[] {
  return names.flatMap(([key, name, unit]) => {
    const values = runs.map((run) => run[key]).filter((value) => typeof value === 'number');
    return values.length === 0 ? [] : [{ name, unit, values }];
  });
}
