/**
 * Requests over kept connections, one under way on each: as many as a server answers, or so many a second. By hand on sockets, since a
 * client library costs as much as the server that it is to measure.
 */
import { connect, type Socket } from 'node:net';
import { BenchError } from './benchmark';

export interface RequestLoad {
  readonly port: number;
  readonly connections: number;
  /** Whole requests, of which each connection takes one after the other. */
  readonly requests: readonly Buffer[];
  readonly count: number;
  /**
   * Each request is due at its time, whether the ones before are answered or not, and its answer is timed from then: a server that falls
   * behind is seen to. Default: as soon as a connection is free.
   */
  readonly perSecond?: number | undefined;
}

export interface LoadAnswer {
  readonly seconds: number;
  /** Of each request, in the order in which they were answered. */
  readonly answerMs: readonly number[];
}

const headEnd = '\r\n\r\n';

/** Bytes of the first answer; undefined: it is not whole yet. */
function answerLength(heard: string): number | undefined {
  const end = heard.indexOf(headEnd);
  if (end === -1) return undefined;
  const length = /content-length: (\d+)/i.exec(heard.slice(0, end))?.[1];
  const whole = end + headEnd.length + Number(length ?? 0);
  return heard.length >= whole ? whole : undefined;
}

/** Rejects with BenchError at the first answer that is not 200. */
export async function sendRequests(load: RequestLoad): Promise<LoadAnswer> {
  const { port, connections, requests, count, perSecond } = load;
  const answerMs: number[] = [];
  const sockets: Socket[] = [];
  let sent = 0;
  const fromMs = performance.now();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      socket.setNoDelay(true);
      let heard = '';
      let fromDueMs = 0;
      const next = (): void => {
        if (sent >= count) {
          resolve();
          return;
        }
        const request = requests[sent % requests.length] as Buffer;
        const nowMs = performance.now();
        const dueMs = perSecond === undefined ? nowMs : fromMs + (sent * 1_000) / perSecond;
        sent += 1;
        fromDueMs = dueMs;
        if (dueMs <= nowMs) socket.write(request);
        else setTimeout(() => socket.write(request), dueMs - nowMs);
      };
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('close', () => reject(new BenchError('the server closed a connection')));
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        const length = answerLength(heard);
        if (length === undefined) return;
        answerMs.push(performance.now() - fromDueMs);
        if (!heard.startsWith('HTTP/1.1 200'))
          return reject(new BenchError(`answered: ${heard.slice(0, 300)}`));
        heard = heard.slice(length);
        next();
      });
    });
  try {
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
  return { seconds: (performance.now() - fromMs) / 1_000, answerMs };
}
