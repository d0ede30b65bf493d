/**
 * What is counted by value, one row each. `of`: which events carry it, or `extras` for what only some of them do (count-extras.ts);
 * `code`: its letter in Redis.
 */
import type { EventContext, EventPage } from './event';

/** Each event that has a value adds 1 to it. */
export type LabelDimension =
  | 'pages'
  | 'referrers'
  | 'channels'
  | 'sources'
  | 'campaigns'
  | 'events'
  | 'browsers'
  | 'devices'
  | 'systems'
  | 'countries';

/** Counted of an event's extras: `links` and props by value, the others as sums by page or by currency. */
export type ExtraDimension =
  | 'outbound'
  | 'downloads'
  | 'propKeys'
  | 'props'
  | 'engagedTimes'
  | 'scrollDepths'
  | 'purchases'
  | 'revenueThousands'
  | 'revenueRest';

export type Dimension = LabelDimension | ExtraDimension;

/** `from`: what of the event says the value; of a custom event it is the name. */
export type LabelRow =
  | {
      readonly code: string;
      readonly of: 'page';
      readonly from: 'page';
      readonly value: (page: EventPage) => string | undefined;
    }
  | {
      readonly code: string;
      readonly of: 'page';
      readonly from: 'context';
      readonly value: (context: EventContext) => string | undefined;
    }
  | { readonly code: string; readonly of: 'track'; readonly from: 'name' };

export interface ExtraRow {
  readonly code: string;
  readonly of: 'extras';
}

export const LABELS: Readonly<Record<LabelDimension, LabelRow>> = {
  pages: { code: 'p', of: 'page', from: 'page', value: ({ path }) => path },
  referrers: { code: 'r', of: 'page', from: 'page', value: ({ referrerHost }) => referrerHost },
  channels: { code: 'n', of: 'page', from: 'context', value: ({ channel }) => channel },
  sources: { code: 's', of: 'page', from: 'context', value: ({ source }) => source },
  campaigns: { code: 'c', of: 'page', from: 'context', value: ({ campaign }) => campaign },
  events: { code: 'e', of: 'track', from: 'name' },
  browsers: { code: 'b', of: 'page', from: 'context', value: ({ browser }) => browser },
  devices: { code: 'd', of: 'page', from: 'context', value: ({ device }) => device },
  systems: { code: 'o', of: 'page', from: 'context', value: ({ os }) => os },
  countries: { code: 'l', of: 'page', from: 'context', value: ({ country }) => country },
};

export const EXTRAS: Readonly<Record<ExtraDimension, ExtraRow>> = {
  /** Clicks by the url that they led to. */
  outbound: { code: 'u', of: 'extras' },
  downloads: { code: 'f', of: 'extras' },
  /** Events by their name and a key that they have a prop of, and by its value as well (props.ts). */
  propKeys: { code: 'k', of: 'extras' },
  props: { code: 'v', of: 'extras' },
  /** Milliseconds and percentage points by page. */
  engagedTimes: { code: 't', of: 'extras' },
  scrollDepths: { code: 'y', of: 'extras' },
  /** Events with revenue, and its sum in two parts (money.ts), by currency. */
  purchases: { code: 'x', of: 'extras' },
  revenueThousands: { code: 'm', of: 'extras' },
  revenueRest: { code: 'q', of: 'extras' },
};

export const DIMENSIONS: Readonly<Record<Dimension, LabelRow | ExtraRow>> = { ...LABELS, ...EXTRAS };

export function isExtra(name: Dimension): name is ExtraDimension {
  return name in EXTRAS;
}

export function isLabel(name: Dimension): name is LabelDimension {
  return !isExtra(name);
}

export const LABEL_NAMES = Object.keys(LABELS) as readonly LabelDimension[];
export const EXTRA_NAMES = Object.keys(EXTRAS) as readonly ExtraDimension[];
export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

/** Names of the custom events whose url is counted: Plausible's, which its tracker sends by itself. */
export const LINK_EVENTS: ReadonlyMap<string, 'outbound' | 'downloads'> = new Map([
  ['Outbound Link: Click', 'outbound'],
  ['File Download', 'downloads'],
]);

/** How the values that gave way are named to a person. In the store they have a field that no value can have. */
export const OTHER_VALUE = '(other)';
