/** `node run.mjs test/support/write-scaling-tables.ts`: puts the formula's tables into docs/scaling.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './scaling-tables';

const file = 'docs/scaling.md';
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
console.log(`${file} is written.`);
