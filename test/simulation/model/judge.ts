/** What becomes of one record, by docs/counting.md, "One record at a time" and "Which bucket", read off what was drawn. */
import { BROKEN, DEFAULT_SITE, LISTED_SITES, REFERRERS } from '../drawn-record';
import type { WrittenRecord } from '../memory-topic';
import { skewMax } from './rules';

export interface ModelEvent {
  readonly type: 'page' | 'track';
  readonly site: string;
  readonly visitor: string;
  readonly messageId: string | undefined;
  readonly what: string;
  /** Undefined: log time stands in. */
  readonly claimedMs: number | undefined;
  readonly receivedAtMs: number | undefined;
  readonly isBot: boolean;
  /** Labels of a page view that are there. */
  readonly labels: Readonly<
    Partial<Record<'referrer' | 'source' | 'campaign' | 'browser' | 'device' | 'os' | 'country', string>>
  >;
}

export type Judgement =
  | { readonly kind: 'event'; readonly event: ModelEvent }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'rejected'; readonly reason: string; readonly field: string };

export function judge({ drawn, firstWrittenMs }: WrittenRecord, anySite: boolean): Judgement {
  if (drawn.kind === 'heartbeat') return { kind: 'heartbeat' };
  if (drawn.kind === 'broken') {
    const { reason, field } = BROKEN[drawn.as];
    return { kind: 'rejected', reason, field };
  }
  if (drawn.kind === 'demo') {
    const { visitor, what } = drawn;
    const event = { type: 'page', site: DEFAULT_SITE, visitor, what, isBot: false, labels: {} } as const;
    return {
      kind: 'event',
      event: { ...event, messageId: undefined, claimedMs: undefined, receivedAtMs: undefined },
    };
  }
  const { site, visitor, messageId, what, ageMs, receivedAgoMs, isBot, referrer, ...labels } = drawn;
  if (!anySite && !LISTED_SITES.includes(site))
    return { kind: 'rejected', reason: 'unknown_site', field: 'siteId' };
  const { browser, device, os, country, source, campaign } = labels;
  const host = referrer === undefined ? undefined : (REFERRERS[referrer] ?? undefined);
  const all = { referrer: host, browser, device, os, country, source, campaign };
  return {
    kind: 'event',
    event: {
      type: drawn.kind,
      site,
      visitor,
      messageId,
      what,
      claimedMs: firstWrittenMs - ageMs,
      receivedAtMs: receivedAgoMs === undefined ? undefined : firstWrittenMs - receivedAgoMs,
      isBot,
      labels: Object.fromEntries(Object.entries(all).filter(([, label]) => label !== undefined)),
    },
  };
}

/** T and whether the event is skewed; `logMs`: L. */
export function timeOf(
  event: ModelEvent,
  logMs: number,
): { readonly atMs: number; readonly skewed: boolean } {
  const { claimedMs, receivedAtMs } = event;
  const isTaken = receivedAtMs !== undefined && Math.abs(receivedAtMs - logMs) <= skewMax;
  const receivedMs = isTaken ? receivedAtMs : logMs;
  if (claimedMs === undefined) return { atMs: receivedMs, skewed: false };
  const skewed = claimedMs > receivedMs + skewMax;
  return { atMs: skewed ? receivedMs : claimedMs, skewed };
}
