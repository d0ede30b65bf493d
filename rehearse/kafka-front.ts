/**
 * Stands where the IAM listener of an MSK broker stands: TLS, and the sign-in by a signed token. Behind it is the real broker, with
 * neither. So programs that insist on IAM run as they are deployed. It checks that a token is of the form that MSK documents and
 * names an identity of this account; that MSK would let this identity in, nobody but MSK can say.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { tokenFault } from './iam-token';

export interface KafkaFrontOptions {
  readonly port: number;
  /** Of the broker's listener whose clients are told to come back here. */
  readonly targetPort: number;
  readonly certificate: { readonly certFile: string; readonly keyFile: string };
}

/** Of Kafka's protocol (https://kafka.apache.org/protocol.html#protocol_api_keys). */
const api = { saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 } as const;
const refusedCode = 58;
const frameBytesMax = 1024 * 1024;
const sessionMs = 900_000n;

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255]);
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);

function answer(correlationId: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([int32(correlationId), ...parts]);
  return Buffer.concat([int32(body.length), body]);
}

interface Request {
  readonly key: number;
  readonly version: number;
  readonly correlationId: number;
  readonly body: Buffer;
  readonly frame: Buffer;
}

function readRequest(frame: Buffer): Request {
  const clientIdBytes = Math.max(0, frame.readInt16BE(12));
  return {
    key: frame.readInt16BE(4),
    version: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
    body: frame.subarray(14 + clientIdBytes),
    frame,
  };
}

/** One connection: until it has signed in, it may ask for versions and sign in; afterwards every byte goes through. */
class FrontConnection {
  private waiting = Buffer.alloc(0);
  private isSignedIn = false;

  constructor(
    private readonly client: TLSSocket,
    private readonly broker: Socket,
    private readonly note: (fault: string | undefined) => void,
  ) {
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    broker.pipe(client);
    client.on('data', (bytes: Buffer) => this.take(bytes));
  }

  private take(bytes: Buffer): void {
    this.waiting = Buffer.concat([this.waiting, bytes]);
    while (this.waiting.length >= 4) {
      const size = this.waiting.readInt32BE(0);
      if (size < 10 || (!this.isSignedIn && size > frameBytesMax)) {
        this.refuse('no request of Kafka');
        return;
      }
      if (this.waiting.length < 4 + size) return;
      const frame = this.waiting.subarray(0, 4 + size);
      this.waiting = this.waiting.subarray(4 + size);
      this.pass(readRequest(frame));
    }
  }

  private pass(request: Request): void {
    if (request.key === api.saslHandshake) {
      const mechanisms = Buffer.concat([int32(1), text('OAUTHBEARER')]);
      this.client.write(answer(request.correlationId, int16(0), mechanisms));
    } else if (request.key === api.saslAuthenticate) this.signIn(request);
    else if (this.isSignedIn || request.key === api.apiVersions) this.broker.write(request.frame);
    else this.refuse(`request ${request.key} before signing in`);
  }

  private signIn({ correlationId, version, body }: Request): void {
    const fault = tokenFault(body.subarray(4).toString());
    this.note(fault);
    this.isSignedIn = fault === undefined;
    const lifetime = version >= 1 ? [int64(sessionMs)] : [];
    const told = fault === undefined ? int16(-1) : text(fault);
    const code = int16(fault === undefined ? 0 : refusedCode);
    this.client.write(answer(correlationId, code, told, int32(0), ...lifetime));
  }

  private refuse(fault: string): void {
    this.note(fault);
    this.client.destroy();
  }
}

export class KafkaFront {
  signedIn = 0;
  readonly faults: string[] = [];
  private readonly connections = new Set<TLSSocket>();

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async open({ port, targetPort, certificate }: KafkaFrontOptions): Promise<KafkaFront> {
    const server = createServer({
      cert: readFileSync(certificate.certFile),
      key: readFileSync(certificate.keyFile),
    });
    const front = new KafkaFront(server, `127.0.0.1:${port}`);
    server.on('secureConnection', (client) => {
      front.connections.add(client);
      client.once('close', () => front.connections.delete(client));
      const broker = connect({ host: '127.0.0.1', port: targetPort });
      new FrontConnection(client, broker, (fault) => front.note(fault));
    });
    // Who does not trust the certificate, or speaks no TLS, is seen by its own error.
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return front;
  }

  private note(fault: string | undefined): void {
    if (fault === undefined) this.signedIn += 1;
    else this.faults.push(fault);
  }

  async close(): Promise<void> {
    for (const client of this.connections) client.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
