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
  /**
   * By digest: resolves when the request is answered, or its connection is gone. A browser sends it again within milliseconds, and that
   * may be seen before the end of the connection that it follows.
   */
  private readonly underWay = new Map<string, Promise<void>>();
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
      isResent: async () => {
        if (this.underWay.size > 0) await this.underWay.get(digest());
        return !this.resent.isEmpty && (await this.resent.isResent(digest()));
      },
      note: (written) => this.watch(request.raw.socket, reply, { digest: digest(), written }),
    };
  }

  private watch(socket: Socket, reply: FastifyReply, request: LastRequest): void {
    if (socket.destroyed) {
      this.resent.remember(request.digest, request.written);
      return;
    }
    const { digest } = request;
    const over = new Promise<void>((resolve) => reply.raw.once('close', resolve));
    this.underWay.set(digest, over);
    // An answer that is written after the other side has ended goes nowhere, though it counts as finished.
    let isTooLate = false;
    reply.raw.once('finish', () => {
      isTooLate = socket.readableEnded;
    });
    reply.raw.once('close', () => {
      if (this.underWay.get(digest) === over) this.underWay.delete(digest);
      if (isTooLate || !reply.raw.writableFinished) this.resent.remember(digest, request.written);
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
