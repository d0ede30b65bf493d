/**
 * How long a page is in front of somebody, and how far down it was read: both as what is new since the page view's last report, so
 * that they can be added up. Time counts while the page is visible and has the focus.
 */

import { listen } from './guard';

/** How often a page that stays open reports. */
const reportMs = 30_000;
/** Between two looks at the clock; more has passed only while the machine slept. */
const stepMsMax = 2 * reportMs;
/** A page that is left is hidden right after that. */
const momentMs = 100;

export interface Engagement {
  readonly engagedMs: number;
  /** Percentage points of the page's height. */
  readonly scrolled: number;
}

let isActive = false;
let lookedAtMs = 0;
let engagedMs = 0;
let depth = 0;
let reportedDepth = 0;

function lookAtDepth(): void {
  const { scrollHeight } = document.documentElement;
  // A frame that is not shown has no height at all.
  const percent = Math.round((100 * (scrollY + innerHeight)) / scrollHeight) || 0;
  depth = Math.max(depth, Math.min(100, percent));
}

function lookAtClock(): void {
  const nowMs = Math.round(performance.now());
  if (isActive) engagedMs += Math.min(nowMs - lookedAtMs, stepMsMax);
  lookedAtMs = nowMs;
  isActive = !document.hidden && document.hasFocus();
}

/** What is new; undefined where that is nothing, or a moment that will be told with the next. */
export function takeEngagement(): Engagement | undefined {
  lookAtClock();
  lookAtDepth();
  const taken = { engagedMs, scrolled: depth - reportedDepth };
  if (engagedMs < momentMs && !taken.scrolled) return undefined;
  engagedMs = 0;
  reportedDepth = depth;
  return taken;
}

/** A page view begins; what the one before it left has been taken. */
export function beginEngagement(): void {
  lookAtClock();
  engagedMs = depth = reportedDepth = 0;
}

/** Calls `report` while the page stays open and when it is hidden. */
export function watchEngagement(report: () => void): void {
  listen('focus blur visibilitychange', () => (document.hidden ? report() : lookAtClock()));
  listen('scroll', lookAtDepth);
  setInterval(report, reportMs);
}
