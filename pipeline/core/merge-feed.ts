/** The newest events of all shards, newest first. */
import { feedMax } from './limits';
import type { FeedItem } from './roll-up';
import type { FeedEntry } from './snapshot';

/** Where an event stands in the order; its content is read only if it gets into the list. */
export interface FeedMember {
  readonly atMs: number;
  readonly partition: number;
  readonly offset: number;
  readonly read: () => Omit<FeedItem, 'atMs' | 'offset'>;
}

function newestFirst(a: FeedMember, b: FeedMember): number {
  return b.atMs - a.atMs || b.partition - a.partition || b.offset - a.offset;
}

export function mergeFeeds(members: readonly FeedMember[]): FeedEntry[] {
  const newest = [...members].sort(newestFirst).slice(0, feedMax);
  return newest.map(({ atMs, read }) => {
    const { type, path, event, referrerHost, browser, device, country } = read();
    return {
      at: new Date(atMs).toISOString(),
      type,
      ...(path === undefined ? {} : { path }),
      ...(event === undefined ? {} : { event }),
      ...(referrerHost === undefined ? {} : { referrer: referrerHost }),
      ...(browser === undefined ? {} : { browser }),
      ...(device === undefined ? {} : { device }),
      ...(country === undefined ? {} : { country }),
    };
  });
}
