/** Each benchmark in its tiny form, as a person starts it, so that none rots. How fast anything is, is not asked here. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComparedFigure } from '../../bench/against/compare';
import { BENCHMARKS } from '../../bench/benchmarks';
import type { Result } from '../../bench/table';
import { testBrokers } from '../stream/test-kafka';
import { testRedisUrl } from '../support/test-redis';

jest.setTimeout(600_000);

const names = BENCHMARKS.map(({ name }) => name);
const folder = mkdtempSync(join(tmpdir(), 'clickstream-bench-'));
const jsonFile = join(folder, 'bench.json');
let results: readonly Result[] = [];

interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
}

function bench(args: readonly string[], home: string): Promise<Ended> {
  const child = spawn(process.execPath, ['run.mjs', 'bench/run.ts', '--size', 'tiny', ...args], {
    env: {
      ...process.env,
      KAFKA_BROKERS: testBrokers().join(','),
      REDIS_URL: testRedisUrl(),
      CLICKSTREAM_HOME: join(folder, home),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, said })));
}

let ended: Ended;
beforeAll(async () => {
  ended = await bench([...names, '--json', jsonFile], 'all');
  results = JSON.parse(readFileSync(jsonFile, 'utf8')) as Result[];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resultOf = (name: string): Result | undefined => results.find(({ benchmark }) => benchmark === name);

test('it runs to its end', () => {
  expect(ended.exitCode === 0 ? '' : ended.said).toBe('');
  expect(results.map(({ benchmark }) => benchmark)).toEqual(names);
});

/** Where nothing is amiss, or nobody else is there, nought is the figure. */
const mayBeNone = /: CPU of others meanwhile$|off the formula$/;

test.each(names)('%s answers with figures', (name) => {
  const figures = resultOf(name)?.figures ?? [];
  expect(figures.length).toBeGreaterThan(4);
  const unusable = figures.filter(
    ({ name: figure, values }) =>
      !values.every((value) => Number.isFinite(value) && (value > 0 || mayBeNone.test(figure))),
  );
  expect(unusable).toEqual([]);
  expect(figures.filter(({ values }) => values.length === 0)).toEqual([]);
});

const audited = ['drain', 'end-to-end', 'latency', 'collector', 'click', 'memory', 'peers'];
test.each(audited)('%s counts right', (name) => {
  const cells = resultOf(name)?.audited;
  expect(cells?.differing).toBe(0);
  expect(cells?.compared).toBeGreaterThan(1_000);
});

test('viewers are nothing to Redis: many a second ask it no more than a few', () => {
  const figures = resultOf('read')?.figures ?? [];
  const [few, many] = figures.filter(({ name }) => name.includes('commands a second'));
  expect(many?.values).toEqual(few?.values);
});

test('another revision is measured beside this tree, and its worktree is gone afterwards', async () => {
  const file = join(folder, 'against.json');
  const { exitCode, said } = await bench(
    ['fold', '--against', 'HEAD', '--runs', '1', '--json', file],
    'against',
  );
  if (!existsSync('.git')) {
    expect(said).toContain('git rev-parse');
    return;
  }
  expect(exitCode === 0 ? '' : said).toBe('');
  const { against, figures } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly against: { readonly name: string; readonly commit: string };
    readonly figures: readonly ComparedFigure[];
  };
  expect(against.name).toBe('HEAD');
  expect(figures.map(({ name }) => name)).toContain('handler : bare loop');
  expect(figures.every(({ ratio }) => ratio.length === 1 && (ratio[0] as number) > 0)).toBe(true);
  expect(existsSync(join('.clickstream', 'against', against.commit))).toBe(false);
});
