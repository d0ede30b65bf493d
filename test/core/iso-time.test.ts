import { parseIsoTime } from '../../pipeline/core/iso-time';

const noonMs = Date.UTC(2026, 0, 15, 12);

test.each([
  ['2026-01-15T12:00:00Z', noonMs],
  ['2026-01-15T12:00Z', noonMs],
  ['2026-01-15T12:00:00.120Z', noonMs + 120],
  ['2026-01-15T12:00:00.120999999Z', noonMs + 120],
  ['2026-01-15T14:00:00+02:00', noonMs],
  ['2024-02-29T12:00:00Z', Date.UTC(2024, 1, 29, 12)],
  ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
])('%s is a time', (text, ms) => {
  expect(parseIsoTime(text)).toBe(ms);
});

test.each([
  '',
  '2026-01-15',
  '2026-01-15T12:00:00',
  '2026-13-15T12:00:00Z',
  '2026-02-29T12:00:00Z',
  '2026-04-31T12:00:00Z',
  '2026-01-32T12:00:00Z',
  '2026-01-15T25:00:00Z',
  ' 2026-01-15T12:00:00Z',
  'Thu Jan 15 2026 12:00:00 GMT',
  '1768478400000',
])('%j is none', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});
