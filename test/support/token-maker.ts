/** An issuer without forms: it publishes keys and signs what it is given. */
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

function makeKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export class TokenMaker {
  private readonly server: Server;
  private key = makeKey('first');
  /** What it calls itself; default its address. */
  name: string | undefined;
  isAway = false;
  asked = 0;

  constructor() {
    this.server = createServer((request, response) => {
      this.asked += 1;
      if (this.isAway) {
        response.writeHead(503).end();
        return;
      }
      const told = request.url?.endsWith('/keys')
        ? { keys: [this.key.jwk] }
        : { issuer: this.name ?? this.issuer, jwks_uri: `${this.issuer}/keys` };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(told));
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  rotate(): void {
    this.key = makeKey('second');
  }

  sign(claims: object, header: object = {}): string {
    const content = `${encode({ alg: 'RS256', kid: this.key.kid, ...header })}.${encode(claims)}`;
    return `${content}.${createSign('RSA-SHA256').update(content).sign(this.key.privateKey).toString('base64url')}`;
  }
}
