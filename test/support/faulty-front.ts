/**
 * A proxy before the dashboard. Its faults, for the snapshot alone: it answers by itself (an error, rubbish, a login page, a
 * redirect), it breaks off, it hangs before or within the body, or it passes on what it got only after a while. It may be
 * closed and opened again at the same port. It counts what it is asked for.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'answers';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'breaks off' }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'hangs within the body' }
  /** `delayMs`: of this request, by its address. */
  | { readonly kind: 'is slow'; readonly delayMs: (address: string) => number };

/** What belongs to one connection, or to the body's form on it. */
const ownHeaders = /^(connection|keep-alive|date|transfer-encoding|content-length|content-encoding)$/;

export class FaultyFront {
  fault: Fault = { kind: 'none' };
  /** Requests for the snapshot, oldest first. */
  readonly asked: { readonly address: string; readonly atMs: number }[] = [];
  private port = 0;
  private server: Server | undefined;

  /** `behind`: the dashboard's address, with its last slash. */
  constructor(private readonly behind: string) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const { url: address = '/', headers } = request;
      this.answer(address, headers['if-none-match'], response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** At once, with all connections. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async answer(address: string, tag: string | undefined, response: ServerResponse): Promise<void> {
    if (!address.startsWith('/api/v1/snapshot')) return await this.pass(address, tag, response);
    this.asked.push({ address, atMs: Date.now() });
    const { fault } = this;
    switch (fault.kind) {
      case 'none':
        return await this.pass(address, tag, response);
      case 'answers':
        response.writeHead(fault.status, { 'Content-Type': 'application/json', ...fault.headers });
        response.end(fault.body);
        return;
      case 'breaks off':
        response.destroy();
        return;
      case 'hangs':
        return;
      case 'hangs within the body':
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write('{"site":');
        return;
      case 'is slow':
        return await this.pass(address, tag, response, fault.delayMs(address));
    }
  }

  /** `delayMs`: after the answer was made, before it goes on. */
  private async pass(
    address: string,
    tag: string | undefined,
    response: ServerResponse,
    delayMs = 0,
  ): Promise<void> {
    const answer = await fetch(new URL(address, this.behind), {
      headers: tag === undefined ? {} : { 'If-None-Match': tag },
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const headers = [...answer.headers].filter(([name]) => !ownHeaders.test(name));
    response.writeHead(answer.status, Object.fromEntries(headers));
    response.end(body);
  }
}
