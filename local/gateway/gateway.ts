/** Stands in for API Gateway: HTTP in, proxy event to the handler, its proxy result out. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type EventHandler, type InvocationOutcome, invoke } from '../invocation';
import { toProxyEvent } from './proxy-event';
import { GATEWAY_ANSWERS, type HttpAnswer, toHttpAnswer } from './proxy-response';

/** Quotas of REST APIs (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html). */
const integrationTimeoutMs = 29_000;
const requestBytesMax = 10 * 1024 * 1024;

export interface GatewayOptions {
  readonly handler: EventHandler;
  readonly functionName: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Told of every request. */
  readonly observe?:
    | ((method: string, target: string, outcome: InvocationOutcome, durationMs: number) => void)
    | undefined;
}

export interface Gateway {
  readonly port: number;
  /** Answers what is being asked, and takes nothing new. */
  close(): Promise<void>;
}

/** Rejects where the port cannot be listened on. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    answer(options, request)
      .catch(() => GATEWAY_ANSWERS.malformed)
      .then((made) => send(response, made))
      // A header that HTTP does not allow is found out only when it is sent.
      .catch(() => send(response, GATEWAY_ANSWERS.malformed));
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(options: GatewayOptions, request: IncomingMessage): Promise<HttpAnswer> {
  const { method = 'GET', url: target = '/', rawHeaders } = request;
  const body = await readBody(request);
  if (body === undefined) return GATEWAY_ANSWERS.tooLarge;
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const startedAtMs = Date.now();
  const event = toProxyEvent({ method, target, rawHeaders, body, sourceIp }, startedAtMs);
  const outcome = await invoke(
    options.handler,
    options.functionName,
    JSON.stringify(event),
    integrationTimeoutMs,
  );
  options.observe?.(method, target, outcome, Date.now() - startedAtMs);
  return toHttpAnswer(outcome);
}

/** undefined: larger than API Gateway takes. The rest is read and dropped, so that the client gets its answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= requestBytesMax) chunks.push(chunk);
  }
  return bytes > requestBytesMax ? undefined : Buffer.concat(chunks);
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpAnswer): void {
  // Of HEAD and 304 it would have to be the length that GET and 200 have, which is not known here (RFC 9110, 8.6).
  const isBodiless = response.req.method === 'HEAD' || statusCode === 304;
  response.writeHead(statusCode, isBodiless ? headers : { ...headers, 'Content-Length': body.length });
  response.end(isBodiless ? undefined : body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
