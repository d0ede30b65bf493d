/** What the edge adds to an event. */
import { campaignOf } from '../../enrich/campaign';
import { cleanReferrer } from '../../enrich/referrer';
import { describeClient } from '../../enrich/user-agent';

test.each([
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    { browser: 'Safari', device: 'desktop', os: 'macOS' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    { browser: 'Safari', device: 'mobile', os: 'iOS' },
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    { browser: 'Chrome', device: 'mobile', os: 'Android' },
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
    { browser: 'Edge', device: 'desktop', os: 'Windows' },
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', { bot: true }],
  ['curl/8.5.0', { bot: true }],
  ['', { bot: true }],
])('%s', (userAgent, traits) => {
  expect(describeClient(userAgent)).toEqual(traits);
  expect(describeClient(userAgent)).toEqual(traits);
});

test('a flood of different user agents leaves the answers right', () => {
  const numbers = Array.from({ length: 12_000 }, (_, i) => i);

  const found = numbers.filter((i) => describeClient(`Crawler-bot/${i} ${'x'.repeat(i)}`).bot !== true);

  expect(found).toEqual([]);
});

test.each([
  ['utm_source=s&utm_medium=m&utm_campaign=n', { source: 's', medium: 'm', name: 'n' }],
  ['a=1&utm_source=two+words%21', { source: 'two words!' }],
  ['utm_source=', undefined],
  ['a=1', undefined],
  ['utm_source=%E0%A4%A', { source: expect.any(String) }],
  [`utm_source=${'x'.repeat(500)}`, { source: 'x'.repeat(120) }],
])('the campaign of %s', (query, campaign) => {
  expect(campaignOf(query)).toEqual(campaign);
});

test.each([
  ['https://www.google.com/search?q=secret#x', 'https://www.google.com/search'],
  [`https://e.org/${'a'.repeat(3_000)}`, 'https://e.org/'],
  [`https://${'a'.repeat(254)}/`, undefined],
  ['android-app://com.example', undefined],
  ['javascript:alert(1)', undefined],
  [undefined, undefined],
])('the referrer %s', (referrer, clean) => {
  expect(cleanReferrer(referrer)).toBe(clean);
});
