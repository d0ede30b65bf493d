import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import { readSelection, snapshotAddress, WINDOWS, writeSelection } from '../../web/selection';

test('the page offers the windows of the API', () => {
  expect(WINDOWS).toEqual(SNAPSHOT_WINDOWS);
});

test.each(['', '?site=shop', '?window=7d', '?site=shop&window=5m'])(
  'what is in the address is kept: "%s"',
  (search) => {
    expect(writeSelection(readSelection(search))).toBe(search);
  },
);

test('what cannot be used counts as not chosen', () => {
  expect(readSelection('?window=1h&site=')).toEqual({ site: undefined, window: '30m' });
});

test('the API is asked relative to the page, with the site’s name encoded', () => {
  expect(snapshotAddress({ site: undefined, window: '5m' })).toBe('api/v1/snapshot?window=5m');
  expect(snapshotAddress({ site: 'a&b=c', window: '5m' })).toBe('api/v1/snapshot?site=a%26b%3Dc&window=5m');
});
