import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shareOf, withTables } from '../support/scaling-tables';

test('the tables of docs/scaling.md are the formula (else: node run.mjs test/support/write-scaling-tables.ts)', () => {
  const document = readFileSync(join(__dirname, '../../docs/scaling.md'), 'utf8');
  expect(document).toBe(withTables(document));
});

test('days are more than half of each site, as it says there', () => {
  expect(Math.min(...shareOf((part) => part.startsWith('day ')))).toBeGreaterThan(0.5);
});
