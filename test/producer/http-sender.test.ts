/** The simulator's way through a collector: what was not taken comes again as it was, and what is no event is sent all the same. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpSender } from '../../producer/http-sender';

const requests: { readonly key: string | undefined; readonly lines: readonly string[] }[] = [];
const statuses: number[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString().split('\n');
    requests.push({ key: request.headers.authorization, lines });
    response.writeHead(statuses.shift() ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests.length = 0;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const record = (site: string, value: string) => ({ key: `${site}:visitor`, value, partition: 0 });

test('by site, at most 250 a request; records of nobody go to the default site, on one line', async () => {
  const many = Array.from({ length: 260 }, (_, i) => record('shop', `{"n":${i}}`));

  await httpSender(url, 'demo').send([...many, { key: null, value: '{broken\n', partition: 1 }]);

  expect(requests.map(({ key, lines }) => [key, lines.length])).toEqual([
    ['Bearer shop', 250],
    ['Bearer shop', 10],
    ['Bearer demo', 1],
  ]);
  expect(requests[2]?.lines).toEqual(['{broken ']);
});

test('503 and 429 are tried again with the same lines, 400 is the last word', async () => {
  statuses.push(503, 429, 200, 400);
  const sender = httpSender(url);

  await sender.send([record('shop', '{"a":1}')]);
  await sender.send([record('shop', '{"b":2}')]);

  expect(requests.map(({ lines }) => lines[0])).toEqual(['{"a":1}', '{"a":1}', '{"a":1}', '{"b":2}']);
});

test('what was given up is said to be', async () => {
  const sender = httpSender('http://127.0.0.1:9');
  sender.abandon();

  await expect(sender.send([record('shop', '{}')])).rejects.toThrow('given up');
});
