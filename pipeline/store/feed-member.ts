/**
 * A member of the feed: the offset, padded so that equal times order by it, then the event as JSON. The score is its time.
 */
import type { FeedItem } from '../core/roll-up';

/** Safe integers have at most 16 digits. */
const offsetDigits = 16;
/** What of a path is kept: the feed is looked at, not counted. */
const pathCharsMax = 300;

export function encodeFeedMember(item: FeedItem): string {
  const { atMs: _, offset, path, ...rest } = item;
  const json = JSON.stringify({ ...rest, path: path?.slice(0, pathCharsMax).toWellFormed() });
  return `${String(offset).padStart(offsetDigits, '0')}${json}`;
}

export function decodeFeedMember(member: string, atMs: number): FeedItem {
  const fields = JSON.parse(member.slice(offsetDigits)) as Partial<FeedItem> & Pick<FeedItem, 'type'>;
  return {
    atMs,
    offset: Number(member.slice(0, offsetDigits)),
    type: fields.type,
    path: fields.path,
    event: fields.event,
    referrerHost: fields.referrerHost,
    browser: fields.browser,
    device: fields.device,
    country: fields.country,
  };
}
