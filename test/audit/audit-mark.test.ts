import { extendMark } from '../../lambdas/audit/audit-mark';
import type { AuditMark } from '../../pipeline/core/snapshot';

const at = (clock: string): string => `2026-01-15T${clock}:00.000Z`;

function mark(from: string, to: string, differences = 0): AuditMark {
  return { at: at('23:00'), from: at(from), to: at(to), records: 100, cells: 1_000, differences };
}

test('the first run over closed minutes is the mark', () => {
  expect(extendMark(null, mark('10:00', '10:05'))).toEqual(mark('10:00', '10:05'));
});

test('a run that goes on where the mark ends extends it', () => {
  expect(extendMark(mark('09:00', '10:00'), mark('10:00', '10:05'))).toEqual({
    ...mark('09:00', '10:05'),
    records: 200,
    cells: 2_000,
  });
});

test('an audit of everything came further: a run over minutes before its end takes nothing back', () => {
  expect(extendMark(mark('00:00', '10:12'), mark('09:55', '10:02'))).toMatchObject({
    from: at('00:00'),
    to: at('10:12'),
    differences: 0,
  });
});

test('a run over minutes from before the mark takes it nowhere', () => {
  const before = mark('10:28', '11:03');
  expect(extendMark(before, mark('10:04', '10:24'))).toEqual(before);
});

test('after a gap the mark begins anew: it vouches for all between its ends', () => {
  const run = mark('11:00', '11:05');
  expect(extendMark(mark('09:00', '10:00'), run)).toEqual(run);
});

test.each(['10:00', '11:00'])('what was found to differ stays after a clean run from %s on', (from) => {
  expect(extendMark(mark('09:00', '10:00', 3), mark(from, '11:05'))).toMatchObject({
    from: at('09:00'),
    to: at('11:05'),
    differences: 3,
  });
});

test('differences of minutes that follow add up; those of minutes seen before may be the same', () => {
  expect(extendMark(mark('09:00', '10:00', 3), mark('10:00', '10:05', 2)).differences).toBe(5);
  expect(extendMark(mark('09:00', '10:00', 3), mark('09:50', '10:05', 2)).differences).toBe(3);
});
