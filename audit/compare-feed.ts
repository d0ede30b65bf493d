/** Compares the newest events of a site, by event time and offset. */
import { scoresOf } from './audited-range';
import type { ShardPair } from './compare-buckets';
import type { Comparison } from './comparison';
import { feedMax, feedOffsetDigits, feedPathCharsMax } from './rules';
import type { FeedEvent, SiteRecount } from './site-recount';

/** What the store keeps of an event, in one text; fields that the event does not have are left out. */
function describeEvent({ atMs, event }: FeedEvent): string {
  return describe(atMs, {
    type: event.type,
    path: event.page.path?.slice(0, feedPathCharsMax).toWellFormed(),
    event: event.event,
    referrerHost: event.page.referrerHost,
    browser: event.context.browser,
    device: event.context.device,
    country: event.context.country,
  });
}

function describe(atMs: number, fields: Readonly<Record<string, unknown>>): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return JSON.stringify([atMs, ...present.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Undefined where the member is not an event as the store writes it. */
function readMember(member: string, atMs: number): { offset: string; text: string } | undefined {
  try {
    const fields = JSON.parse(member.slice(feedOffsetDigits)) as Record<string, unknown>;
    return { offset: String(Number(member.slice(0, feedOffsetDigits))), text: describe(atMs, fields) };
  } catch {
    return undefined;
  }
}

export function compareFeed(
  comparison: Comparison,
  { range, stored }: ShardPair,
  siteId: string,
  site: SiteRecount | undefined,
): void {
  const feed = site?.feed() ?? [];
  const oldestMs = feed.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const isFull = feed.length >= feedMax;
  if (!range.isComplete && (!isFull || oldestMs < Math.max(range.fromMs, range.carriedUntilMs))) {
    comparison.skip('feeds that reach before the start of the log');
    return;
  }
  const kept = new Map<string, string>();
  for (const [member, atMs] of scoresOf(stored, `feed:${siteId}`)) {
    const found = readMember(member, atMs);
    if (found === undefined) comparison.differ(`feed ${siteId} member`, undefined, member);
    else kept.set(`offset ${found.offset}`, found.text);
  }
  const log = new Map(feed.map((item) => [`offset ${item.offset}`, describeEvent(item)]));
  comparison.equalMaps('feed', `feed ${siteId}`, log, kept);
}
