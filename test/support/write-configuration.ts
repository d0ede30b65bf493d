/** `node run.mjs test/support/write-configuration.ts`: puts the settings' tables into docs/configuration.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withSettings } from './configuration-tables';

const file = 'docs/configuration.md';
writeFileSync(file, withSettings(readFileSync(file, 'utf8')));
console.log(`${file} is written.`);
