/** What is counted by value, one row each. `of`: which events carry it; `code`: its letters in Redis. */
import type { ClickEvent } from './event';

export type Dimension =
  | 'pages'
  | 'referrers'
  | 'sources'
  | 'campaigns'
  | 'events'
  | 'browsers'
  | 'devices'
  | 'systems'
  | 'countries';

export interface DimensionRow {
  readonly code: string;
  readonly of: 'page' | 'track';
  readonly value: (event: ClickEvent) => string | undefined;
}

export const DIMENSIONS: Readonly<Record<Dimension, DimensionRow>> = {
  pages: { code: 'p', of: 'page', value: (event) => event.path },
  referrers: { code: 'r', of: 'page', value: (event) => event.referrerHost },
  sources: { code: 's', of: 'page', value: (event) => event.source },
  campaigns: { code: 'c', of: 'page', value: (event) => event.campaign },
  events: { code: 'e', of: 'track', value: (event) => event.event },
  browsers: { code: 'b', of: 'page', value: (event) => event.browser },
  devices: { code: 'd', of: 'page', value: (event) => event.device },
  systems: { code: 'o', of: 'page', value: (event) => event.os },
  countries: { code: 'l', of: 'page', value: (event) => event.country },
};

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

/** How the values that gave way are named to a person. In the store they have a field that no value can have. */
export const OTHER_VALUE = '(other)';
