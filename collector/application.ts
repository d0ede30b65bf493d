/** The collector's HTTP: paths to dialects, limits, CORS, and answers. What becomes of events is decided in intake.ts. */
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Dialect } from '../pipeline/core/dialects/dialect';
import { DIALECTS } from '../pipeline/core/dialects/dialects';
import type { EdgeReason } from '../pipeline/core/edge-reason';
import { BodyError, BodyMemory } from './body';
import { BrokenRequests } from './broken-requests';
import { allowOrigin, answerPreflight } from './cross-origin';
import { frontCheck } from './front';
import type { Intake, IntakeOutcome } from './intake';
import { LostAnswers } from './lost-answers';
import { addressInHeader, peerAddress } from './peer-address';
import { type loadPublicFiles, servePublicFiles } from './public-files';
import { refusalBody, retryAfterSeconds, STATUS } from './refusals';
import { answerSegmentSettings } from './segment-settings';

export interface ApplicationParts {
  readonly intake: Intake;
  readonly count: (reason: EdgeReason) => void;
  /** Whether events can be taken: Kafka keeps up, and all that is needed is there. */
  readonly isAccepting: () => boolean;
  readonly describeHealth: () => object;
  /** As the setting COLLECTOR_PROXIES. */
  readonly proxies: number;
  /** As the setting COLLECTOR_ADDRESS_HEADER. */
  readonly addressHeader: string | undefined;
  /** As the setting COLLECTOR_FRONT_SECRET. */
  readonly frontSecret: string | undefined;
  /** As the setting COLLECTOR_URL. */
  readonly url: string | undefined;
  readonly nowMs: () => number;
  readonly publicFiles: ReturnType<typeof loadPublicFiles>;
}

/** Longer than the 60 s of a load balancer, so that it is never us who close a connection that it is about to use. */
const keepAliveMs = 65_000;
/** Half a megabyte over a bad mobile line; whoever takes longer holds a connection for nothing. */
const requestMsMax = 15_000;
const headersMsMax = 10_000;
const lookForSlowEveryMs = 1_000;
const headerBytesMax = 16 * 1024;
/** Each costs some 20 KB. */
const connectionsMax = 10_000;

/** After these a connection is of no use, and Node may tell of it once more. */
const endings: ReadonlySet<EdgeReason> = new Set(['aborted', 'timed_out', 'malformed_request', 'too_large']);

type Headers = Readonly<Record<string, string | undefined>>;

class EventEndpoint {
  private readonly memory = new BodyMemory();
  private readonly lost: LostAnswers;

  constructor(
    private readonly parts: ApplicationParts,
    private readonly broken: BrokenRequests,
  ) {
    this.lost = new LostAnswers(parts.nowMs);
  }

  async take(dialect: Dialect, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { parts, memory } = this;
    if (!parts.isAccepting() || !memory.hasRoom()) return this.refuse(reply, 'overloaded');
    const address = this.addressOf(request);
    // It was gone before it was looked at: nobody hears an answer, and whom the events are of cannot be told.
    if (address === '') return this.refuse(reply, 'aborted');
    const body = await this.read(request);
    // A connection that broke before its body was asked for has been counted with that.
    if (body instanceof BodyError && this.broken.isCounted(request.raw.socket))
      return send(reply, { kind: 'refused', reason: body.reason });
    if (body instanceof BodyError) return this.refuse(reply, body.reason);
    try {
      return send(reply, await this.takeBody(dialect, request, reply, address, body));
    } catch (error) {
      if (error instanceof BodyError) return this.refuse(reply, error.reason);
      throw error;
    } finally {
      memory.release(body);
    }
  }

  private takeBody(
    dialect: Dialect,
    request: FastifyRequest,
    reply: FastifyReply,
    address: string,
    body: Buffer,
  ): Promise<IntakeOutcome> {
    const headers = request.headers as Headers;
    const path = request.routeOptions.url ?? '';
    const idless = this.lost.idless(request, reply, path, address, body);
    return this.parts.intake.take({ dialect, path, headers, body, address }, idless);
  }

  /** Empty: of a connection that is gone. */
  private addressOf({ headers: told, socket }: FastifyRequest): string {
    const headers = told as Headers;
    const { proxies, addressHeader } = this.parts;
    const byHeader =
      addressHeader === undefined ? undefined : addressInHeader(addressHeader, headers[addressHeader]);
    return byHeader ?? peerAddress(socket.remoteAddress, headers['x-forwarded-for'], proxies);
  }

