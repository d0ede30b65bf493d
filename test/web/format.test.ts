import {
  formatAge,
  formatChange,
  formatCount,
  formatLag,
  formatRate,
  formatShare,
  formatVisitors,
} from '../../web/format';

test.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
])('the count %i reads %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test('an estimate is marked, an exact count is not', () => {
  expect(formatVisitors({ count: 3, exact: true })).toBe('3');
  expect(formatVisitors({ count: 12_345, exact: false })).toBe('≈ 12,345');
});

test.each([
  [0, '0.0'],
  [0.1, '0.1'],
  [28.333, '28.3'],
  [1_700.4, '1,700'],
])('%d views a second read %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test.each([
  [-300_000, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 days'],
])('an age of %i ms reads %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [-20, '0.0 s'],
  [640, '0.6 s'],
  [9_949, '9.9 s'],
  [12_000, '12 s'],
  [600_000, '10 min'],
])('a lag of %i ms reads %s', (ms, text) => {
  expect(formatLag(ms)).toBe(text);
});

test.each([
  [0, 100, '0 %'],
  [5, 0, '0 %'],
  [1, 100_000, '< 0.1 %'],
  [43, 1_000, '4.3 %'],
  [100, 100, '100.0 %'],
])('%i of %i is a share of %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

test.each([
  [112, 100, '+12.0 %'],
  [88, 100, '−12.0 %'],
  [100, 100, '±0.0 %'],
  [1_234, 100, '+1,134 %'],
])('%i after %i is a change of %s', (now, before, text) => {
  expect(formatChange(now, before)).toBe(text);
});
