/** Redis or Valkey on 127.0.0.1, with its append-only file on: how it is started, and when it is ready. */
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Home } from '../home';
import type { ProcessSpec } from '../supervisor/process-spec';

/** Loading a large append-only file takes its time. */
const readyWithinMs = 120_000;

export class RedisStartError extends Error {
  override readonly name = 'RedisStartError';
}

/** `changed`: settings of redis.conf in place of those below. */
export function prepareRedis(
  home: Home,
  command: string,
  port: number,
  changed: Readonly<Record<string, string>> = {},
): ProcessSpec {
  const folder = join(home.dataFolder, 'redis');
  mkdirSync(folder, { recursive: true });
  mkdirSync(home.logFolder, { recursive: true });
  const settings: Readonly<Record<string, string>> = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    // Every second: a crash of the machine loses at most that much, and repair has it from Kafka.
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    // A full store refuses loudly; evicting would falsify counts silently.
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    // Its command line stays as it was started: the run file knows it by that.
    'set-proc-title': 'no',
    ...changed,
  };
  return {
    name: 'redis',
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    mark: folder,
    outputFile: join(home.logFolder, 'redis.log'),
    stopWithinMs: 1_500,
  };
}

/** Waits until Redis has loaded its data. Throws RedisStartError. */
export async function waitForRedis(port: number, isAlive: () => boolean, logFile: string): Promise<void> {
  const deadlineMs = Date.now() + readyWithinMs;
  while (!(await answers(port))) {
    if (!isAlive()) throw new RedisStartError(`Redis ended while it started: see ${logFile}`);
    if (Date.now() > deadlineMs)
      throw new RedisStartError(`Redis is not ready after ${readyWithinMs / 1000} s: see ${logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** PING is answered with `-LOADING` until the data are there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}