  private async read({ raw, headers }: FastifyRequest): Promise<Buffer | BodyError> {
    const length = headers['content-length'];
    const { socket } = raw;
    this.broken.begin(socket);
    try {
      const body = await this.memory.read(raw, length === undefined ? undefined : Number(length));
      // The body is whole, and what comes behind it is no request.
      const behind = this.broken.reasonOf(socket);
      if (behind !== undefined) this.countEnd(socket, behind);
      this.broken.end(socket);
      return body;
    } catch (error) {
      const told = this.broken.reasonOf(socket);
      this.broken.end(socket);
      if (!(error instanceof BodyError)) throw error;
      return error.reason === 'aborted' && told !== undefined ? new BodyError(told) : error;
    }
  }

  private countEnd(socket: Socket, reason: EdgeReason): void {
    this.parts.count(reason);
    this.broken.note(socket);
  }

  private refuse(reply: FastifyReply, reason: EdgeReason): FastifyReply {
    if (endings.has(reason)) this.countEnd(reply.request.raw.socket, reason);
    else this.parts.count(reason);
    // What still comes of the body would be read for nothing.
    if (reason === 'too_large') reply.header('connection', 'close');
    return send(reply, { kind: 'refused', reason });
  }
}

function send(reply: FastifyReply, outcome: IntakeOutcome): FastifyReply {
  if (outcome.kind === 'answered')
    return reply.code(200).header('content-type', outcome.answer.contentType).send(outcome.answer.body);
  const { reason, field } = outcome;
  if (STATUS[reason] === 503) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(STATUS[reason])
    .header('content-type', 'application/json')
    .send(refusalBody(reason, field));
}

export function collectorApplication(parts: ApplicationParts): FastifyInstance {
  const broken = new BrokenRequests(parts.count);
  const app = fastify({
    logger: false,
    keepAliveTimeout: keepAliveMs,
    // Not among those of `http`, where fastify would set it back.
    requestTimeout: requestMsMax,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersMsMax,
      connectionsCheckingInterval: lookForSlowEveryMs,
    },
    clientErrorHandler: (error, socket) => broken.take(error, socket as Socket),
  });
  app.server.maxConnections = connectionsMax;
  app.server.on('connection', rememberAddress);
  readBodiesOurselves(app);
  app.addHook('onRequest', (request, reply, done) => {
    allowOrigin(request, reply);
    done();
  });
  if (parts.frontSecret !== undefined) refuseWhatComesAround(app, parts, parts.frontSecret);
  app.options('*', answerPreflight);
  app.get('/api/v1/health', (_request, reply) =>
    reply.header('cache-control', 'no-store').send(parts.describeHealth()),
  );
  app.get('/v1/projects/:key/settings', answerSegmentSettings(parts.url));
  servePublicFiles(app, parts.publicFiles);
  const endpoint = new EventEndpoint(parts, broken);
  for (const dialect of DIALECTS) {
    for (const path of dialect.paths)
      app.post(path, (request, reply) => endpoint.take(dialect, request, reply));
  }
  app.setNotFoundHandler((_request, reply) => {
    parts.count('unknown_path');
    return send(reply, { kind: 'refused', reason: 'unknown_path' });
  });
  return app;
}

/** Node asks the system when this is first read, and remembers it; of a connection that is gone the system says nothing any more. */
function rememberAddress(socket: Socket): string | undefined {
  return socket.remoteAddress;
}

/** Preflights too: whoever knows the address behind the proxy hears the same on every path. */
function refuseWhatComesAround(app: FastifyInstance, { count }: ApplicationParts, secret: string): void {
  const isThroughFront = frontCheck(secret);
  app.addHook('onRequest', async (request, reply) => {
    if (isThroughFront(request.headers)) return undefined;
    count('not_through_front');
    return send(reply, { kind: 'refused', reason: 'not_through_front' });
  });
}

/** Whatever the content type says: clients say `text/plain`, a form, nothing at all, and what is no type. */
function readBodiesOurselves(app: FastifyInstance): void {
  const octets = 'application/octet-stream';
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST') request.headers['content-type'] = octets;
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(octets, (_request, _stream, done) => done(null));
}
