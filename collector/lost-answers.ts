/** Which requests without ids get no answer: their connection was gone before it, or was reset right after, and the browser did not see it. */

import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdlessRequest } from './intake';
import { ResentRequests } from './resent-requests';

interface LastRequest {
  readonly digest: string;
  readonly written: Promise<boolean>;
}

interface Connection {
  isBroken: boolean;
  /** Its newest. */
  answered: LastRequest | undefined;
}

export class LostAnswers {
  private readonly resent: ResentRequests;
  /**
   * By digest: resolves when the request is answered, or its connection is gone. A browser sends it again within milliseconds, and that
   * may be seen before the end of the connection that it follows.
   */
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly connections = new WeakMap<Socket, Connection>();

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
    const connection = this.connectionOf(socket);
    const over = new Promise<void>((resolve) => reply.raw.once('close', resolve));
    this.underWay.set(digest, over);
    // An answer that is written after the other side has ended goes nowhere, though it counts as finished.
    let isTooLate = false;
    reply.raw.once('finish', () => {
      isTooLate = socket.readableEnded;
    });
    reply.raw.once('close', () => {
      if (this.underWay.get(digest) === over) this.underWay.delete(digest);
      // So does one whose writing failed.
      const isLost = isTooLate || connection.isBroken || !reply.raw.writableFinished;
      if (isLost) this.resent.remember(digest, request.written);
      else connection.answered = request;
    });
  }

  /**
   * An answer that is handed to the network is not yet with the browser. That the connection broke is told by its error, before anything else
   * is read; its end (`close`) may come after the same request again.
   */
  private connectionOf(socket: Socket): Connection {
    const known = this.connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { isBroken: false, answered: undefined };
    this.connections.set(socket, connection);
    socket.once('error', () => {
      connection.isBroken = true;
      const { answered } = connection;
      if (answered !== undefined) this.resent.remember(answered.digest, answered.written);
    });
    return connection;
  }
}
