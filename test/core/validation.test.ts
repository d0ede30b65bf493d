import type { Verdict } from '../../pipeline/core/event';
import { admitSites, judgeRecords } from '../../pipeline/core/validation';
import {
  bytesOf,
  customEvent,
  DEMO_SITE,
  edgeSummary,
  engagement,
  pageView,
  recordOf,
  TEST_NONCE,
} from '../support/build-event';

function judge(value: unknown, sites = DEMO_SITE): Verdict {
  return judgeRecords([recordOf(value)], sites, TEST_NONCE)[0]?.verdict as Verdict;
}

function without(field: string): Record<string, unknown> {
  const { [field]: _, ...rest } = pageView();
  return rest;
}

const long = 'x'.repeat(2_001);

test.each([
  ['a tombstone', null, 'empty_value', undefined],
  ['an empty value', '', 'empty_value', undefined],
  ['more than 32 KB', pageView({ padding: 'x'.repeat(33_000) }), 'too_large', undefined],
  ['no JSON', '{"v":1,', 'malformed_json', undefined],
  ['two values in one record', '{"v":1},{"v":1}', 'malformed_json', undefined],
  ['bytes that are no text', '\u0000\u0001', 'malformed_json', undefined],
  ['an array', [pageView()], 'not_an_object', undefined],
  ['null', 'null', 'not_an_object', undefined],
  ['a number', '17', 'not_an_object', undefined],
  ['another version', pageView({ v: 2 }), 'unsupported_version', 'v'],
  ['no version', without('v'), 'unsupported_version', 'v'],
  ['a prototype in place of fields', '{"__proto__":{"v":1,"type":"page"}}', 'unsupported_version', 'v'],
  ['another type', pageView({ type: 'identify' }), 'unknown_type', 'type'],
  ['no site', without('siteId'), 'missing_field', 'siteId'],
  ['a foreign site', pageView({ siteId: 'elsewhere' }), 'unknown_site', 'siteId'],
  ['a site that would break a key', pageView({ siteId: 'demo}:{x' }), 'unknown_site', 'siteId'],
  ['no visitor', without('anonymousId'), 'missing_field', 'anonymousId'],
  ['an empty visitor', pageView({ anonymousId: '' }), 'missing_field', 'anonymousId'],
  ['a visitor too long', pageView({ anonymousId: 'x'.repeat(129) }), 'field_too_long', 'anonymousId'],
  ['no messageId', without('messageId'), 'missing_field', 'messageId'],
  ['a messageId too long in bytes', pageView({ messageId: 'é'.repeat(65) }), 'field_too_long', 'messageId'],
  ['no time', without('timestamp'), 'missing_field', 'timestamp'],
  ['a time without zone', pageView({ timestamp: '2026-01-15T12:00:00' }), 'bad_timestamp', 'timestamp'],
  [
    'a date that does not exist',
    pageView({ timestamp: '2026-13-45T99:00:00Z' }),
    'bad_timestamp',
    'timestamp',
  ],
  ['a time as a number', pageView({ timestamp: 1_768_478_400_000 }), 'bad_timestamp', 'timestamp'],
  ['a bad receivedAt', pageView({ receivedAt: 'yesterday' }), 'bad_timestamp', 'receivedAt'],
  ['a custom event without name', pageView({ type: 'track' }), 'missing_field', 'event'],
  ['an engagement without time', pageView({ type: 'engagement' }), 'missing_field', 'engagedMs'],
  ['an engagement without page', engagement('', { properties: { engagedMs: 1 } }), 'missing_field', 'path'],
  ...[-1, 1.5, 86_400_001, '5', null, Number.MAX_VALUE].map(
    (engagedMs): [string, unknown, string, string] => [
      `${engagedMs} ms engaged`,
      pageView({ type: 'engagement', properties: { path: '/', engagedMs } }),
      'bad_engagement',
      'engagedMs',
    ],
  ),
  ...[-1, 0.5, 101, '5', null].map((scrolled): [string, unknown, string, string] => [
    `${scrolled} points scrolled`,
    pageView({ type: 'engagement', properties: { path: '/', engagedMs: 1, scrolled } }),
    'bad_engagement',
    'scrolled',
  ]),
  ...(
    [
      ['revenue that is a number', 5, 'revenue'],
      ['revenue that is a list', [], 'revenue'],
      ['revenue without amount', { currency: 'EUR' }, 'amount'],
      ['an amount of four decimals', { amount: '1.2345', currency: 'EUR' }, 'amount'],
      ['an amount below zero', { amount: -1, currency: 'EUR' }, 'amount'],
      ['an amount above a billion', { amount: 1e9 + 1, currency: 'EUR' }, 'amount'],
      ['no currency', { amount: 1 }, 'currency'],
      ['a currency in small letters', { amount: 1, currency: 'eur' }, 'currency'],
      ['a currency that is none', { amount: 1, currency: '__proto__' }, 'currency'],
    ] as const
  ).map(([name, revenue, field]): [string, unknown, string, string] => [
    name,
    customEvent('buy', { properties: { revenue } }),
    'bad_revenue',
    field,
  ]),
  ['a summary without id', edgeSummary({ messageId: undefined }), 'missing_field', 'messageId'],
  ['a summary of no reason', edgeSummary({ reason: 'toString' }), 'bad_summary', 'reason'],
  ...[0, -1, 1.5, 1e9 + 1, '7', undefined].map((count): [string, unknown, string, string] => [
    `a summary of ${count}`,
    edgeSummary({ count }),
    'bad_summary',
    'count',
  ]),
  ['a custom event with a long name', customEvent('x'.repeat(121)), 'field_too_long', 'event'],
  ['a page without path', pageView({ properties: {} }), 'missing_field', 'path'],
  ['a long path', pageView({ properties: { path: `/${long}` } }), 'field_too_long', 'path'],
  ['a long url', pageView({ properties: { path: '/', url: `https://a/${long}` } }), 'field_too_long', 'url'],
  ['a long referrer', pageView({ properties: { path: '/', referrer: long } }), 'field_too_long', 'referrer'],
  ["the demo's dialect without page", '{"user_id":"u","page":""}', 'missing_field', 'page'],
  ["the demo's dialect without user", '{"user_id":"","page":"/"}', 'missing_field', 'user_id'],
])('%s is rejected', (_, value, reason, field) => {
  expect(judge(value)).toEqual(
    field === undefined ? { kind: 'rejected', reason } : { kind: 'rejected', reason, field },
  );
});

