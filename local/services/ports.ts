import { connect, createServer } from 'node:net';

/** A port that a service of ours should listen on is in use. The message names the setting that changes it. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(what: string, port: number, setting: string) {
    super(
      `Port ${port} (${what}) is taken by another program: stop it, or choose another with ${setting}=<port>`,
    );
  }
}

/**
 * Nobody answers there and it can be bound. Asked both ways: where another program listens on all addresses (as macOS itself
 * does on 5000), binding 127.0.0.1 still succeeds, and `localhost` then leads to the other.
 */
export async function isPortFree(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => isAnswered(port, host)));
  return !answers.includes(true) && (await canBind(port));
}

function isAnswered(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Throws PortTakenError. */
export async function requireFreePort(what: string, port: number, setting: string): Promise<void> {
  if (!(await isPortFree(port))) throw new PortTakenError(what, port, setting);
}

/** A port that nobody listens on, below those that the system hands out to outgoing connections. */
export async function findFreePort(neighbours = 1): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const ports = Array.from({ length: neighbours }, (_, index) => port + index);
    if ((await Promise.all(ports.map((candidate) => isPortFree(candidate)))).every(Boolean)) return port;
  }
  throw new Error('no free port between 20000 and 32000');
}
