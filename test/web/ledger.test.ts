import { EDGE_REASON_NAMES } from '../../pipeline/core/edge-reason';
import { ledgerDifference, ledgerRows } from '../../web/ledger';
import { buildLedger } from '../support/build-snapshot';

test('the rows are every term of the ledger, zeros included', () => {
  const names = ledgerRows(buildLedger(1_000)).map(({ name }) => name);

  expect(names).toEqual([
    'consumed',
    'counted',
    'bots',
    'heartbeats',
    'summaries',
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
    'bad revenue',
    'bad engagement',
    'bad summary',
    'bad timestamp',
    'unknown site',
    'unprocessable',
    'late',
    'skewed',
    'empty',
    'lost',
    'behind',
    'edge',
    ...EDGE_REASON_NAMES.map((reason) => reason.replaceAll('_', ' ')),
  ]);
});

test('the parts are summed by themselves, so that a ledger that does not add up shows', () => {
  const ledger = buildLedger(1_000_000);

  expect(ledgerDifference(ledger)).toBe(0);
  expect(ledgerDifference({ ...ledger, consumed: ledger.consumed + 7 })).toBe(7);
  expect(ledgerDifference({ ...ledger, rejected: { ...ledger.rejected, too_large: 5_000 } })).toBeLessThan(0);
});
