/**
 * Stands in for a collector, and misbehaves on demand. Of each request it does the next thing it was told, or answers 200. Fault model:
 * a status (with Retry-After or without), a connection that is reset before or after the events were taken, no answer at all, and a
 * port at which nobody listens. It remembers messageIds as the pipeline does: what comes twice is counted once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedEvent {
  readonly type: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly event?: string;
  readonly properties: Readonly<Record<string, unknown>> & { readonly url: string };
}

export interface RecordedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly writeKey: string;
  readonly sentAt: string;
  readonly events: readonly RecordedEvent[];
  readonly does: Behaviour;
}

export type Behaviour =
  | { readonly status: number; readonly retryAfter?: string }
  | 'reset'
  | 'taken, then reset'
  | 'silent';

const fine: Behaviour = { status: 200 };

export class RecordingCollector {
  readonly requests: RecordedRequest[] = [];
  private readonly counted = new Map<string, RecordedEvent>();
  private readonly told: Behaviour[] = [];
  private server: Server | undefined;
  private heldPort = 0;

  /** `files`: what GET answers, by path. */
  constructor(readonly files: Readonly<Record<string, string>> = {}) {}

  static async start(files: Readonly<Record<string, string>>): Promise<RecordingCollector> {
    const collector = new RecordingCollector(files);
    await collector.listen();
    return collector;
  }

  get origin(): string {
    return `http://clicks.example:${this.heldPort}`;
  }

  /** What is counted so far, in the order in which it came. */
  get events(): readonly RecordedEvent[] {
    return [...this.counted.values()];
  }

  /** For the next requests, one each. */
  tell(...behaviours: readonly Behaviour[]): void {
    this.told.push(...behaviours);
  }

  forget(): void {
    this.requests.length = 0;
    this.counted.clear();
    this.told.length = 0;
  }

  /** On the port that it has had. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.heldPort, '127.0.0.1', resolve));
    this.heldPort = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Connections are refused from now on. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    const file = this.files[url];
    if (method === 'GET') {
      response.setHeader('Content-Type', 'text/javascript');
      response.writeHead(file === undefined ? 404 : 200).end(file);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const does = method === 'POST' ? (this.told.shift() ?? fine) : fine;
    const text = Buffer.concat(chunks).toString();
    const { writeKey, sentAt, events } =
      text === '' ? { writeKey: '', sentAt: '', events: [] } : JSON.parse(text);
    this.requests.push({ atMs: Date.now(), method, headers, writeKey, sentAt, events, does });
    this.behave(does, events, request, response);
  }

  private behave(
    does: Behaviour,
    events: readonly RecordedEvent[],
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (does === 'silent') return;
    const isTaken = does === 'taken, then reset' || (typeof does === 'object' && does.status === 200);
    for (const event of isTaken ? events : []) {
      if (!this.counted.has(event.messageId)) this.counted.set(event.messageId, event);
    }
    if (typeof does === 'string') {
      request.socket.resetAndDestroy();
      return;
    }
    const retryAfter = does.retryAfter === undefined ? {} : { 'Retry-After': does.retryAfter };
    response.writeHead(does.status, { 'Content-Type': 'application/json', ...retryAfter });
    response.end(JSON.stringify({ accepted: events.length, rejected: [] }));
  }
}
