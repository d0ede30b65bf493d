import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isRunning } from '../../local/supervisor/process-info';
import { endLeftovers, type RunningProcess } from '../../local/supervisor/run-file';
import { until } from './event-source-harness';
import { findPlace, type Place, StartedClickstream } from './started-clickstream';

jest.setTimeout(180_000);

let place: Place;
const started: StartedClickstream[] = [];

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): StartedClickstream {
  const clickstream = new StartedClickstream(place, args, env);
  started.push(clickstream);
  return clickstream;
}

beforeEach(async () => {
  place = await findPlace();
});

afterEach(async () => {
  for (const clickstream of started.splice(0)) {
    clickstream.signal('SIGINT');
    await clickstream.exitCode;
  }
  // Where a test failed after it had killed a supervisor, nobody else ends what that left.
  await endLeftovers(join(place.folder, 'run.json'), () => {});
  rmSync(place.folder, { recursive: true, force: true });
});

const alive = (processes: readonly RunningProcess[]) =>
  processes.filter(({ pid, mark }) => isRunning(pid, mark));

test('npm start runs everything, mends what dies, and Ctrl-C leaves nothing running; the data stay', async () => {
  const first = start(['--rate', '200', '--seed', '1']);
  await first.ready();

  // It counts, and says so.
  await until(async () => (await first.views()) > 100);
  await until(() => first.lines.some((line) => /^in: \d+\/s · consumed: \d+\/s · lag: /.test(line)));
  const processes = Object.values(first.run?.processes ?? {});
  expect(Object.keys(first.run?.processes ?? {}).sort()).toEqual([
    'dashboard',
    'kafka',
    'processor',
    'producer',
    'redis',
  ]);

  // A second start sees the first.
  const second = start();
  expect(await second.exitCode).toBe(1);
  expect(second.lines).toHaveLength(1);
  expect(second.lines[0]).toMatch(/^clickstream is running already \(process \d+, page http:/);

  // What is killed comes back, and counting goes on.
  for (const name of ['processor', 'kafka', 'redis']) {
    const pid = first.pid(name);
    process.kill(pid, 'SIGKILL');
    await until(() => first.pid(name) !== pid);
    expect(first.says(`${name} ended (SIGKILL); starting it again`)).toBe(true);
    const before = await first.views();
    await until(async () => (await first.views()) > before + 100);
  }

  // Ctrl-C.
  const views = await first.views();
  first.signal('SIGINT');
  expect(await first.exitCode).toBe(0);
  expect(alive([...processes, ...Object.values(first.run?.processes ?? {})])).toEqual([]);
  expect(first.run).toBeUndefined();

  // The numbers go on where they were.
  const third = start(['--no-simulator']);
  await third.ready();
  await until(async () => (await third.views()) >= views);
});

test('programs end with a supervisor that is killed; the next start ends what it left, and --fresh deletes its data', async () => {
  // Prepare
  const killed = start(['--rate', '200']);
  await killed.ready();
  await until(async () => (await killed.views()) > 100);
  const processes = killed.run?.processes ?? {};
  const programs = ['producer', 'processor', 'dashboard'].map((name) => processes[name] as RunningProcess);

  // Act
  killed.signal('SIGKILL');
  await until(() => alive(programs).length === 0);
  const next = start(['--fresh', '--no-simulator']);
  await next.ready();
  await until(async () => ((await next.snapshot())?.ledger.heartbeats ?? 0) > 0);

  // Assess
  expect(next.says('left by a run that was killed')).toBe(true);
  expect(alive(Object.values(processes))).toEqual([]);
  expect(await next.views()).toBe(0);
});

test('--fresh is refused beside services of somebody else', async () => {
  const refused = start(['--fresh'], { REDIS_URL: 'redis://127.0.0.1:1' });
  expect(await refused.exitCode).toBe(1);
  expect(refused.lines.at(-1)).toMatch(/^--fresh deletes the data .*; redis is one that was set$/);
});

test.each([
  ['PORT', 'page'],
  ['KAFKA_PORT', 'Kafka'],
  ['REDIS_PORT', 'Redis'],
])('a port that is taken is named, with %s that changes it', async (setting, what) => {
  // Prepare
  const port = Number(place.env[setting]);
  const server = createServer().listen(port, '127.0.0.1');

  // Act
  const refused = start();
  const exitCode = await refused.exitCode;
  server.close();

  // Assess
  expect(exitCode).toBe(1);
  expect(refused.lines.at(-1)).toBe(
    `Port ${port} (${what}) is taken by another program: stop it, or choose another with ${setting}=<port>`,
  );
});
