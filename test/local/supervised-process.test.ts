import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessSpec } from '../../local/supervisor/process-spec';
import { SupervisedProcess } from '../../local/supervisor/supervised-process';
import { until } from './event-source-harness';

const folder = mkdtempSync(join(tmpdir(), 'clickstream-supervised-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let supervised: SupervisedProcess;
let said: string[];
let pids: number[];

function supervise(script: string, changes: Partial<ProcessSpec> = {}): void {
  said = [];
  pids = [];
  const spec: ProcessSpec = {
    name: 'thing',
    command: process.execPath,
    args: ['-e', script],
    mark: script,
    outputFile: join(folder, 'output.log'),
    stopWithinMs: 2_000,
    ...changes,
  };
  supervised = new SupervisedProcess(
    spec,
    (line) => said.push(line),
    ({ pid }) => pids.push(pid as number),
  );
  supervised.start();
}

afterEach(() => supervised.stop(100));

const waits = 'setInterval(() => {}, 1000)';

test('a process that is killed is started again after a pause, and a line says so', async () => {
  supervise(waits);
  process.kill(pids[0] as number, 'SIGKILL');
  await until(() => pids.length === 2);

  expect(said).toEqual(['thing ended (SIGKILL); starting it again in 0.5 s']);
  expect(supervised.isAlive()).toBe(true);
});

test('one that fails again and again is started at growing intervals', async () => {
  supervise('process.exit(3)');
  await until(() => said.length === 3);

  expect(said).toEqual([
    'thing ended (exit code 3); starting it again in 0.5 s',
    'thing ended (exit code 3); starting it again in 1 s',
    'thing ended (exit code 3); starting it again in 2 s',
  ]);
});

test('a command that does not exist is said, not thrown', async () => {
  supervise('', { command: '/nowhere/at-all' });
  await until(() => said.length === 1);
  expect(said[0]).toContain('ENOENT');
});

test('stopping waits for the process to end by itself, and starts nothing again', async () => {
  const lines: string[] = [];
  supervise(
    `process.on('SIGTERM', () => { console.log('bye'); process.exit() }); console.log('up'); ${waits}`,
    {
      onLine: (line) => lines.push(line),
    },
  );
  await until(() => lines.includes('up'));

  await supervised.stop();

  await until(() => lines.includes('bye'));
  expect(supervised.isAlive()).toBe(false);
  expect([said, pids.length]).toEqual([[], 1]);
  // The file is written beside the lines, and may end a moment later.
  await until(() => readFileSync(join(folder, 'output.log'), 'utf8').includes('bye'));
});

test('one that will not end is killed when its time is over', async () => {
  const lines: string[] = [];
  supervise(`process.on('SIGTERM', () => {}); console.log('up'); ${waits}`, {
    onLine: (line) => lines.push(line),
  });
  await until(() => lines.includes('up'));

  await supervised.stop(200);

  expect(supervised.isAlive()).toBe(false);
});

test('messages of a program that speaks IPC arrive', async () => {
  const messages: unknown[] = [];
  supervise(`process.send({ kind: 'rate' }); ${waits}`, { onMessage: (message) => messages.push(message) });
  await until(() => messages.length > 0);
  expect(messages).toEqual([{ kind: 'rate' }]);
});
