/**
 * Campaigns that start and stop by simulated time, the same for every run: at each moment some share of the sessions begins by
 * them. Starts are counted from midnight UTC.
 */
import { HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';

export interface Campaign {
  readonly source: string;
  readonly medium: string;
  readonly name: string;
}

export interface ScheduledCampaign {
  readonly campaign: Campaign;
  readonly referrer?: string;
  /** Path of the page that it leads to. */
  readonly landing: string;
  /** It runs again and again: this often, first at `startsAtMs` after midnight, for `lengthMs`. */
  readonly everyMs: number;
  readonly startsAtMs: number;
  readonly lengthMs: number;
  /** Share of all sessions that begin by it at its start, 0 to 1. */
  readonly share: number;
  /** The share halves in this time; undefined: it stays until the end, as long as it is paid for. */
  readonly halfLifeMs?: number;
}

export const CAMPAIGNS: readonly ScheduledCampaign[] = [
  {
    campaign: { source: 'push', medium: 'notification', name: 'flash-deal' },
    landing: '/products/price-1',
    everyMs: 15 * MINUTE_MS,
    startsAtMs: 5 * MINUTE_MS,
    lengthMs: 7 * MINUTE_MS,
    share: 0.15,
    halfLifeMs: 2 * MINUTE_MS,
  },
  {
    campaign: { source: 'google', medium: 'cpc', name: 'spring-sale' },
    referrer: 'https://www.google.com/',
    landing: '/pricing',
    everyMs: 40 * MINUTE_MS,
    startsAtMs: 0,
    lengthMs: 25 * MINUTE_MS,
    share: 0.08,
  },
  {
    campaign: { source: 'newsletter', medium: 'email', name: 'weekly' },
    landing: '/blog/start-1',
    everyMs: 2 * HOUR_MS,
    startsAtMs: 10 * MINUTE_MS,
    lengthMs: 45 * MINUTE_MS,
    share: 0.25,
    halfLifeMs: 10 * MINUTE_MS,
  },
  {
    campaign: { source: 'facebook', medium: 'social', name: 'launch' },
    referrer: 'https://l.facebook.com/',
    landing: '/products',
    everyMs: 6 * HOUR_MS,
    startsAtMs: HOUR_MS,
    lengthMs: 100 * MINUTE_MS,
    share: 0.25,
    halfLifeMs: 25 * MINUTE_MS,
  },
];

/** Share of all sessions that begin by the campaign at that time, 0 to 1. */
export function campaignShare(scheduled: ScheduledCampaign, nowMs: number): number {
  const { everyMs, startsAtMs, lengthMs, share, halfLifeMs } = scheduled;
  const sinceMs = (nowMs - startsAtMs) % everyMs;
  if (sinceMs >= lengthMs) return 0;
  return halfLifeMs === undefined ? share : share * 0.5 ** (sinceMs / halfLifeMs);
}
