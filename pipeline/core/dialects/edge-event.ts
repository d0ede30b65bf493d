/** An event as a client tells it, whatever its dialect: before the edge has looked at address, user agent, URL and referrer. */
import type { ToldRevenue } from './revenue';

export interface EdgeEvent {
  readonly type: 'page' | 'track' | 'engagement';
  /** Name of a custom event; undefined for the other types. */
  readonly event: string | undefined;
  /** undefined: the client gives none, and cannot be de-duplicated by it. */
  readonly messageId: string | undefined;
  /** undefined: cookieless, the edge makes one. */
  readonly anonymousId: string | undefined;
  /** Stands in for an absent anonymousId, hashed. */
  readonly userId: string | undefined;
  /** By the client's clock, milliseconds since 1970 UTC; undefined: when it was received. */
  readonly timeMs: number | undefined;
  /** Of the page, whole, or from its slash on. */
  readonly url: string | undefined;
  /** Counts instead of the URL's path. */
  readonly path: string | undefined;
  /** The path goes on behind `#`: pages are told apart there. */
  readonly isHashRouted: boolean;
  readonly referrer: string | undefined;
  readonly title: string | undefined;
  readonly props: Props | undefined;
  readonly revenue: ToldRevenue;
  /** Since the page view's last engagement event; only of `engagement`. */
  readonly engagedMs: number | undefined;
  /** Percentage points of depth that are new since then; only of `engagement`. */
  readonly scrolled: number | undefined;
  readonly locale: string | undefined;
  /** Of the visitor, where a server tells. */
  readonly userAgent: string | undefined;
  readonly address: string | undefined;
  readonly campaign: ToldCampaign | undefined;
  readonly library: { readonly name: string; readonly version: string | undefined } | undefined;
}

export type Props = Readonly<Record<string, string>>;

/** A campaign that the client has read from the URL itself. */
export interface ToldCampaign {
  readonly source: string | undefined;
  readonly medium: string | undefined;
  readonly name: string | undefined;
}

/** All that a dialect does not say. */
export const UNTOLD: Omit<EdgeEvent, 'type'> = {
  event: undefined,
  messageId: undefined,
  anonymousId: undefined,
  userId: undefined,
  timeMs: undefined,
  url: undefined,
  path: undefined,
  isHashRouted: false,
  referrer: undefined,
  title: undefined,
  props: undefined,
  revenue: undefined,
  engagedMs: undefined,
  scrolled: undefined,
  locale: undefined,
  userAgent: undefined,
  address: undefined,
  campaign: undefined,
  library: undefined,
};
