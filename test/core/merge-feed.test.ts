import { feedMax } from '../../pipeline/core/limits';
import { type FeedMember, mergeFeeds } from '../../pipeline/core/merge-feed';

const AT_MS = Date.UTC(2026, 0, 15, 12);
const nothing = {
  event: undefined,
  referrerHost: undefined,
  browser: undefined,
  device: undefined,
  country: undefined,
};

function member(atMs: number, partition: number, offset: number): FeedMember {
  return {
    atMs,
    partition,
    offset,
    read: () => ({ ...nothing, type: 'page', path: `/${partition}/${offset}` }),
  };
}

test('shards are merged by event time, then partition and offset, newest first', () => {
  const members = [member(AT_MS, 0, 1), member(AT_MS + 1, 0, 0), member(AT_MS, 1, 0), member(AT_MS, 0, 2)];

  expect(mergeFeeds(members).map(({ path }) => path)).toEqual(['/0/0', '/1/0', '/0/2', '/0/1']);
});

test('an entry says what is known of the event and nothing else', () => {
  const known: FeedMember = {
    atMs: AT_MS,
    partition: 0,
    offset: 0,
    read: () => ({
      type: 'track',
      path: '/p',
      event: 'Signup',
      referrerHost: 'search.example',
      browser: 'Firefox',
      device: 'mobile',
      country: 'DE',
    }),
  };

  expect(mergeFeeds([known, member(AT_MS - 1, 0, 0)])).toEqual([
    {
      at: '2026-01-15T12:00:00.000Z',
      type: 'track',
      path: '/p',
      event: 'Signup',
      referrer: 'search.example',
      browser: 'Firefox',
      device: 'mobile',
      country: 'DE',
    },
    { at: '2026-01-15T11:59:59.999Z', type: 'page', path: '/0/0' },
  ]);
});

test('only entries that get into the list are decoded', () => {
  const old: FeedMember = {
    ...member(AT_MS - 1, 0, 0),
    read: () => {
      throw new Error('decoded although it is not shown');
    },
  };
  const members = [old, ...Array.from({ length: feedMax }, (_, i) => member(AT_MS, 1, i))];

  expect(mergeFeeds(members)).toHaveLength(feedMax);
});
