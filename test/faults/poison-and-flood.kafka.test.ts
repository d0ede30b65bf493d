/** The rows of faults whose harm lies in the records, in their short form, as a person starts them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(600_000);

const home = mkdtempSync(join(tmpdir(), 'clickstream-poison-'));
let said = '';
let exitCode: number | null;

beforeAll(async () => {
  const args = ['run.mjs', 'faults/run.ts', 'poison', 'flood', '--short', '--seed', '7'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, CLICKSTREAM_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  exitCode = await new Promise((resolve) => child.once('close', resolve));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('every record is accounted for by reason, and no number is wrong', () => {
  expect(exitCode === 0 ? '' : said).toBe('');
  expect(said).toMatch(/^poison +20,000 .* 0$/m);
  expect(said).toMatch(/^flood +120,000 .* 0$/m);
});

test('the table of reasons tells what had to come and what came', () => {
  const rows = [...said.matchAll(/rejected:(\w+) +([\d,]+) +([\d,]+)$/gm)];
  expect(rows.length).toBe(13);
  for (const [, , expected, stored] of rows) expect(stored).toBe(expected);
});

test('memory is told: the bound that was reckoned before, and the peak', () => {
  const [bound, peak] = (/bound ([\d.]+) MB, peak ([\d.]+) MB/.exec(said) ?? []).slice(1).map(Number);
  expect(peak).toBeGreaterThan(1);
  expect(bound).toBeGreaterThan(peak as number);
  expect(said).toContain('memory of the event source: start ');
});
