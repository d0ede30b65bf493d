import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { spikeFileIn } from '../../producer/spike-request';

let home: string;
let producer: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spike-'));
});
afterEach(() => {
  producer?.kill('SIGKILL');
  producer = undefined;
  rmSync(home, { recursive: true });
});

function runSpike(...options: readonly string[]) {
  const run = spawnSync(process.execPath, ['run.mjs', 'local/spike.ts', ...options], {
    encoding: 'utf8',
    env: { ...process.env, CLICKSTREAM_HOME: home },
  });
  return { status: run.status, lines: `${run.stdout}${run.stderr}`.trim().split('\n') };
}

/** A run whose producer takes requests as the real one does, and grants those up to 50 times the traffic. */
async function startRun(): Promise<void> {
  const outfile = join(home, 'spike-request.cjs');
  buildSync({ entryPoints: ['producer/spike-request.ts'], bundle: true, platform: 'node', outfile });
  const program = `
    const { answerSpikeRequest, spikeFileIn } = require(${JSON.stringify(outfile)});
    const grant = ({ factor, lengthMs }) => factor > 50 ? { refused: 'too much' } :
      { started: { factor, minutes: lengthMs / 60000, usualPerSecond: 200, article: '/in-the-news' } };
    process.on('SIGUSR2', () => answerSpikeRequest(spikeFileIn(${JSON.stringify(home)}), grant));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  producer = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (producer.stdout !== null) await once(producer.stdout, 'data');
  const running = { pid: producer.pid, mark: 'answerSpikeRequest' };
  const run = { supervisor: running, pageUrl: 'http://localhost:1', processes: { producer: running } };
  writeFileSync(join(home, 'run.json'), JSON.stringify(run));
}

test('the producer gets what was asked for, and its answer is told', async () => {
  await startRun();

  const { status, lines } = runSpike('--factor', '10', '--minutes', '2');

  expect(status).toBe(0);
  expect(lines).toEqual([
    '/in-the-news is in the news: within 18 s the site has 10 times its visitors,',
    'about 2,000 events a second instead of 200; after 2 min it is over.',
    expect.stringContaining('Look at http://localhost:1'),
  ]);
  // Else the next signal would be taken for the same wish again.
  expect(existsSync(spikeFileIn(home))).toBe(false);
});

test('what the producer refuses is told in one line', async () => {
  await startRun();

  expect(runSpike('--factor', '60')).toEqual({ status: 1, lines: ['No news spike: too much.'] });
});

test('a spike where nothing runs is refused in one line', () => {
  const { status, lines } = runSpike();

  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('npm start');
});

test.each([
  ['--factor', '1'],
  ['--factor', 'many'],
  ['--minutes', '600'],
])('%s %s is refused in one line that says what is allowed', (name, value) => {
  const { status, lines } = runSpike(name, value);

  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(value);
});
