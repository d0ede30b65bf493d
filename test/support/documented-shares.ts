/** The table of shares in docs/simulator.md: name of the kind of record -> its share of all records, 0 to 1. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(__dirname, '../../docs/simulator.md');

/** In the order of the table; of a name, what stands before its first comma or bracket. */
export function documentedShares(): ReadonlyMap<string, number> {
  const rows = readFileSync(file, 'utf8').matchAll(/^\| ([a-z][^|]*?) \| ([\d.]+) % \|/gm);
  return new Map(
    Array.from(rows, ([, name = '', percent]) => [
      name.replace(/[,(].*$/, '').trim(),
      Math.round(Number(percent) * 100) / 10_000,
    ]),
  );
}
