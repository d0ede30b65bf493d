/** Connections on which no request could be read to its end: too slow, too large headers, no HTTP. Each is counted once. */
import type { Socket } from 'node:net';
import type { EdgeReason } from '../pipeline/core/edge-reason';
import { refusalBody } from './refusals';

const answers: Readonly<Record<string, string>> = {
  timed_out: '408 Request Timeout',
  malformed_request: '400 Bad Request',
  headers: '431 Request Header Fields Too Large',
};

const reasons: Readonly<Record<string, EdgeReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timed_out',
  HPE_INVALID_EOF_STATE: 'aborted',
  ECONNRESET: 'aborted',
  EPIPE: 'aborted',
};
const drops: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

export class BrokenRequests {
  /** Connections whose body is being read: who reads it counts. */
  private readonly reading = new WeakMap<Socket, { reason: EdgeReason | undefined }>();
  /** Connections whose end has been counted: one may be told of twice. */
  private readonly counted = new WeakSet<Socket>();

  constructor(private readonly count: (reason: EdgeReason) => void) {}

  begin(socket: Socket): void {
    this.reading.set(socket, { reason: undefined });
  }

  /** Why the body ended early, where the connection said so. */
  reasonOf(socket: Socket): EdgeReason | undefined {
    return this.reading.get(socket)?.reason;
  }

  end(socket: Socket): void {
    this.reading.delete(socket);
  }

  /** Its end has been counted. */
  note(socket: Socket): void {
    this.counted.add(socket);
  }

  /** Whether the connection's end has been counted, before its body was asked for. */
  isCounted(socket: Socket): boolean {
    return this.counted.has(socket);
  }

  /** As Node's `clientError`: the connection is ended, with an answer where one can still be sent. */
  take(error: NodeJS.ErrnoException, socket: Socket): void {
    const reason = reasons[error.code ?? ''] ?? 'malformed_request';
    const reading = this.reading.get(socket);
    if (reading !== undefined) reading.reason = reason;
    // A connection that is reset between requests was none.
    else if (!drops.has(error.code) && !this.counted.has(socket)) {
      this.counted.add(socket);
      this.count(reason);
    }
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const status =
      answers[error.code === 'HPE_HEADER_OVERFLOW' ? 'headers' : reason] ?? answers.malformed_request;
    const body = refusalBody(reason);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
    socket.end(head + body, () => socket.destroy());
  }
}
