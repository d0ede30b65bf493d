import { holdsBucket, readFromMs, readToMs } from '../../audit/audit-filter';
import { readAuditOptions } from '../../local/audit-options';

const now = Date.UTC(2026, 0, 15, 12);
const minute = 60_000;
const hour = 60 * minute;

test('times are ISO-8601 or how long ago; partitions come one by one or in a list', () => {
  const args = ['--from', '2h', '--to', '2026-01-15T11:30:00+01:00', '--site', 'shop', '--partition', '0,3'];

  expect(readAuditOptions([...args, '--partition', '5'], now)).toEqual({
    fromMs: now - 2 * hour,
    toMs: Date.UTC(2026, 0, 15, 10, 30),
    site: 'shop',
    partitions: new Set([0, 3, 5]),
  });
  expect(readAuditOptions([], now)).toEqual({});
  expect(readAuditOptions(['--help'], now)).toBe('help');
});

test.each([
  [['--from', 'yesterday'], /^--from: "yesterday"; allowed: an ISO-8601 time/],
  [['--to', '2026-13-01T00:00Z'], /^--to: "2026-13-01T00:00Z"; allowed: an ISO-8601 time/],
  [['--to', '2026-01-15T11:30:00'], /^--to: .*Z or an offset/],
  [['--site', 'a/b'], /^--site: "a\/b"; allowed: 1 to 64/],
  [['--partition', '1,x'], /^--partition: "x"; allowed: whole numbers/],
  [['--partition', '-1'], /partition/],
  [
    ['--from', '1h', '--to', '2h'],
    /^--to: "2h"; allowed: a time with at least one whole minute after --from/,
  ],
  [['--since', '2h'], /--since/],
])('%j is one line that says what is allowed', (args, message) => {
  expect(() => readAuditOptions(args, now)).toThrow(message);
});

test('of a span the log is read from 22.5 minutes before it to the closing of its last whole bucket', () => {
  const [fromMs, toMs] = [now - 90 * minute, now];

  expect(readFromMs({ fromMs })).toBe(fromMs - 22.5 * minute);
  // 11:00 to 12:00 is a whole hour of it.
  expect(readToMs({ fromMs, toMs })).toBe(now + 25 * hour);
  expect(readToMs({ fromMs: now - 30 * minute, toMs })).toBe(now + 10 * minute);
  expect(readToMs({ fromMs })).toBe(Number.POSITIVE_INFINITY);
  expect(holdsBucket({ fromMs, toMs }, now - 2 * hour, hour)).toBe(false);
  expect(holdsBucket({ fromMs, toMs }, now - hour, hour)).toBe(true);
  expect(holdsBucket({ fromMs, toMs: now - 1 }, now - hour, hour)).toBe(false);
});
