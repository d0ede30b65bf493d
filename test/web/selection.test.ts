import { SNAPSHOT_WINDOWS } from '../../pipeline/core/snapshot';
import {
  comparedSpan,
  comparisonAddress,
  readSelection,
  type Selection,
  SPANS,
  snapshotAddress,
  WINDOWS,
  writeSelection,
  zoneOf,
} from '../../web/selection';

const nothingChosen: Selection = {
  site: undefined,
  window: '30m',
  compared: undefined,
  zone: undefined,
  isWall: false,
};

test('the page offers the windows of the API, and something to compare each with', () => {
  expect(WINDOWS).toEqual(SNAPSHOT_WINDOWS);
  expect(Object.keys(SPANS)).toEqual(SNAPSHOT_WINDOWS);
});

test.each([
  '',
  '?site=shop',
  '?window=7d',
  '?site=shop&window=5m&compare=none',
  '?zone=Asia%2FTehran',
  '?window=24h&compare=week&wall=1',
])('what is in the address is kept: "%s"', (search) => {
  expect(writeSelection(readSelection(search))).toBe(search);
});

test('what cannot be used counts as not chosen', () => {
  expect(readSelection('?window=1h&site=&zone=Mars/Base&compare=year')).toEqual(nothingChosen);
});

test('without a choice the zone is the browser’s own', () => {
  expect(zoneOf(nothingChosen)).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  expect(zoneOf({ ...nothingChosen, zone: 'Asia/Tehran' })).toBe('Asia/Tehran');
});

test('a comparison that the window does not offer gives way to one that it does', () => {
  expect(comparedSpan(nothingChosen)).toBe('day');
  expect(comparedSpan({ ...nothingChosen, compared: 'none' })).toBeUndefined();
  expect(comparedSpan({ ...nothingChosen, window: '24h', compared: 'week' })).toBe('week');
  expect(comparedSpan({ ...nothingChosen, window: '7d', compared: 'day' })).toBe('week');
});

test('the API is asked relative to the page, with the site’s name encoded', () => {
  expect(snapshotAddress({ ...nothingChosen, window: '5m' })).toBe('api/v1/snapshot?window=5m');
  expect(snapshotAddress({ ...nothingChosen, site: 'a&b=c', window: '5m' })).toBe(
    'api/v1/snapshot?site=a%26b%3Dc&window=5m',
  );
});

test('the zone is sent where it makes a difference: where days are cut, and where a day ago is looked for', () => {
  const inTehran = { ...nothingChosen, zone: 'Asia/Tehran' };

  expect(snapshotAddress({ ...inTehran, window: '24h' })).toBe('api/v1/snapshot?window=24h');
  expect(snapshotAddress({ ...inTehran, window: '30d' })).toBe(
    'api/v1/snapshot?window=30d&zone=Asia%2FTehran',
  );
  expect(comparisonAddress(inTehran, 'day')).toBe(
    'api/v1/comparison?window=30m&against=day&zone=Asia%2FTehran',
  );
});
