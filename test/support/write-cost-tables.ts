/** `node run.mjs test/support/write-cost-tables.ts`: puts what `npm run cost` reckons into docs/cost.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withCostTables } from './cost-tables';

const file = 'docs/cost.md';
writeFileSync(file, withCostTables(readFileSync(file, 'utf8')));
console.log(`${file} is written.`);
