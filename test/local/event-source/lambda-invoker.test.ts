/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Against a server that answers as the API does. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InvocationOutcome } from '../../../local/event-source/invoker';
import { lambdaInvoker } from '../../../local/event-source/lambda-invoker';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

let server: Server;
let asked: Asked[] = [];
let answer:
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string }
  | undefined;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method, url, headers } = request;
    asked.push({ method, url, authorization: headers.authorization, body });
    if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  asked = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function invoke(sign?: () => Promise<Record<string, string>>): Promise<InvocationOutcome> {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return lambdaInvoker({ endpoint, functionName: 'my function', timeoutMs: 500, sign }).invoke('{"a":1}');
}

test('the event is posted to the function, signed where that is asked, and its answer comes back', async () => {
  answer = { status: 200, body: '{"batchItemFailures":[]}' };

  expect(await invoke(async () => ({ authorization: 'AWS4' }))).toEqual({
    kind: 'succeeded',
    responseText: '{"batchItemFailures":[]}',
  });
  const url = '/2015-03-31/functions/my%20function/invocations';
  expect(asked).toEqual([{ method: 'POST', url, authorization: 'AWS4', body: '{"a":1}' }]);
});

test.each([
  [
    'a function error',
    { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{}' },
    'failed',
  ],
  ['no such function', { status: 404, body: 'ResourceNotFoundException' }, 'failed'],
  ['no concurrency left', { status: 429, body: 'TooManyRequestsException' }, 'throttled'],
  ['no answer in time', undefined, 'timed_out'],
])('%s is told as what it is', async (_, answered, kind) => {
  answer = answered;

  expect(await invoke()).toMatchObject({ kind });
});

test('a server that is away is a failure, and rejects nothing', async () => {
  const invoker = lambdaInvoker({ endpoint: 'http://127.0.0.1:1', functionName: 'f', timeoutMs: 500 });

  expect(await invoker.invoke('{}')).toMatchObject({ kind: 'failed' });
});
