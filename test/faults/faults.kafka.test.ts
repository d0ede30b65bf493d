/**
 * A few rows of `npm run faults`, short, as a person starts them: on a Kafka and Redis servers of their own, which they may kill. How
 * fast anything heals is not asked here.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlayedRow } from '../../faults/table';

jest.setTimeout(600_000);

const names = ['event-source-kill', 'redis-kill', 'redis-kill-empty', 'rebuild-killed'];
const folder = mkdtempSync(join(tmpdir(), 'clickstream-faults-'));
const jsonFile = join(folder, 'rows.json');
let said = '';
let exitCode: number | null;
let rows: readonly PlayedRow[] = [];

beforeAll(async () => {
  const args = ['run.mjs', 'faults/run.ts', ...names, '--short', '--json', jsonFile];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, CLICKSTREAM_HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  exitCode = await new Promise((resolve) => child.once('close', resolve));
  rows = JSON.parse(readFileSync(jsonFile, 'utf8')) as PlayedRow[];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it runs to its end, and all is as it must be', () => {
  expect(exitCode === 0 ? '' : said).toBe('');
  expect(rows.map(({ name }) => name)).toEqual(names);
});

test.each(names)('%s: nothing differs, nothing is lost', (name) => {
  const row = rows.find((played) => played.name === name);
  const result = row !== undefined && 'result' in row ? row.result : undefined;
  expect(result).toMatchObject({ differing: 0, lost: 0, violations: [] });
  expect(result?.events).toBeGreaterThan(500);
  expect(result?.compared).toBeGreaterThan(1_000);
});

test('a store that came back empty was counted again', () => {
  const row = rows.find(({ name }) => name === 'redis-kill-empty');
  expect(row !== undefined && 'result' in row ? row.result.repaired : 0).toBeGreaterThan(500);
});
