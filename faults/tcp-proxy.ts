/**
 * A TCP proxy that makes connections slow, thin, or cuts them, at a moment that neither side expects: what was under way is gone,
 * also half of a message. Clients that reach a server through it can also be led to another server.
 */
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';

export interface Slowness {
  /** On each way, milliseconds. */
  readonly latencyMs: number;
  /** On each way of each connection; Infinity: as much as comes. */
  readonly bytesPerSecond: number;
}

export const FAST: Slowness = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/** As much waits in the proxy; then the sender has to wait. */
const waitingBytesMax = 1_000_000;

export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private slowness = FAST;
  private isOpen = true;

  private constructor(
    private readonly server: Server,
    private targetPort: number,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  /** `port` 0: a free one. */
  static async listen(port: number, targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: '127.0.0.1' }, resolve);
    });
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Of what is sent from now on. */
  slow(slowness: Slowness): void {
    this.slowness = slowness;
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Ends all connections and takes no new ones. */
  block(): void {
    this.isOpen = false;
    this.cut();
  }

  /** New connections go to this server. */
  leadTo(targetPort: number): void {
    this.targetPort = targetPort;
    this.isOpen = true;
    this.cut();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    if (!this.isOpen) {
      client.destroy();
      return;
    }
    const target = openSocket({ port: this.targetPort, host: '127.0.0.1' });
    this.carry(client, target);
    this.carry(target, client);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    let releasedMs = 0;
    let waitingBytes = 0;
    from.on('data', (data) => {
      const { latencyMs, bytesPerSecond } = this.slowness;
      const nowMs = performance.now();
      // In order, also where the slowness has just changed.
      releasedMs = Math.max(nowMs + latencyMs, releasedMs) + (data.length * 1_000) / bytesPerSecond;
      waitingBytes += data.length;
      if (waitingBytes > waitingBytesMax) from.pause();
      setTimeout(() => {
        waitingBytes -= data.length;
        if (!to.destroyed) to.write(data);
        if (waitingBytes <= waitingBytesMax) from.resume();
      }, releasedMs - nowMs);
    });
    const end = (): void => {
      this.sockets.delete(from);
      from.destroy();
      to.destroy();
    };
    from.once('close', end);
    from.on('error', end);
  }
}
