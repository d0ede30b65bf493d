export type EventType = 'page' | 'track' | 'engagement';

/** An amount of money, exact. */
export interface Revenue {
  /** ISO 4217, three capital letters. */
  readonly currency: string;
  /** 0 to 1e12. */
  readonly thousandths: number;
}

/** What was added to a page view since its engagement event before. */
export interface Engagement {
  /** Time in which the page was looked at, whole ms. */
  readonly engagedMs: number;
  /** Depth that was scrolled to for the first time, whole percentage points, 0 to 100; 0 where the client cannot tell. */
  readonly scrolled: number;
}

/** What only some events carry. */
export interface Extras {
  /** By key, at most `propsMax`; empty where there are none. */
  readonly props: ReadonlyMap<string, string>;
  /** Where the click of an outbound link, or of a download, led to. */
  readonly link: string | undefined;
  readonly revenue: Revenue | undefined;
  readonly engagement: Engagement | undefined;
}

/** What of an event many others have in common: one object may stand in all of them, and is counted by its identity then. */
export interface EventPage {
  readonly path: string | undefined;
  /** Host of the referrer; undefined when absent or the site's own. */
  readonly referrerHost: string | undefined;
}

/** As EventPage: shared by events that have the same. */
export interface EventContext {
  /** What kind of place the visitor came from, as the edge groups them. */
  readonly channel: string | undefined;
  readonly source: string | undefined;
  readonly campaign: string | undefined;
  readonly browser: string | undefined;
  readonly device: string | undefined;
  readonly os: string | undefined;
  readonly country: string | undefined;
  /** The edge took the client for a bot: counted apart. */
  readonly isBot: boolean;
}

/**
 * The event as the pipeline counts it, after validation. On the topic it is JSON with Segment's names (docs/events.md);
 * here strings are well-formed and bounded, times are milliseconds since 1970 UTC, and what is absent is `undefined`.
 */
export interface ClickEvent {
  /** `page`: a page view. `track`: a custom event, named by `event`. `engagement`: time spent on a page that was viewed. */
  readonly type: EventType;
  readonly siteId: string;
  /** The visitor. With `siteId` it is the record's key, so that one visitor stays in one partition. */
  readonly anonymousId: string;
  /** With `siteId` the event's identity. Undefined in the demo's dialect: such events cannot be de-duplicated. */
  readonly messageId: string | undefined;
  /** Name of a custom event; undefined for page views. */
  readonly event: string | undefined;
  /** When it happened; undefined in the demo's dialect, where log time stands in. */
  readonly timestampMs: number | undefined;
  /** When the edge received it; undefined where nobody said, then log time stands in. */
  readonly receivedAtMs: number | undefined;
  readonly page: EventPage;
  readonly context: EventContext;
  /** Undefined for most events: they cost nothing more. */
  readonly extras: Extras | undefined;
}

/** One record of the log. `value` is null for a tombstone. */
export interface LogRecord {
  readonly offset: number;
  /** Log time: the broker's append time, milliseconds since 1970 UTC. The only clock that counting knows. */
  readonly timestampMs: number;
  readonly value: Uint8Array | null;
}

/** What the edge did not let through within a second, for one reason: counted in the ledger, and nowhere else. */
export interface EdgeSummary {
  /** Its identity, with `EDGE_SITE`. */
  readonly messageId: string;
  readonly reason: import('./edge-reason').EdgeReason;
  readonly count: number;
}

/** Stands for the site in a summary's identity: no site has this name. */
export const EDGE_SITE = '';

/** What validation makes of a record: exactly one of these. */
export type Verdict =
  | { readonly kind: 'event'; readonly event: ClickEvent }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'summary'; readonly summary: EdgeSummary }
  | {
      readonly kind: 'rejected';
      readonly reason: import('./rejection').RejectionReason;
      readonly field?: string;
    };

/** A record and its verdict; the value is no longer needed. */
export interface JudgedRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly verdict: Verdict;
}

/** A heartbeat as it lies on the topic: written by the producer service to each partition every second. */
export const HEARTBEAT_VALUE = '{"v":1,"type":"heartbeat"}';
