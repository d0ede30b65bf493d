/** What becomes of one record, by docs/counting.md, "One record at a time" and "Which bucket", read off what was drawn. */
import { BROKEN, DEFAULT_SITE, type DrawnEvent, LISTED_SITES, REFERRERS, REVENUES } from '../drawn-record';
import type { WrittenRecord } from '../memory-topic';
import { skewMax } from './rules';

export interface ModelEvent {
  readonly type: DrawnEvent['kind'];
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
    Partial<
      Record<'referrer' | 'channel' | 'source' | 'campaign' | 'browser' | 'device' | 'os' | 'country', string>
    >
  >;
  /** Undefined of an engagement event, whose props are not looked at. */
  readonly props: Readonly<Record<string, string>> | undefined;
  readonly revenue: { readonly currency: string; readonly thousandths: number } | undefined;
  readonly engagement: { readonly engagedMs: number; readonly scrolled: number } | undefined;
}

export type Judgement =
  | { readonly kind: 'event'; readonly event: ModelEvent }
  | { readonly kind: 'heartbeat' }
  | {
      readonly kind: 'summary';
      readonly messageId: string;
      readonly reason: string;
      readonly count: number;
    }
  | { readonly kind: 'rejected'; readonly reason: string; readonly field: string };

const noExtras = { props: undefined, revenue: undefined, engagement: undefined };

function extrasOf(drawn: DrawnEvent): Pick<ModelEvent, 'props' | 'revenue' | 'engagement'> {
  const { kind, props, revenue, engagedMs, scrolled = 0 } = drawn;
  if (kind === 'engagement') return { ...noExtras, engagement: { engagedMs, scrolled } };
  return { ...noExtras, props, revenue: revenue === undefined ? undefined : REVENUES[revenue] };
}

export function judge({ drawn, firstWrittenMs }: WrittenRecord, anySite: boolean): Judgement {
  if (drawn.kind === 'heartbeat' || drawn.kind === 'summary') return drawn;
  if (drawn.kind === 'broken') {
    const { reason, field } = BROKEN[drawn.as];
    return { kind: 'rejected', reason, field };
  }
  if (drawn.kind === 'demo') {
    const { visitor, what } = drawn;
    const event = { type: 'page', site: DEFAULT_SITE, visitor, what, isBot: false, labels: {} } as const;
    const unsaid = { messageId: undefined, claimedMs: undefined, receivedAtMs: undefined };
    return { kind: 'event', event: { ...event, ...unsaid, ...noExtras } };
  }
  const { site, visitor, messageId, what, ageMs, receivedAgoMs, isBot, referrer, ...labels } = drawn;
  if (!anySite && !LISTED_SITES.includes(site))
    return { kind: 'rejected', reason: 'unknown_site', field: 'siteId' };
  const { browser, device, os, country, source, campaign, channel } = labels;
  const host = referrer === undefined ? undefined : (REFERRERS[referrer] ?? undefined);
  const all = { referrer: host, browser, device, os, country, source, campaign, channel };
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
      ...extrasOf(drawn),
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
