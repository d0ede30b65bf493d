/** Which requests without ids get no answer: their connection was gone before it, or was reset right after, and the browser did not see it. */

import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdlessRequest } from './intake';
import { ResentRequests } from './resent-requests';

interface LastRequest {
  readonly digest: string;
  readonly written: Promise<boolean>;
}

export class LostAnswers {
  private readonly resent: ResentRequests;
  /** The newest answered request of each connection. */
  private readonly last = new WeakMap<Socket, LastRequest>();

  constructor(nowMs: () => number) {
    this.resent = new ResentRequests(nowMs);
  }

  idless(
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
    address: string,
    body: Buffer,
  ): IdlessRequest {
    let known: string | undefined;
    const digest = (): string => {
      known ??= this.resent.digestOf(path, address, body);
      return known;
    };
    return {
      isResent: async () => !this.resent.isEmpty && (await this.resent.isResent(digest())),
      note: (written) => this.watch(request.raw.socket, reply, { digest: digest(), written }),
    };
  }

  private watch(socket: Socket, reply: FastifyReply, request: LastRequest): void {
    if (socket.destroyed) {
      this.resent.remember(request.digest, request.written);
      return;
    }
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) this.resent.remember(request.digest, request.written);
      else this.rememberLast(socket, request);
    });
  }

  /** An answer that is handed to the network is not yet with the browser. */
  private rememberLast(socket: Socket, request: LastRequest): void {
    if (!this.last.has(socket)) {
      socket.once('close', (hadError) => {
        const last = this.last.get(socket);
        if (hadError && last !== undefined) this.resent.remember(last.digest, last.written);
      });
    }
    this.last.set(socket, request);
  }
}
