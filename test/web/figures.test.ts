import { describeLacking, describeSince } from '../../web/figures';
import { zoneClock } from '../../web/zone-clock';
import { buildSnapshot } from '../support/build-snapshot';

const clock = zoneClock('UTC');
const nowMs = Date.UTC(2026, 0, 31, 12, 0, 30);
const day = buildSnapshot({ window: '24h', nowMs });
const [morning, before] = ['2026-01-31T10:42:00.000Z', '2026-01-20T08:00:00.000Z'];

test('all time is since when every partition counts, and in part since when the first does', () => {
  const whole = describeSince({ countingSince: morning, partlySince: null }, clock);
  expect(whole).toMatch(/^since .*10:42$/);
  expect(describeSince({ countingSince: morning, partlySince: before }, clock)).toMatch(
    /^whole since .*10:42, in part since .*08:00$/,
  );
  expect(describeSince({ countingSince: null, partlySince: before }, clock)).toMatch(
    /^in part since .*08:00$/,
  );
  expect(describeSince({ countingSince: null, partlySince: null }, clock)).toBe('');
});

test('a window that begins before all partitions counted is incomplete, and one that begins later is not', () => {
  const lacking = { countingSince: morning, partlySince: before };

  expect(describeLacking({ ...day, ...lacking }, clock)).toMatch(
    /^incomplete before .*10:42: some partitions/,
  );
  expect(describeLacking({ ...buildSnapshot({ window: '30m', nowMs }), ...lacking }, clock)).toBe('');
  expect(describeLacking({ ...day, countingSince: morning, partlySince: null }, clock)).toBe('');
  expect(describeLacking({ ...day, countingSince: null, partlySince: before }, clock)).toMatch(/^incomplete/);
});
