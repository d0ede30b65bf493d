/** Which requests count as page views: docs/replay.md, rule by rule. */
import { reasonToSkip } from '../../producer/replay/page-view';

const page = {
  timeMs: 0,
  address: '192.0.2.1',
  method: 'GET',
  host: undefined,
  path: '/',
  query: '',
  status: 200,
  referrer: undefined,
  userAgent: 'a',
};

test.each([
  '/',
  '/pricing',
  '/docs/',
  '/a.html',
  '/A.HTM',
  '/index.php',
  '/release-1.2',
  '/feeds/about',
  '/newsfeed',
  '/wiki/St.%20Gallen',
  '/v1.2/notes',
])('%s is a page', (path) => {
  expect(reasonToSkip({ ...page, path })).toBeUndefined();
});

test.each([
  '/logo.png',
  '/a/STYLE.CSS',
  '/robots.txt',
  '/favicon.ico',
  '/x.tar.gz',
  '/song.mp3',
  '/archive.7z',
  '/sitemap.xml',
  '/.well-known/security',
])('%s is a file', (path) => {
  expect(reasonToSkip({ ...page, path })).toBe('file');
});

test.each([
  ['/feed', ''],
  ['/blog/feed/', ''],
  ['/atom.xml', ''],
  ['/index/rss', ''],
  ['/', 'flav=rss20'],
  ['/', 'page=2&feed=atom'],
])('%s?%s is a feed', (path, query) => {
  expect(reasonToSkip({ ...page, path, query })).toBe('feed');
});

test.each([200, 304])('an answer of %d is a view', (status) => {
  expect(reasonToSkip({ ...page, status })).toBeUndefined();
});

test.each([204, 206, 301, 302, 403, 404, 500])('an answer of %d is none', (status) => {
  expect(reasonToSkip({ ...page, status })).toBe('status');
});

test.each(['HEAD', 'POST', 'OPTIONS'])('%s is none', (method) => {
  expect(reasonToSkip({ ...page, method })).toBe('method');
});

test('a path beyond the limit of events is told here, not by the consumer', () => {
  expect(reasonToSkip({ ...page, path: `/${'a'.repeat(1_999)}` })).toBeUndefined();
  expect(reasonToSkip({ ...page, path: `/${'a'.repeat(2_000)}` })).toBe('too_long');
});
