/**
 * What a Redis is asked, by MONITOR, over a connection of its own: ioredis' monitor breaks where commands are told in the same
 * packet as the answer to MONITOR itself, as happens when other tests use this Redis at the same time.
 */
import { connect } from 'node:net';

export interface WatchedCommand {
  readonly command: readonly string[];
  /** Called by a script. */
  readonly isInScript: boolean;
}

export interface RedisWatch {
  close(): void;
}

/** `+1795586886.499418 [0 127.0.0.1:45696] "GET" "key"`; within quotes, what is not printable is escaped. */
function parseLine(line: string): WatchedCommand | undefined {
  const match = /^\+\d+\.\d+ \[\d+ ([^\]]*)\] (.*)$/.exec(line);
  if (match === null) return undefined;
  const words = match[2]?.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  const command = words.map((word) => word.slice(1, -1).replace(/\\(["\\])/g, '$1'));
  return { command, isInScript: match[1] === 'lua' };
}

/** Resolves once every command that is sent from now on will be told. */
export async function watchRedis(url: string, tell: (watched: WatchedCommand) => void): Promise<RedisWatch> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () => socket.write('MONITOR\r\n'));
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '+OK') resolve();
        const watched = parseLine(line);
        if (watched !== undefined) tell(watched);
      }
    });
  });
  return { close: () => socket.destroy() };
}
