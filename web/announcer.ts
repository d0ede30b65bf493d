/**
 * What a screen reader is told unasked: the state of the numbers when it changes (the freshness mark sees to that), and the
 * numbers themselves as a short summary, at most once a minute, since a page that talks each second cannot be listened to.
 */
import type { DashboardSnapshot } from '../pipeline/core/snapshot';
import { elementById, setText } from './elements';
import { formatCount, formatVisitors } from './format';
import { WINDOW_NAMES } from './selection';

export const summaryPeriodMs = 60_000;

let saidAtMs = Number.NEGATIVE_INFINITY;

export function summarise({ visitors, inWindow, window }: DashboardSnapshot): string {
  const { last5m, last30m } = visitors;
  return [
    `${formatVisitors(last5m)} visitors in the last 5 minutes`,
    `${formatVisitors(last30m)} in the last 30 minutes`,
    `${formatCount(inWindow.views)} views in the last ${WINDOW_NAMES[window]}.`,
  ].join(', ');
}

/** `nowMs`: monotonic. */
export function announceSummary(snapshot: DashboardSnapshot, nowMs: number): void {
  if (nowMs - saidAtMs < summaryPeriodMs) return;
  saidAtMs = nowMs;
  setText(elementById('summary'), summarise(snapshot));
}
