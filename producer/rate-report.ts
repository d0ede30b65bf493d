/** The producer's real rate: to the parent process each second, or where there is none, one line of JSON each ten seconds. */
import type { OutboxCounts } from './outbox';
import type { ProducerLog } from './program';

export interface RateMessage {
  readonly kind: 'rate';
  /** Records acknowledged in the last second, heartbeats included. */
  readonly sentPerSecond: number;
  /** Since the start. */
  readonly acknowledged: number;
  readonly pending: number;
}

const everyMs = 1_000;
const logEvery = 10;

/** Returns what stops it. */
export function reportRate(
  counts: () => OutboxCounts,
  tellParent: ((message: RateMessage) => void) | undefined,
  log: ProducerLog,
): () => void {
  let last = { atMs: performance.now(), acknowledged: 0 };
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (tellParent === undefined && ticks % logEvery !== 0) return;
    const { acknowledged, pending } = counts();
    const atMs = performance.now();
    const sentPerSecond = Math.round(((acknowledged - last.acknowledged) * 1_000) / (atMs - last.atMs));
    last = { atMs, acknowledged };
    if (tellParent === undefined) log({ message: 'rate', sentPerSecond, acknowledged, pending });
    else tellParent({ kind: 'rate', sentPerSecond, acknowledged, pending });
  }, everyMs);
  return () => clearInterval(timer);
}
