import { engagementBars } from '../../web/engagement';
import { pickProps } from '../../web/event-props';
import { formatDuration } from '../../web/format';
import { collectorAddress, describeArrival, snippetOf } from '../../web/install';
import { formatAmount, revenueBars } from '../../web/revenue';

test.each([
  [0, '0 s'],
  [499, '0 s'],
  [42_400, '42 s'],
  [59_700, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [7_860_000, '2 h 11 min'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('means of a page are over its views; without them only the sum is known', () => {
  const bars = engagementBars([
    { value: '/a', views: 10, engagedMs: 600_000, scrolled: 620 },
    { value: '/b', views: 10, engagedMs: 300_000, scrolled: 0 },
    { value: '/c', views: null, engagedMs: 1_000, scrolled: 5 },
    { value: '/d', views: 1, engagedMs: 2_000, scrolled: 170 },
  ]);

  expect(bars.map(({ figure }) => figure)).toEqual(['1 min 00 s · 62 %', '30 s', '–', '2 s · 100 %']);
  expect(bars.map(({ share }) => Math.round(100 * share))).toEqual([100, 50, 0, 3]);
  expect(bars[0]?.meaning).toBe('10 min 00 s in all, over 10 views');
});

test('amounts are written to the last digit, as the locale does', () => {
  expect(formatAmount('9000000000001019.99', 'USD', 'en-US')).toBe('$9,000,000,000,001,019.99');
  expect(formatAmount('1234.50', 'EUR', 'de-DE')).toBe('1.234,50\u00a0€');
  expect(formatAmount('12.345', 'KWD', 'en-US')).toContain('12.345');
  expect(formatAmount('700.00', 'JPY', 'en-US')).toBe('¥700');
});

test('currencies are not compared: bars are by the number of events', () => {
  const bars = revenueBars(
    [
      { currency: 'EUR', amount: '10.00', count: 4 },
      { currency: 'JPY', amount: '9000.00', count: 1 },
    ],
    'en-US',
  );
  expect(bars.map(({ share }) => share)).toEqual([1, 0.25]);
});

test('what was picked is shown while it has props, else the first', () => {
  const props = [
    { event: 'sign_up', keys: [] },
    { event: null, keys: [] },
  ];
  expect(pickProps(props, '')?.event).toBeNull();
  expect(pickProps(props, '=sign_up')?.event).toBe('sign_up');
  expect(pickProps(props, '=gone')?.event).toBe('sign_up');
  expect(pickProps([], '=gone')).toBeUndefined();
});

test.each([
  [':5001', 'http://192.0.2.1:5001'],
  ['https://clicks.example', 'https://clicks.example'],
  [undefined, ''],
])('told %p, the collector is at %p', (told, address) => {
  expect(collectorAddress(told, { protocol: 'http:', hostname: '192.0.2.1' })).toBe(address);
});

test.each([
  ['http://localhost:5001', 'http://localhost:5001'],
  [' https://c.example/ ', 'https://c.example'],
  ['https://c.example/in', 'https://c.example/in'],
  ['', 'https://COLLECTOR'],
  ['javascript:alert(1)', 'https://COLLECTOR'],
  ['https://c.example/"></script><script>', 'https://COLLECTOR'],
])('the snippet for %p', (address, host) => {
  const local = host.includes('localhost') ? ['  data-on="local"'] : [];
  const lines = ['<script defer', `  src="${host}/tracker.js"`, '  data-write-key="demo"', ...local];
  expect(snippetOf('demo', address)).toBe(`${lines.join('\n')}></script>`);
});

test('whether events have come is said in three ways', () => {
  expect(describeArrival('demo', false, false)).toBe('Waiting for the first event of demo…');
  expect(describeArrival('demo', true, true)).toBe('First event of demo received.');
  expect(describeArrival('demo', true, false)).toBe('Events of demo arrive.');
});
