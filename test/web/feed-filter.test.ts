import type { FeedEntry } from '../../pipeline/core/snapshot';
import { filterFeed, NO_FILTER } from '../../web/feed-filter';

function view(second: number, path: string, more: Partial<FeedEntry> = {}): FeedEntry {
  return { at: new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString(), type: 'page', path, ...more };
}

const purchase: FeedEntry = {
  at: '2026-01-31T12:00:09.000Z',
  type: 'track',
  event: 'purchase',
  country: 'DE',
};
const feed = [purchase, view(8, '/pricing', { referrer: 'google.com' }), view(8, '/'), view(7, '/')];

test('without a filter the feed is what the API says, equal entries and all', () => {
  const equal = [view(1, '/'), view(1, '/')];

  expect(filterFeed(equal, NO_FILTER, feed)).toBe(equal);
});

test.each([
  ['PRIC', ['/pricing']],
  ['google', ['/pricing']],
  ['de', ['purchase']],
  ['nowhere', []],
  // A time is no text of the event.
  ['2026', []],
])('"%s" is looked for in all that an entry shows', (text, found) => {
  const shown = filterFeed(feed, { type: 'all', text }, []);

  expect(shown.map(({ event, path }) => event ?? path)).toEqual(found);
});

test('views and events can be looked at apart', () => {
  expect(filterFeed(feed, { type: 'track', text: '' }, [])).toEqual([purchase]);
  expect(filterFeed(feed, { type: 'page', text: '' }, [])).toHaveLength(3);
});

test('what matched before stays, newest first, until fifty newer ones have come', () => {
  const filter = { type: 'all', text: '/x' } as const;
  let shown = filterFeed([view(0, '/x/first'), view(0, '/y')], filter, []);
  shown = filterFeed([view(2, '/x/third'), view(1, '/x/second')], filter, shown);

  expect(shown.map(({ path }) => path)).toEqual(['/x/third', '/x/second', '/x/first']);

  const newer = Array.from({ length: 50 }, (_, index) => view(59, `/x/${index}`));
  shown = filterFeed(newer, filter, shown);
  expect(shown).toHaveLength(50);
  expect(shown.some(({ path }) => path === '/x/first')).toBe(false);
});

test('an entry that is in two answers is shown once', () => {
  const filter = { type: 'page', text: '' } as const;
  const shown = filterFeed(feed, filter, []);

  expect(filterFeed(feed, filter, shown)).toEqual(shown);
});
