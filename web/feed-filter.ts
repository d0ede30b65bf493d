/** Which events the person wants to see of the newest, and the newest of those that were seen. */
import type { FeedEntry } from '../pipeline/core/snapshot';

export interface FeedFilter {
  readonly type: 'all' | FeedEntry['type'];
  /** Looked for in all that an entry shows, whatever its case; empty: everything. */
  readonly text: string;
}

export const NO_FILTER: FeedFilter = { type: 'all', text: '' };

/** As many as the API gives at most. */
const matchesMax = 50;

function matches(entry: FeedEntry, { type, text }: FeedFilter): boolean {
  if (type !== 'all' && entry.type !== type) return false;
  const wanted = text.trim().toLowerCase();
  const { at, ...shown } = entry;
  return wanted === '' || Object.values(shown).some((value) => value.toLowerCase().includes(wanted));
}

/**
 * What the page shows: the API's feed as it is, or, under a filter, what matches of it and of what matched before: on a busy
 * site the newest fifty events are gone within a second. Newest first. An entry has no identity, so that under a filter two
 * equal ones of the same millisecond are shown as one.
 */
export function filterFeed(
  feed: readonly FeedEntry[],
  filter: FeedFilter,
  shownBefore: readonly FeedEntry[],
): readonly FeedEntry[] {
  if (filter.type === 'all' && filter.text.trim() === '') return feed;
  const found = new Map<string, FeedEntry>();
  for (const entry of [...feed, ...shownBefore]) {
    if (matches(entry, filter)) found.set(JSON.stringify(Object.entries(entry).sort()), entry);
  }
  const newestFirst = [...found.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return newestFirst.slice(0, matchesMax);
}
