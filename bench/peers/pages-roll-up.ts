/**
 * A roll-up with the peers' content: views by page of all time and of each minute, and each minute's visitors. What they do not have
 * (other dimensions, hours and days, de-duplication, the feed) is taken away before and behind our own fold, so that nothing is spent
 * on it. Who is there now and the visitors of all time stay: the store takes them from the same table as the minutes'.
 */
import type { ClickEvent, EventContext, EventPage, JudgedRecord } from '../../pipeline/core/event';
import { type FoldContext, foldRun } from '../../pipeline/core/fold';
import type { Bucket, RollUp, SiteRollUp } from '../../pipeline/core/roll-up';

const nowhere: EventContext = {
  channel: undefined,
  source: undefined,
  campaign: undefined,
  browser: undefined,
  device: undefined,
  os: undefined,
  country: undefined,
  isBot: false,
};

/** By path: one object stands in all events that have it, as the fold wants it. */
const pages = new Map<string | undefined, EventPage>();

function pageOf(path: string | undefined): EventPage {
  let page = pages.get(path);
  if (page === undefined) {
    page = { path, referrerHost: undefined };
    pages.set(path, page);
  }
  return page;
}

/** Without identity an event cannot be looked for, nor be marked. */
function withoutRest(event: ClickEvent): ClickEvent {
  return {
    ...event,
    messageId: undefined,
    page: pageOf(event.page.path),
    context: nowhere,
    extras: undefined,
  };
}

function onlyPages(site: SiteRollUp): SiteRollUp {
  const buckets = new Map<string, Bucket>();
  for (const [name, bucket] of site.buckets) {
    if (bucket.grain === 'minute') buckets.set(name, bucket);
  }
  return { ...site, buckets, seconds: new Map(), feed: [] };
}

/** As foldRun. */
export function foldPages(
  records: readonly JudgedRecord[],
  context: Omit<FoldContext, 'markSlices' | 'firstPlaces'>,
): RollUp {
  const lean = records.map((record): JudgedRecord => {
    const { offset, timestampMs, verdict } = record;
    if (verdict.kind !== 'event') return record;
    return { offset, timestampMs, verdict: { kind: 'event', event: withoutRest(verdict.event) } };
  });
  const whole = foldRun(lean, { ...context, markSlices: [], firstPlaces: lean.map((_, place) => place) });
  const sites = new Map(Array.from(whole.sites, ([id, site]) => [id, onlyPages(site)]));
  return { ...whole, sites, receivedAtMs: [] };
}
