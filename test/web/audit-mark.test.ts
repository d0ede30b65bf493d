import type { AuditMark } from '../../pipeline/core/snapshot';
import { describeAudit } from '../../web/audit-mark';
import { zoneClock } from '../../web/zone-clock';

const mark: AuditMark = {
  at: '2026-01-15T10:52:30.000Z',
  from: '2026-01-15T06:00:00.000Z',
  to: '2026-01-15T10:41:00.000Z',
  records: 1_000,
  cells: 20_000,
  differences: 0,
};
const utc = zoneClock('UTC');

test('up to when the numbers are audited, and that none differs', () => {
  expect(describeAudit(mark, utc)).toBe('✓ audited up to 10:41, 0 differences');
  expect(describeAudit(mark, zoneClock('Asia/Kolkata'))).toBe('✓ audited up to 16:11, 0 differences');
});

test('where the audit ended on another day than it covers, the day is said', () => {
  expect(describeAudit({ ...mark, at: '2026-01-16T00:05:00.000Z' }, utc)).toBe(
    '✓ audited up to Thu 15 Jan, 10:41, 0 differences',
  );
});

test('differences are loud', () => {
  expect(describeAudit({ ...mark, differences: 1 }, utc)).toBe('✗ AUDIT: 1 number wrong, up to 10:41');
  expect(describeAudit({ ...mark, differences: 1_234 }, utc)).toBe(
    '✗ AUDIT: 1,234 numbers wrong, up to 10:41',
  );
});
