/** The short line that `npm start` prints every few seconds, from what the producer reports and what the page's API answers. */
import type { DashboardSnapshot } from '../pipeline/core/snapshot';

/** What the producer reports each second. */
export interface ProducerRate {
  readonly kind: 'rate';
  readonly sentPerSecond: number;
}

export function isProducerRate(message: unknown): message is ProducerRate {
  const { kind, sentPerSecond } = (message ?? {}) as Partial<ProducerRate>;
  return kind === 'rate' && typeof sentPerSecond === 'number';
}

export interface Consumed {
  /** Records that were consumed, heartbeats aside. */
  readonly records: number;
  readonly atMs: number;
}

export function consumedOf(snapshot: DashboardSnapshot, atMs: number): Consumed {
  return { records: snapshot.ledger.consumed - snapshot.ledger.heartbeats, atMs };
}

const causes: Readonly<Record<DashboardSnapshot['rebuilding'][number]['cause'], string>> = {
  past: 'its past is being counted',
  torn: 'torn, being counted anew',
  wrong_log: 'another log, being counted anew',
  asked: 'being rebuilt',
  switch: 'being switched',
};

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function statusLine(
  rate: ProducerRate | undefined,
  before: Consumed | undefined,
  now: Consumed,
  snapshot: DashboardSnapshot,
): string {
  const { lag, visitors, stopped, rebuilding } = snapshot;
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000;
  const records = before === undefined ? 0 : now.records - before.records;
  // Fewer than before: the store has lost some, and that is no rate.
  const consumed = seconds <= 0 || records < 0 ? undefined : records / seconds;
  return [
    rate === undefined ? 'in: -' : `in: ${whole(rate.sentPerSecond)}/s`,
    consumed === undefined ? 'consumed: -' : `consumed: ${whole(consumed)}/s`,
    lag === null ? 'lag: -' : `lag: ${(lag / 1000).toFixed(1)} s`,
    `visitors now: ${whole(visitors.last5m.count)}`,
    ...(stopped.length === 0 ? [] : [`${stopped.length} partitions stopped: npm run repair`]),
    ...rebuilding.map(
      ({ partition, cause, percent }) => `partition ${partition}: ${causes[cause]}, ${percent} %`,
    ),
  ].join(' · ');
}

/** undefined: no answer, or not a 200. */
export async function askSnapshot(url: string, timeoutMs: number): Promise<DashboardSnapshot | undefined> {
  try {
    const response = await fetch(`${url}/api/v1/snapshot`, { signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? ((await response.json()) as DashboardSnapshot) : undefined;
  } catch {
    return undefined;
  }
}
