import { describeStopped, ledgerDifference, ledgerRows } from '../../web/ledger';
import { buildLedger } from '../support/build-snapshot';

test('the rows are every term of the ledger, zeros included', () => {
  const names = ledgerRows(buildLedger(100)).map(({ name }) => name);

  expect(names).toEqual([
    'consumed',
    'counted',
    'bots',
    'heartbeats',
    'duplicates',
    'rejected',
    'empty value',
    'too large',
    'malformed json',
    'not an object',
    'unsupported version',
    'unknown type',
    'missing field',
    'field too long',
    'bad timestamp',
    'unknown site',
    'unprocessable',
    'late',
    'skewed',
    'empty',
    'lost',
    'behind',
  ]);
});

test('the parts are summed by themselves, so that a ledger that does not add up shows', () => {
  const ledger = buildLedger(1_000_000);

  expect(ledgerDifference(ledger)).toBe(0);
  expect(ledgerDifference({ ...ledger, consumed: ledger.consumed + 7 })).toBe(7);
  expect(ledgerDifference({ ...ledger, rejected: { ...ledger.rejected, too_large: 5_000 } })).toBeLessThan(0);
});

test('a stopped partition is said in words, with what to do', () => {
  expect(describeStopped({ partition: 3, state: 'behind', next: 1_200, waitingFrom: 1_250 })).toBe(
    'Partition 3 waits for repair since offset 1,200 (50 offsets are missing): run npm run repair.',
  );
  expect(describeStopped({ partition: 3, state: 'behind', next: 0 })).toBe(
    'Partition 3 waits for repair since offset 0: run npm run repair.',
  );
  expect(describeStopped({ partition: 0, state: 'torn', next: 9 })).toContain('must be rebuilt');
  expect(describeStopped({ partition: 4, state: 'wrong_log', next: 12_000 })).toBe(
    'Partition 4: its log is not the one that was counted up to offset 12,000; nothing more is counted. It must be rebuilt.',
  );
});
