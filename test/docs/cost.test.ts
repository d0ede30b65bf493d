import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptionTexts } from '../../cost/assumptions';
import { BROKER_PRICES, NODE_PRICES, PRICES } from '../../cost/prices';
import { MEASURED } from '../../cost/unit-costs';
import { withCostTables } from '../support/cost-tables';

test('the tables of docs/cost.md are what is reckoned (else: node run.mjs test/support/write-cost-tables.ts)', () => {
  const document = readFileSync(join(__dirname, '../../docs/cost.md'), 'utf8');
  expect(document).toBe(withCostTables(document));
});

test('each price has a unit, an address and a day, each measured figure its command', () => {
  const prices = [...Object.values(PRICES), ...BROKER_PRICES.values(), ...NODE_PRICES.values()];
  for (const { dollars, per, source } of prices) {
    expect(dollars).toBeGreaterThan(0);
    expect(per).not.toBe('');
    expect(source.url).toMatch(/^https:\/\/\S+$/);
    expect(source.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
  for (const { value, command, row, measuredOn } of Object.values(MEASURED)) {
    expect(value).toBeGreaterThan(0);
    expect(command).toMatch(/^npm run (bench -- [a-z-]+|audit)$/);
    expect(row).not.toBe('');
    expect(measuredOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
  expect(assumptionTexts().length).toBeGreaterThan(10);
});
