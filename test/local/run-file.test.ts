import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../local/supervisor/process-info';
import {
  AlreadyRunningError,
  claimRun,
  FolderUnusableError,
  readLiveRun,
  readRunFile,
  thisProcess,
} from '../../local/supervisor/run-file';

let folder: string;
let file: string;
const said: string[] = [];
const say = (line: string) => said.push(line);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickstream-run-'));
  file = join(folder, 'run.json');
  said.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nobody = { pid: 2 ** 22 - 7, mark: 'nobody' };

test('a run is live while its process lives, and others are refused in one line', async () => {
  const record = await claimRun(file, say);
  record.update({ pageUrl: 'http://localhost:5000' });

  expect(readLiveRun(file)?.pageUrl).toBe('http://localhost:5000');
  await expect(claimRun(file, say)).rejects.toThrow(AlreadyRunningError);
  await expect(claimRun(file, say)).rejects.toThrow(
    `clickstream is running already (process ${process.pid}, page http://localhost:5000).`,
  );
  record.release();
  expect(readLiveRun(file)).toBeUndefined();
});

test('a folder that cannot be written to is named, with what to do, and is no other run', async () => {
  const notAFolder = join(folder, 'a-file');
  writeFileSync(notAFolder, '');

  const claim = claimRun(join(notAFolder, 'run.json'), say);

  await expect(claim).rejects.toThrow(FolderUnusableError);
  await expect(claim).rejects.toThrow(
    `${notAFolder} cannot be used for data (EEXIST): choose another folder with CLICKSTREAM_HOME`,
  );
});

test('nobody else may read the file, which may hold a password of Redis', async () => {
  const record = await claimRun(file, say);
  record.update({ redisUrl: 'redis://me:secret@redis:6379' });

  expect(statSync(file).mode & 0o077).toBe(0);
  record.release();
});

test('what a killed run left is ended, by name, and said', async () => {
  // Prepare: a run whose supervisor is gone, and a process of it that is not.
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'left-over-mark'], {
    stdio: 'ignore',
  });
  const processes = { kafka: { pid: left.pid, mark: 'left-over-mark' }, redis: nobody };
  writeFileSync(file, JSON.stringify({ supervisor: nobody, processes }));

  // Act
  const record = await claimRun(file, say);

  // Assess
  expect(said).toEqual([`Stopping kafka (process ${left.pid}), left by a run that was killed ...`]);
  expect(isRunning(left.pid as number, 'left-over-mark')).toBe(false);
  record.release();
});

test('a process id that is somebody else by now is left alone', async () => {
  // Prepare: this very process has the id, but not the mark.
  writeFileSync(
    file,
    JSON.stringify({
      supervisor: { pid: process.pid, mark: 'another program' },
      processes: { redis: { pid: process.pid, mark: 'redis of ours' } },
    }),
  );

  // Act
  const record = await claimRun(file, say);

  // Assess
  expect(said).toEqual([]);
  record.release();
});

test('the file names each process by its newest id', async () => {
  const record = await claimRun(file, say);
  record.note({ pid: 11, spec: { name: 'producer', mark: 'producer/main.ts' } });
  record.note({ pid: 12, spec: { name: 'kafka', mark: 'server.properties' } });
  record.note({ pid: 13, spec: { name: 'producer', mark: 'producer/main.ts' } });

  expect(readRunFile(file)).toEqual({
    supervisor: thisProcess(),
    processes: {
      producer: { pid: 13, mark: 'producer/main.ts' },
      kafka: { pid: 12, mark: 'server.properties' },
    },
  });
  record.release();
});

test.each(['', '{', 'null', '[]', '{"supervisor":1}'])('a file with %j is no run', (text) => {
  writeFileSync(file, text);
  expect(readRunFile(file)).toBeUndefined();
});
