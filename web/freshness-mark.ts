/** The mark in the page's head: how far its numbers can be trusted at this moment, in a word and in figures. */
import type { DashboardSnapshot } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setText } from './elements';
import { formatAge, formatLag } from './format';
import type { FreshnessMark, MarkState } from './freshness';

const words: Readonly<Record<MarkState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  delayed: 'Delayed',
  stale: 'Stale',
  empty: 'No data',
  silent: 'No answer',
};

/** The two figures. `nowMs`: the server's present by the page's estimate. */
function figuresOf(mark: FreshnessMark, snapshot: DashboardSnapshot, nowMs: number): string {
  const parts: string[] = [];
  if (snapshot.newestEventAt !== null) {
    parts.push(`newest event ${formatAge(nowMs - Date.parse(snapshot.newestEventAt))} ago`);
  }
  if (mark.lagMs !== undefined) {
    // Without heartbeats nobody knows the lag of a quiet topic; the age of its newest record is an upper bound.
    const name = snapshot.lagFrom === 'record' ? 'lag at most' : 'lag';
    parts.push(`${name} ${formatLag(mark.lagMs)}`);
  }
  return parts.join(' · ');
}

/** `failure`: what the last attempt met; undefined where it was answered. */
export function showFreshness(
  mark: FreshnessMark,
  snapshot: DashboardSnapshot | undefined,
  nowMs: number,
  failure: string | undefined,
): void {
  const element = elementById('mark');
  setAttribute(element, 'data-state', mark.state);
  setAttribute(document.body, 'data-state', mark.state);
  // Only the word is a status for screen readers: figures that change each second would never let them finish.
  setText(elementById('mark-state'), words[mark.state]);
  const silence = `for ${formatAge(mark.silentMs)}${failure === undefined ? '' : `: ${failure}`}`;
  const figures = snapshot === undefined ? '' : figuresOf(mark, snapshot, nowMs);
  const detail = mark.state === 'silent' ? silence : figures;
  setText(elementById('mark-detail'), detail);
  setAttribute(elementById('mark-detail'), 'title', detail);
}

/** The person stopped the page: its numbers are those of `at`, and nobody claims more. */
export function showPaused(at: string): void {
  setAttribute(elementById('mark'), 'data-state', 'paused');
  setAttribute(document.body, 'data-state', 'paused');
  setText(elementById('mark-state'), 'Paused');
  const detail = at === '' ? '' : `numbers of ${at}`;
  setText(elementById('mark-detail'), detail);
  setAttribute(elementById('mark-detail'), 'title', detail);
}
