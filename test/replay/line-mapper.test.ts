/** From lines to events, and what the rows of a replay add up to. */
import { readFileSync } from 'node:fs';
import { visitorIdentity } from '../../enrich/visitor';
import { lineMapper, type MappingRules } from '../../producer/replay/line-mapper';
import type { LineOutcome } from '../../producer/replay/line-outcome';
import { Tally } from '../../producer/replay/tally';
import { DEMO_ONLY } from '../audit/count-topic';

const rules: MappingRules = {
  file: '/logs/access.log',
  format: 'combined',
  siteId: undefined,
  sites: DEMO_ONLY,
  host: undefined,
  shiftMs: 0,
  identifyVisitor: visitorIdentity(Buffer.from('a key')),
};
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const line = `192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /p?utm_source=s HTTP/1.1" 200 1 "http://www.e.org/a?b#c" "${chrome}"`;

function eventOf(outcome: LineOutcome): Record<string, unknown> {
  if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.reason}`);
  return JSON.parse(outcome.event.value) as Record<string, unknown>;
}

function tallyOf(lines: readonly string[], changes: Partial<MappingRules>): Tally {
  const mapLine = lineMapper({ ...rules, ...changes });
  const tally = new Tally();
  lines.forEach((text, i) => {
    tally.count(mapLine(text, i + 1));
  });
  return tally;
}

test('a page view becomes the canonical event, enriched, without what may be private', () => {
  const outcome = lineMapper({ ...rules, host: 'e.org' })(line, 1);

  expect(eventOf(outcome)).toEqual({
    v: 1,
    messageId: expect.stringMatching(/^[\w-]{22}$/),
    type: 'page',
    siteId: 'demo',
    anonymousId: expect.stringMatching(/^[\w-]{22}$/),
    timestamp: '2015-05-17T10:05:03.000Z',
    properties: { path: '/p', url: 'https://e.org/p', referrer: 'http://www.e.org/a' },
    context: {
      browser: 'Chrome',
      device: 'desktop',
      os: 'Windows',
      campaign: { source: 's' },
      library: { name: 'clickstream-replay', version: '1' },
    },
  });
  expect(JSON.stringify(outcome)).not.toContain('192.0.2.1');
});

describe('the identity of a hit', () => {
  const id = (file: string, lineNumber: number, text = line): unknown =>
    eventOf(lineMapper({ ...rules, file })(text, lineNumber)).messageId;

  test('is the same in every replay of a file, wherever the file lies', () => {
    expect(id('/elsewhere/access.log', 7)).toBe(id('/logs/access.log', 7));
  });

  test('is another one for an equal line, and for another day’s file of that name', () => {
    expect(id('access.log', 8)).not.toBe(id('access.log', 7));
    expect(id('access.log', 7, line.replace('17/May', '18/May'))).not.toBe(id('access.log', 7));
    expect(id('other.log', 7)).not.toBe(id('access.log', 7));
  });
});

test('a visitor is site, address and user agent, under a key', () => {
  const identify = visitorIdentity(Buffer.from('a key'));
  const ids = [
    identify('demo', '192.0.2.1', 'a'),
    identify('shop', '192.0.2.1', 'a'),
    identify('demo', '192.0.2.2', 'a'),
    identify('demo', '192.0.2.1', 'b'),
    visitorIdentity(Buffer.from('other'))('demo', '192.0.2.1', 'a'),
  ];

  expect(new Set(ids).size).toBe(ids.length);
  expect(identify('demo', '192.0.2.1', 'a')).toBe(ids[0]);
});

test('the rows of a CloudFront log add up to its lines', () => {
  const lines = readFileSync('test/fixtures/logs/cloudfront.log', 'utf8').trimEnd().split('\n');

  expect(tallyOf(lines, { format: 'cloudfront' }).describe(lines.length)).toEqual([
    '   2  page views',
    '   0  custom events',
    '   2  bots',
    '   2  skipped: header (a line that describes the log itself)',
    '   1  skipped: malformed (not a line of this format of log)',
    '   1  skipped: method (not a GET)',
    '   1  skipped: status (answered by another status than 200 or 304)',
    '   1  skipped: file (not a page by its extension: image, style, script, download)',
    '  10  lines',
  ]);
});

test('a file without one line of its format is told from one whose lines are all skipped', () => {
  expect(tallyOf(['', 'Dear diary'], {}).isUnreadable()).toBe(true);
  expect(tallyOf(['{"a":', '[]'], { format: 'events' }).isUnreadable()).toBe(true);
  expect(tallyOf(['', line.replace('GET', 'HEAD')], {}).isUnreadable()).toBe(false);
  expect(tallyOf([], {}).isUnreadable()).toBe(false);
});

describe('events as NDJSON', () => {
  const event = {
    v: 1,
    messageId: 'm-1',
    type: 'page',
    siteId: 'demo',
    anonymousId: 'a',
    timestamp: '2026-01-01T12:00:00.000Z',
    receivedAt: '2026-01-01T12:00:01.000Z',
    properties: { path: '/p' },
  };
  const map = (value: unknown, changes: Partial<MappingRules> = {}): LineOutcome =>
    lineMapper({ ...rules, format: 'events', ...changes })(JSON.stringify(value), 1);

  test('are sent as they are', () => {
    expect(eventOf(map(event))).toEqual(event);
  });

  test('get an identity where they have none, the site that is asked for, and their times moved', () => {
    const { messageId: _none, ...anonymous } = event;
    const sites = { listed: new Set(['demo', 'shop']), defaultSite: 'demo' };

    expect(eventOf(map(anonymous, { siteId: 'shop', sites, shiftMs: 60_000 }))).toEqual({
      ...event,
      messageId: expect.stringMatching(/^[\w-]{22}$/),
      siteId: 'shop',
      timestamp: '2026-01-01T12:01:00.000Z',
      receivedAt: '2026-01-01T12:01:01.000Z',
    });
  });

  test('count as what they are, or are skipped for the consumer’s own reasons', () => {
    const lines = [
      JSON.stringify(event),
      JSON.stringify({ ...event, type: 'track', event: 'sign_up' }),
      JSON.stringify({ ...event, context: { bot: true } }),
      '',
      '{"v":1,',
      '[]',
      JSON.stringify({ ...event, siteId: 'not-ours' }),
      JSON.stringify({ ...event, timestamp: 'yesterday' }),
      '{"v":1,"type":"heartbeat"}',
      '{"user_id":"ada","page":"/"}',
      JSON.stringify({ ...event, properties: { path: '/p', title: 'x'.repeat(40_000) } }),
    ];
    const tally = tallyOf(lines, { format: 'events' });

    expect(tally.sent).toEqual({ views: 1, events: 1, engagements: 0, bots: 1 });
    expect(Object.fromEntries(tally.skipped)).toEqual({
      blank: 1,
      malformed_json: 1,
      not_an_object: 1,
      unknown_site: 1,
      bad_timestamp: 1,
      heartbeat: 1,
      no_time: 1,
      too_large: 1,
    });
    expect(tally.lines).toBe(lines.length);
  });
});
