import { hostOf, pathOf } from '../../pipeline/core/url';

test.each([
  ['https://www.Example.com/a', 'example.com'],
  ['http://user:pw@example.com:8080/a?b', 'example.com'],
  ['https://example.com?x=/y', 'example.com'],
  ['https://[::1]:3000/', '[::1]'],
  ['https://xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['android-app://com.google', undefined],
  ['javascript:alert(1)', undefined],
  ['https:///nothing', undefined],
  ['', undefined],
])('host of %s', (url, host) => {
  expect(hostOf(url)).toBe(host);
});

test.each([
  ['https://example.com/a/b?c#d', '/a/b'],
  ['https://example.com', '/'],
  ['https://example.com?c', '/'],
  ['/a?b', '/a'],
  ['not a url', undefined],
  ['javascript:alert(1)', undefined],
])('path of %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});
