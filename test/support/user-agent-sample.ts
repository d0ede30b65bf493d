/** The most used User-Agent headers of the package `user-agents`, with their weights. */
import UserAgent from 'user-agents';

export interface ObservedUserAgent {
  readonly userAgent: string;
  /** Share of the traffic that was observed. The same header may stand in many rows, with other screens. */
  readonly weight: number;
}

export const userAgentsFile = 'producer/simulator/user-agents.json';

const headersMax = 250;
/** Weights are whole numbers, so that the file is the same wherever it is made. Also what they would add up to without rounding. */
export const weightUnit = 100_000;

/** All that the package has. */
export function observedUserAgents(): readonly ObservedUserAgent[] {
  return UserAgent.top();
}

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

/** The text of the file. */
export function writeSample(sample: Readonly<Record<string, number>>): string {
  return `${JSON.stringify(sample, undefined, 2)}\n`;
}
