/**
 * A proxy before a collector, for SDKs. Its faults, in the order of the POSTs that come: it answers 500 by itself; or resets the
 * connection without having passed anything on, as a server does that closes a kept connection at the wrong moment; or cuts both sides
 * of what it has passed on before there is an answer (`lost`), as where a server ends with requests under way. What has no fault goes
 * through. It may be opened later than it is used.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export type FrontFault = 'none' | '500' | 'reset' | 'lost';

export class CollectorFront {
  /** Answers that were given, in order. */
  readonly answered: number[] = [];
  private readonly server: Server;

  constructor(
    private readonly behind: number,
    private readonly faults: FrontFault[],
  ) {
    this.server = createServer((request, response) => this.take(request, response));
  }

  async open(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const fault = request.method === 'POST' ? (this.faults.shift() ?? 'none') : 'none';
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.once('finish', () => this.answered.push(response.statusCode));
    if (fault === '500') {
      request.resume();
      response.writeHead(500).end();
      return;
    }
    const { method, url: path, headers } = request;
    const passed = httpRequest({ port: this.behind, host: '127.0.0.1', method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
    if (fault !== 'lost') return;
    passed.once('error', () => undefined);
    // The collector gets the whole of it, and a reset right behind: an end without one says nothing of an answer that is on its way already.
    passed.once('finish', () => {
      passed.socket?.resetAndDestroy();
      request.socket.resetAndDestroy();
    });
  }
}
