/** The quick way of judging a batch and the general one say the same, whatever the records hold. */
import fc from 'fast-check';
import type { LogRecord } from '../../pipeline/core/event';
import { judgeBatch } from '../../pipeline/core/judge-batch';
import { judgeRecords, type SiteRules } from '../../pipeline/core/validation';
import { pageView, TEST_NONCE } from '../support/build-event';

const utf8 = new TextEncoder();
const sites: SiteRules = { listed: new Set(['demo', 'shop']), defaultSite: 'demo' };

function expectSame(values: readonly (Uint8Array | null)[], rules = sites): void {
  const records: LogRecord[] = values.map((value, offset) => ({ offset, timestampMs: 1_000, value }));
  expect(judgeBatch(records, rules, TEST_NONCE)).toEqual(judgeRecords(records, rules, TEST_NONCE));
}

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'Grüezi',
    '名前',
    '\u0000',
    '\\',
    '"',
    ',"context":',
    '\ud800',
    '\u2028',
    'x'.repeat(121),
    'x'.repeat(129),
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
);
const anyTime = fc.constantFrom(
  '2026-01-01T12:00:00.120Z',
  '2026-01-01T12:00:59.999Z',
  '2026-01-01T12:00:60.000Z',
  '2026-01-01T23:60:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2024-02-29T24:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '2026-01-01T12:00:00Z',
  '2026-01-01T12:00:00.120+01:00',
  '',
);
const anyValue = fc.oneof(
  anyText,
  fc.constantFrom<unknown>(null, true, 5, [], {}, { a: 1 }, { amount: '1.5', currency: 'EUR' }),
);
const anyUrl = fc.oneof(
  anyText,
  fc.constantFrom('https://demo.example/a?b#c', '/a', 'https://www.demo.example', 'https://x.example/'),
);

/** In the layout, or nearly so: keys that are missing, twice there, or at another place. */
const anyEvent = fc
  .record({
    head: fc.record(
      {
        v: fc.constantFrom<unknown>(1, 1, 1, 2, '1'),
        messageId: anyText,
        type: fc.constantFrom('page', 'page', 'track', 'track', 'engagement', 'x'),
        event: anyText,
        siteId: fc.constantFrom('demo', 'demo', 'shop', 'other', 'a b'),
        anonymousId: anyText,
        timestamp: anyTime,
        receivedAt: anyTime,
      },
      { requiredKeys: ['v', 'messageId', 'type', 'siteId', 'anonymousId', 'timestamp'] },
    ),
    properties: fc.dictionary(
      fc.constantFrom('url', 'path', 'referrer', 'title', 'props', 'revenue', 'engagedMs', 'context'),
      fc.oneof(anyUrl, anyValue),
    ),
    context: fc.dictionary(
      fc.constantFrom('browser', 'device', 'os', 'country', 'campaign', 'channel', 'bot', '__proto__'),
      fc.oneof(anyValue, fc.dictionary(fc.constantFrom('source', 'name'), anyValue)),
    ),
  })
  .map(({ head, properties, context }) => JSON.stringify({ ...head, properties, context }));

/** What stands in the text in the layout's place, with pieces put in, taken out, or written twice. */
const anyTampered = fc
  .tuple(
    anyEvent,
    fc.nat(),
    fc.nat({ max: 6 }),
    fc.constantFrom(
      '',
      '"',
      '}',
      '{',
      ' ',
      '\n',
      '\u0001',
      ',"context":{}',
      ',"siteId":"shop"',
      ',"properties":{"path":"/z"}',
      'ü',
      '\\u0041',
      '\ufeff',
    ),
  )
  .map(([text, place, taken, put]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + taken);
  });

const anyBytes = fc.oneof(
  { weight: 6, arbitrary: anyEvent.map((text) => utf8.encode(text)) },
  { weight: 6, arbitrary: anyTampered.map((text) => utf8.encode(text)) },
  {
    weight: 2,
    arbitrary: fc.tuple(anyEvent, fc.nat(), fc.nat({ max: 255 })).map(([text, place, byte]) => {
      const bytes = utf8.encode(text);
      bytes[place % bytes.length] = byte;
      return bytes;
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

test('of events in the layout, nearly in it, and of bytes of any kind', () => {
  fc.assert(
    fc.property(fc.array(anyBytes, { maxLength: 12 }), (values) => expectSame(values)),
    { numRuns: 400 },
  );
});

test('also where any site is counted, and where values are no Buffers of their own', () => {
  const text = JSON.stringify(pageView({ siteId: 'anything' }));
  const bytes = utf8.encode(`..${text}..`).subarray(2, 2 + text.length);

  expectSame([bytes, Buffer.from(bytes)], { listed: undefined, defaultSite: 'demo' });
  expectSame([bytes]);
});

test('of an event that is cut into two records, wherever it is cut, nothing is read across', () => {
  const text = JSON.stringify(pageView({}));
  for (let at = 1; at < text.length; at += 1) {
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    expectSame([head, tail, `${head}}`, tail, text].map((value) => utf8.encode(value)));
  }
});

test('events with the same page and the same client share what says so', () => {
  const [first, second] = judgeBatch(
    ['m-1', 'm-2'].map((messageId, offset) => ({
      offset,
      timestampMs: 1_000,
      value: utf8.encode(JSON.stringify(pageView({ messageId }))),
    })),
    sites,
    TEST_NONCE,
  ).map(({ verdict }) => (verdict.kind === 'event' ? verdict.event : undefined));

  expect(first?.page).toBeDefined();
  expect(first?.page).toBe(second?.page);
  expect(first?.context).toBe(second?.context);
});

test('what is known of texts is bounded', () => {
  const long = 'x'.repeat(100);
  const views = Array.from({ length: 10_500 }, (_, i) =>
    utf8.encode(JSON.stringify(pageView({ messageId: `m-${i}`, properties: { path: `/${long}/${i}` } }))),
  );
  expectSame(views);
  expectSame(views.slice(0, 100));
});
