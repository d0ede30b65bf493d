/** Sends the fuzz's requests, many at a time, and compares each answer with what it must be. */
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { RequestSpecimen } from './specimen';

type Over<How> = Extract<RequestSpecimen, { readonly how: How }>;

/** A slow sender is ended after 15 s. */
const rawMsMax = 60_000;
const leaveAfterMs = 5;

export class RequestSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly port: number) {}

  close(): void {
    this.agent.destroy();
  }

  /** The status of the answer; undefined: none came. */
  send(specimen: RequestSpecimen): Promise<number | undefined> {
    return specimen.how === 'http' ? this.sendHttp(specimen) : this.sendRaw(specimen);
  }

  private sendHttp({ method, path, headers, body }: Over<'http'>): Promise<number | undefined> {
    return new Promise((resolve) => {
      const options = { port: this.port, host: '127.0.0.1', method, path, agent: this.agent };
      const request = httpRequest(
        {
          ...options,
          headers: { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
          response.on('error', () => resolve(response.statusCode));
        },
      );
      request.on('error', () => resolve(undefined));
      request.end(body);
    });
  }

  private sendRaw({ bytes, end }: Over<'raw'>): Promise<number | undefined> {
    return new Promise((resolve) => {
      let heard = '';
      const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.setTimeout(rawMsMax, () => socket.destroy());
      socket.on('data', (data) => {
        heard += data.toString('latin1');
      });
      socket.on('end', () => socket.end());
      socket.on('error', () => {});
      socket.on('close', () => {
        const status = /^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1];
        resolve(status === undefined ? undefined : Number(status));
      });
      socket.write(bytes, () => {
        if (end === 'leave') setTimeout(() => socket.destroy(), leaveAfterMs);
        if (end === 'half-close') socket.end();
      });
    });
  }
}
