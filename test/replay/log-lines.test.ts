/** Lines of each format, as servers write them. */
import { readFileSync } from 'node:fs';
import { CloudFrontLog } from '../../producer/replay/cloudfront-log';
import { parseCombinedLine } from '../../producer/replay/combined-log';
import type { LoggedRequest } from '../../producer/replay/logged-request';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

describe('a combined log', () => {
  test('tells time, address, request, status, referrer and user agent', () => {
    const line = `192.0.2.1 - ada [17/May/2015:12:05:03 +0200] "GET /a/b.html?x=1&y=%20 HTTP/1.1" 200 2326 "http://e.org/" "${firefox}"`;

    expect(parseCombinedLine(line)).toEqual({
      timeMs: Date.UTC(2015, 4, 17, 10, 5, 3),
      address: '192.0.2.1',
      method: 'GET',
      host: undefined,
      path: '/a/b.html',
      query: 'x=1&y=%20',
      status: 200,
      referrer: 'http://e.org/',
      userAgent: firefox,
    });
  });

  const start = '::1 - - [01/Jan/2026:00:00:00 +0000]';
  const parts: readonly [string, string, Partial<LoggedRequest>][] = [
    ['without bytes', `${start} "GET / HTTP/1.1" 304 - "-" "-"`, { status: 304, referrer: undefined }],
    ['with an IPv6 address', `${start} "GET / HTTP/1.1" 200 1 "-" "a"`, { address: '::1' }],
    [
      'with quotes in a header',
      `${start} "GET / HTTP/1.1" 200 1 "-" "a \\"b\\" \\\\"`,
      { userAgent: 'a "b" \\' },
    ],
    ['without the two headers (common log)', `${start} "GET / HTTP/1.0" 200 1`, { userAgent: undefined }],
    ['where the client sent no user agent', `${start} "GET / HTTP/1.0" 200 1 "-" "-"`, { userAgent: '' }],
    [
      'with a virtual host',
      `e.org:443 ${start} "GET / HTTP/1.1" 200 1 "-" "a"`,
      { host: 'e.org', address: '::1' },
    ],
    [
      'with a proxy’s whole URL',
      `${start} "GET http://e.org:80/p?q HTTP/1.1" 200 1 "-" "a"`,
      { host: 'e.org:80', path: '/p', query: 'q' },
    ],
    [
      'with further fields',
      `${start} "GET /x HTTP/1.1" 200 1 "-" "a" 0.003 "b"`,
      { path: '/x', userAgent: 'a' },
    ],
  ];
  test.each(parts)('%s', (_, line, expected) => {
    expect(parseCombinedLine(line)).toMatchObject(expected);
  });

  test.each([
    ['no log at all', 'hello'],
    ['a user agent that is cut off', `${start} "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0`],
    ['a day that is none', `::1 - - [32/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "a"`],
    ['a TLS hello in place of a request', `${start} "\\x16\\x03\\x01" 400 226 "-" "-"`],
    ['no status', `${start} "GET / HTTP/1.1" - 1 "-" "a"`],
  ])('is not taken for one: %s', (_, line) => {
    expect(parseCombinedLine(line)).toBeUndefined();
  });
});

describe('a CloudFront log', () => {
  const lines = readFileSync('test/fixtures/logs/cloudfront.log', 'utf8').trimEnd().split('\n');

  test('takes its columns from its header and decodes values, once or twice encoded', () => {
    const log = new CloudFrontLog();
    const [version, fields, pricing, , phone, , silent] = lines.map((line) => log.parse(line));

    expect([version, fields]).toEqual(['header', 'header']);
    expect(pricing).toEqual({
      timeMs: Date.UTC(2026, 0, 5, 10),
      address: '192.0.2.10',
      method: 'GET',
      host: 'www.example.com',
      path: '/pricing',
      query: 'utm_source=newsletter&utm_medium=email&utm_campaign=weekly',
      status: 200,
      referrer: 'https://www.google.com/search?q=secret',
      userAgent: firefox,
    });
    expect(phone).toMatchObject({
      query: '',
      userAgent: expect.stringContaining('(iPhone; CPU iPhone OS 17_5'),
    });
    expect(silent).toMatchObject({ userAgent: '' });
  });

  test('a line that is cut off, or comes before the header, is not one', () => {
    const log = new CloudFrontLog();
    const beforeHeader = log.parse(lines[2] ?? '');
    const all = lines.map((line) => log.parse(line));

    expect(beforeHeader).toBeUndefined();
    expect(all.at(-1)).toBeUndefined();
  });
});
