import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Gateway, startGateway } from '../../local/gateway/gateway';
import type { EventHandler } from '../../local/invocation';

let gateway: Gateway | undefined;

afterEach(() => gateway?.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Raw HTTP, since fetch would mend paths and headers. `headers`: name, value, name, value. */
function ask(options: {
  method?: string;
  target: string;
  headers?: string[];
  body?: Buffer;
}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: gateway?.port,
      path: options.target,
      method: options.method ?? 'GET',
      agent: false,
    });
    const headers = options.headers ?? [];
    for (let i = 0; i < headers.length; i += 2)
      request.appendHeader(headers[i] as string, headers[i + 1] as string);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(options.body);
  });
}

async function serve(handler: EventHandler): Promise<void> {
  gateway = await startGateway({ handler, functionName: 'test', host: '127.0.0.1', port: 0 });
}

async function eventOf(options: Parameters<typeof ask>[0]): Promise<APIGatewayProxyEvent> {
  let event: APIGatewayProxyEvent | undefined;
  await serve((got: APIGatewayProxyEvent) => {
    event = got;
    return { statusCode: 200, body: '' };
  });
  await ask(options);
  return event as APIGatewayProxyEvent;
}

describe('a request as a proxy event', () => {
  it('carries path and resource, and a decoded query', async () => {
    const event = await eventOf({ target: '/api/v1/snap%20shot?site=a%26b&window=5m&q=%C3%BC+x&empty' });
    expect(event).toMatchObject({
      resource: '/{proxy+}',
      path: '/api/v1/snap%20shot',
      pathParameters: { proxy: 'api/v1/snap%20shot' },
      httpMethod: 'GET',
      queryStringParameters: { site: 'a&b', window: '5m', q: 'ü x', empty: '' },
      body: null,
      isBase64Encoded: false,
      requestContext: {
        path: '/api/v1/snap%20shot',
        resourcePath: '/{proxy+}',
        identity: { sourceIp: '127.0.0.1' },
      },
    });
  });

  it('has null where there is no query, no path parameter and no body', async () => {
    const event = await eventOf({ target: '/' });
    expect(event).toMatchObject({
      resource: '/',
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
    });
  });

  it('keeps every value of a header and a parameter, and the last one in the single-value maps', async () => {
    const event = await eventOf({
      target: '/x?a=1&a=2&__proto__=3',
      headers: ['X-Twice', 'one', 'X-Twice', 'two'],
    });
    expect(event.multiValueQueryStringParameters?.a).toEqual(['1', '2']);
    expect(event.queryStringParameters?.a).toBe('2');
    expect(Object.keys(event.queryStringParameters ?? {})).toContain('__proto__');
    expect(event.multiValueHeaders['X-Twice']).toEqual(['one', 'two']);
    expect(event.headers['X-Twice']).toBe('two');
  });

  it('has text bodies as text and others in base64', async () => {
    const json = await eventOf({
      method: 'POST',
      target: '/x',
      headers: ['Content-Type', 'application/json'],
      body: Buffer.from('{"ü":1}'),
    });
    expect(json).toMatchObject({ body: '{"ü":1}', isBase64Encoded: false });
    await gateway?.close();
    const binary = await eventOf({ method: 'POST', target: '/x', body: Buffer.from([0xff, 0]) });
    expect(binary).toMatchObject({ body: '/wA=', isBase64Encoded: true });
  });
});

describe('a proxy result as an answer', () => {
  it('has status, headers of both kinds and the body', async () => {
    await serve(() => ({
      statusCode: 203,
      headers: { 'X-One': 1, 'x-both': 'single' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Both': ['many', 'more'] },
      body: 'ü',
    }));
    const answer = await ask({ target: '/' });
    expect(answer.status).toBe(203);
    expect(answer.headers).toMatchObject({
      'x-one': '1',
      'set-cookie': ['a=1', 'b=2'],
      'x-both': 'many, more',
      'content-type': 'application/json',
    });
    expect(answer.body.toString()).toBe('ü');
  });

  it('decodes a body in base64', async () => {
    await serve(() => ({ statusCode: 200, body: '/wA=', isBase64Encoded: true }));
    expect((await ask({ target: '/' })).body).toEqual(Buffer.from([0xff, 0]));
  });

  it('has no body for HEAD and 304', async () => {
    await serve(() => ({ statusCode: 304, headers: { ETag: 'W/"1"' }, body: '' }));
    const answer = await ask({ target: '/', method: 'HEAD' });
    expect([answer.status, answer.headers.etag, answer.body.length]).toEqual([304, 'W/"1"', 0]);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 304],
  ])('claims no length where GET and 200 would have another: %s, %d', async (method, statusCode) => {
    await serve(() => ({ statusCode, headers: { ETag: 'W/"1"' }, body: '' }));
    const answer = await ask({ target: '/', method });
    expect(answer.status).toBe(statusCode);
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['nothing', () => undefined],
    ['a text', () => 'hello'],
    ['an array', () => []],
    ['no status', () => ({ body: 'x' })],
    ['a status that is none', () => ({ statusCode: 99, body: 'x' })],
    ['a body that is no text', () => ({ statusCode: 200, body: { a: 1 } })],
    ['a header that is no text', () => ({ statusCode: 200, headers: { a: {} }, body: '' })],
    ['a header with a line break', () => ({ statusCode: 200, headers: { a: 'b\r\nc: d' }, body: '' })],
    [
      'an error',
      () => {
        throw new Error('secret');
      },
    ],
  ])('is 502 where the handler answers with %s', async (_what, handler) => {
    await serve(handler);
    const answer = await ask({ target: '/' });
    expect(answer.status).toBe(502);
    expect(answer.body.toString()).toBe('{"message":"Internal server error"}');
  });
});
