/** The tracker: page views, events and engagement of this page, sent to a collector. No cookie, no identifier of a visitor. */
import { watchClicks } from './clicks';
import { beginEngagement, takeEngagement, watchEngagement } from './engagement';
import { guard, listen } from './guard';
import { add, leave, openOutbox, takeOn } from './outbox';
import { mayCount } from './permission';
import { watchRoutes } from './routes';
import type { Details, Init, NotFound, Page, Track, TrackerOptions } from './types';

/** In a window once, whoever has loaded it how often. */
interface TrackedWindow {
  clickstreamRuns?: boolean;
}

/** undefined: nothing is counted yet. */
let on: string | undefined;
let off = '';
let hasHashRoutes = false;
/** Address of the newest page view. */
let viewed: string | undefined;
/** Address that led to the next page view. */
let referrer: string;

/** Ids need not be UUIDs, and pages without HTTPS have no randomUUID. */
const newId = (): string => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');

/** Without the part after `#`, which may hold what nobody else should see: a relative address drops it. */
const addressOf = (url = hasHashRoutes ? location.href : ''): string => new URL(url, location.href).href;

function put(type: string, properties: object, event?: string): void {
  if (on === undefined || !mayCount(on)) return;
  add(JSON.stringify({ type, messageId: newId(), timestamp: new Date(), event, properties }));
}

const report = guard(() => {
  const engagement = viewed && !off.includes('engagement') && takeEngagement();
  if (engagement) put('engagement', { url: viewed, ...engagement });
});

const pageByItself = (): void => {
  if (!off.includes('pages')) page();
};

export const page: Page = guard(({ url, ...rest }: Details = {}) => {
  report();
  beginEngagement();
  viewed = addressOf(url);
  put('page', { url: viewed, referrer, ...rest });
  referrer = viewed;
});

export const track: Track = guard((event, props, { url, ...rest } = {}) =>
  put('track', { url: addressOf(url), props, ...rest }, event),
);

export const notFound: NotFound = guard(() => track('404', { path: location.pathname }));

function begin(options: TrackerOptions): void {
  ({ on = '', off = '' } = options);
  hasHashRoutes = on.includes('hash');
  referrer = document.referrer;
  openOutbox(options);
  pageByItself();
  watchEngagement(report);
  watchRoutes(hasHashRoutes, pageByItself);
  watchClicks(track, off, options.downloads);
  listen('pagehide', () => leave(report));
  listen('pageshow', ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return;
    takeOn();
    pageByItself();
  });
}

export const init: Init = guard((options) => {
  const marked = window as TrackedWindow;
  if (marked.clickstreamRuns) return;
  marked.clickstreamRuns = true;
  const start = () => begin(options);
  // A page that is made ready in case somebody comes has no visitor yet.
  if ((document as Document & { prerendering?: boolean }).prerendering) listen('prerenderingchange', start);
  else start();
});
