import { type PageRules, pageAddress } from '../../enrich/page-address';

const rules: PageRules = { pathCase: 'keep', keepQuery: new Set() };
const address = (url: string, changed: Partial<PageRules> = {}, isHashRouted = false) =>
  pageAddress({ url, path: undefined, isHashRouted }, { ...rules, ...changed });

test.each([
  ['https://Shop.Example/', '/', 'https://shop.example/'],
  ['https://shop.example', '/', 'https://shop.example/'],
  ['https://shop.example/a/', '/a', 'https://shop.example/a'],
  ['https://shop.example/a/index.html', '/a', 'https://shop.example/a'],
  ['https://shop.example/index.php?x=1', '/', 'https://shop.example/'],
  ['https://shop.example/Über/Case', '/Über/Case', 'https://shop.example/Über/Case'],
  ['https://shop.example/a?token=secret#part', '/a', 'https://shop.example/a'],
  ['https://shop.example/a?gclid=1&utm_source=x&fbclid=2', '/a', 'https://shop.example/a?utm_source=x'],
  ['https://user:secret@shop.example:8080/a', '/a', 'https://shop.example:8080/a'],
  ['/only/a/path/?q=1', '/only/a/path', undefined],
  ['app://localhost/screen', '/screen', undefined],
])('%s is counted as %s', (url, path, cleaned) => {
  expect(address(url)).toMatchObject({ path, url: cleaned });
});

test.each([
  'javascript:alert(1)',
  'shop.example/a',
  '',
  'https:/x',
  `https://shop.example/${'a'.repeat(2_000)}`,
])('%.40s is no page', (url) => {
  expect(address(url)).toBeUndefined();
});

test('a site may keep what tells its pages apart, but never a click id', () => {
  const keepQuery = new Set(['p', 'gclid']);
  expect(address('https://x.example/?p=12&q=1&gclid=9', { keepQuery })).toMatchObject({
    path: '/?p=12',
    url: 'https://x.example/?p=12',
  });
});

test('a site may have its paths in small letters', () => {
  expect(address('https://x.example/ABOUT/Us/', { pathCase: 'lower' })?.path).toBe('/about/us');
});

test('a route behind # is part of the page where the client says so', () => {
  expect(address('https://x.example/app#/cart/?id=1', {}, true)?.path).toBe('/app#/cart');
  expect(address('https://x.example/app#/cart', {}, false)?.path).toBe('/app');
  expect(address('https://x.example/app#part', {}, true)?.path).toBe('/app');
});

test('a path beside the URL counts instead of it', () => {
  const told = { url: 'https://x.example/real?utm_source=a', path: '/shown/', isHashRouted: false };
  expect(pageAddress(told, rules)).toMatchObject({ path: '/shown', query: 'utm_source=a' });
});
