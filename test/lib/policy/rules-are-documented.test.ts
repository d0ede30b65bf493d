import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICY_RULES } from '../../../lib/policy/kafka-app-rules';

const root = join(__dirname, '../../..');
const names = POLICY_RULES.map(({ name }) => name);

test('docs/policy-rules.md names the rules that there are, in their order', () => {
  const page = readFileSync(join(root, 'docs/policy-rules.md'), 'utf8');
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name as string);

  expect(rows.filter((row) => names.includes(row))).toEqual(names);
});

test('each rule says what happens where it does not hold', () => {
  for (const { why } of POLICY_RULES) expect(why).toMatch(/^[A-Z].{30,}[.)]$/);
});

test.each(names)('%s is tested by a change that it finds', (name) => {
  const tests = ['mapping', 'cluster', 'network', 'access'].map((group) =>
    readFileSync(join(__dirname, `${group}-rules.test.ts`), 'utf8'),
  );

  expect(tests.join('\n')).toContain(`'${name}`);
});
