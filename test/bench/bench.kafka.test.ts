/** Each benchmark in its tiny form, as a person starts it, so that none rots. How fast anything is, is not asked here. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BENCHMARKS } from '../../bench/benchmarks';
import type { Result } from '../../bench/table';
import { testBrokers } from '../stream/test-kafka';
import { testRedisUrl } from '../support/test-redis';

jest.setTimeout(600_000);

const names = BENCHMARKS.map(({ name }) => name);
const folder = mkdtempSync(join(tmpdir(), 'clickstream-bench-'));
const jsonFile = join(folder, 'bench.json');
let said = '';
let exitCode: number | null;
let results: readonly Result[] = [];

beforeAll(async () => {
  const child = spawn(process.execPath, ['run.mjs', 'bench/run.ts', '--size', 'tiny', '--json', jsonFile], {
    env: {
      ...process.env,
      KAFKA_BROKERS: testBrokers().join(','),
      REDIS_URL: testRedisUrl(),
      CLICKSTREAM_HOME: join(folder, 'home'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  exitCode = await new Promise((resolve) => child.once('close', resolve));
  results = JSON.parse(readFileSync(jsonFile, 'utf8')) as Result[];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resultOf = (name: string): Result | undefined => results.find(({ benchmark }) => benchmark === name);

test('it runs to its end', () => {
  expect(exitCode === 0 ? '' : said).toBe('');
  expect(results.map(({ benchmark }) => benchmark)).toEqual(names);
});

test.each(names)('%s answers with figures', (name) => {
  const figures = resultOf(name)?.figures ?? [];
  expect(figures.length).toBeGreaterThan(4);
  const unusable = figures.filter(
    ({ values }) => !values.every((value) => Number.isFinite(value) && value > 0),
  );
  expect(unusable).toEqual([]);
  expect(figures.filter(({ values }) => values.length === 0)).toEqual([]);
});

test.each(['drain', 'end-to-end', 'latency', 'collector', 'click'])('%s counts right', (name) => {
  const audited = resultOf(name)?.audited;
  expect(audited?.differing).toBe(0);
  expect(audited?.compared).toBeGreaterThan(1_000);
});
