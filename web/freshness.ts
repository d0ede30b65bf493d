/**
 * When the page says live, delayed, stale, no data or no answer, and from which number: from the lag of the last answer,
 * which goes on growing by the page's own monotonic clock until the next one, and from how long an answer has been due.
 * So a page whose answers stop, or whose answers stand still, never goes on calling itself live.
 */

/** The last answer. `receivedAtMs`: monotonic. */
export interface LastAnswer {
  /** Milliseconds; null while nothing was ever counted. */
  readonly lagMs: number | null;
  readonly receivedAtMs: number;
}

export type MarkState = 'connecting' | 'live' | 'delayed' | 'stale' | 'empty' | 'silent';

export interface FreshnessMark {
  readonly state: MarkState;
  /** Milliseconds that the shown numbers are behind the log by now; undefined where nobody knows. */
  readonly lagMs: number | undefined;
  /** Milliseconds since the last answer, or since the first was asked for. */
  readonly silentMs: number;
}

/** As the server's (pipeline/core/limits.ts; test/web/freshness.test.ts holds them equal). */
export const liveLagMsMax = 4_000;
export const delayedLagMsMax = 30_000;
/** Without an answer for this long the page says so. */
export const silentMsMax = 5_000;

function stateOf(lagMs: number): MarkState {
  if (lagMs <= liveLagMsMax) return 'live';
  return lagMs <= delayedLagMsMax ? 'delayed' : 'stale';
}

/**
 * `expectedSinceMs`: since when an answer has been expected each second: since the page was opened, or last became visible.
 * `nowMs`: monotonic, as all times here, and what the machine slept since the last answer on top (web/sleep-watch.ts).
 */
export function judgeFreshness(
  last: LastAnswer | undefined,
  expectedSinceMs: number,
  nowMs: number,
): FreshnessMark {
  const silentMs = nowMs - (last?.receivedAtMs ?? expectedSinceMs);
  const dueMs = nowMs - Math.max(last?.receivedAtMs ?? 0, expectedSinceMs);
  const lagMs = last === undefined || last.lagMs === null ? undefined : last.lagMs + silentMs;
  if (dueMs >= silentMsMax) return { state: 'silent', lagMs, silentMs };
  if (last === undefined) return { state: 'connecting', lagMs, silentMs };
  return { state: lagMs === undefined ? 'empty' : stateOf(lagMs), lagMs, silentMs };
}
