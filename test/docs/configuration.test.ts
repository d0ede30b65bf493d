import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS } from '../../lib/presets';
import { readConfiguration } from '../../lib/read-configuration';
import { defaultsOf, documentedSettings, withSettings } from '../support/configuration-tables';

const settings = documentedSettings();
const rows = settings.map((row) => ({ ...row, name: `${row.section}.${row.setting}` }));

test('the tables are the comments and the presets (else: node run.mjs test/support/write-configuration.ts)', () => {
  const document = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');

  expect(document).toBe(withSettings(document));
  expect(document).toContain('| `partitions` | 1 | 32 |');
});

test('every setting is documented, and no other', () => {
  const all = Object.entries(PRESETS.dev).flatMap(([section, values]) =>
    Object.keys(values).map((setting) => `${section}.${setting}`),
  );

  expect(rows.map(({ name }) => name).sort()).toEqual(all.sort());
});

test.each(rows)('the default of $name is that of the presets', (row) => {
  expect(row.byDefault).toBe(defaultsOf(row));
});

const ranges = rows.flatMap((row) => {
  const match = /(?<![\d.])(\d[\d,]*) to (\d[\d,]*)/.exec(row.meaning);
  const value = (PRESETS.dev[row.section] as unknown as Record<string, unknown>)[row.setting];
  if (match === null || typeof value !== 'number') return [];
  const [min, max] = match.slice(1).map((text) => Number(text.replaceAll(',', '')));
  return [{ ...row, min: min as number, max: max as number }];
});

/** What is said of the setting by itself; combinations are no matter of its range. */
function complaint(section: string, setting: string, value: number): string | undefined {
  try {
    readConfiguration({ clickstream: { [section]: { [setting]: value } } });
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith(`clickstream.${section}.${setting}: "${value}"`) ? message : undefined;
  }
}

test('ranges are found', () => {
  expect(ranges.length).toBeGreaterThan(20);
});

test.each(ranges)('$name may be $min to $max, as it says', ({ section, setting, min, max }) => {
  expect(complaint(section, setting, min - 1)).toBeDefined();
  expect(complaint(section, setting, max + 1)).toBeDefined();
  for (const value of [min, max]) {
    expect(complaint(section, setting, value) ?? '').not.toContain('a whole number from');
  }
});