test('deep nesting neither crashes nor is counted', () => {
  expect(judge('['.repeat(16_000)).kind).toBe('rejected');
  expect(judge(`{"v":1,"type":"page","properties":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`).kind).toBe(
    'rejected',
  );
});

test('a page view yields its canonical parts', () => {
  const verdict = judge(pageView());
  expect(verdict).toMatchObject({
    kind: 'event',
    event: {
      type: 'page',
      page: { path: '/home', referrerHost: 'search.example' },
      context: { source: 'newsletter', campaign: 'may' },
    },
  });
});

test("a referrer of the site's own is none", () => {
  const properties = { url: 'https://www.demo.example/a', path: '/a', referrer: 'https://demo.example/b' };
  expect(judge(pageView({ properties }))).toMatchObject({ event: { page: { referrerHost: undefined } } });
});

test('the path is taken from the url where there is none', () => {
  const properties = { url: 'https://demo.example/a/b?c=d#e' };
  expect(judge(pageView({ properties }))).toMatchObject({ event: { page: { path: '/a/b' } } });
});

test("the demo's dialect is a page view of the default site", () => {
  expect(judge({ user_id: 'user_3', page: '/home' })).toMatchObject({
    kind: 'event',
    event: {
      siteId: 'demo',
      anonymousId: 'user_3',
      page: { path: '/home' },
      messageId: undefined,
      timestampMs: undefined,
    },
  });
  expect(judge({ user_id: 7, page: '/home' })).toMatchObject({ event: { anonymousId: '7' } });
});

test('labels are cut and strings made well-formed, not rejected', () => {
  const context = { browser: 'b'.repeat(200), device: 7, bot: '' };
  const verdict = judge(pageView({ anonymousId: 'a\ud800', context }));
  expect(verdict).toMatchObject({
    event: {
      anonymousId: 'a\ufffd',
      context: { browser: 'b'.repeat(120), device: undefined, isBot: false },
    },
  });
});

test('where any site is counted, the first fifty names of the log are taken', () => {
  const any = { listed: undefined, defaultSite: 'demo' };
  const records = Array.from({ length: 60 }, (_, i) => recordOf(pageView({ siteId: `site-${i}` }), i));
  const judged = admitSites(judgeRecords(records, any, TEST_NONCE), new Set(['site-59']));
  const counted = judged.filter(({ verdict }) => verdict.kind === 'event').map(({ offset }) => offset);
  expect(counted).toEqual([...Array.from({ length: 49 }, (_, i) => i), 59]);
});

test('bytes that are no UTF-8 are judged by themselves', () => {
  const broken = { offset: 0, timestampMs: 0, value: Uint8Array.of(0x7b, 0xe2, 0x82) };
  const whole = { offset: 1, timestampMs: 0, value: bytesOf(pageView()) };
  const judged = judgeRecords([broken, whole], DEMO_SITE, TEST_NONCE);
  expect(judged.map(({ verdict }) => verdict.kind)).toEqual(['rejected', 'event']);
});
