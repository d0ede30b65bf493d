/** The proxy of the fault runs: what goes through it is whole and in order, or the connection is gone. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FAST, TcpProxy } from '../../faults/tcp-proxy';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

/** Sends back what it gets, after its name. */
async function echo(name: string): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(name);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return (server.address() as { port: number }).port;
}

async function proxyTo(port: number): Promise<TcpProxy> {
  const proxy = await TcpProxy.listen(0, port);
  opened.push(proxy);
  return proxy;
}

class Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  private chunks: Buffer[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (data) => this.chunks.push(data));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  get received(): string {
    return Buffer.concat(this.chunks).toString();
  }

  async until(text: string): Promise<void> {
    while (!this.received.includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('what goes through is whole and in order, slow or not', async () => {
  const proxy = await proxyTo(await echo('a:'));
  const client = new Client(proxy.port);
  const numbers = Array.from({ length: 20_000 }, (_, i) => `${i} `).join('');
  client.socket.write(numbers.slice(0, 50_000));
  proxy.slow({ latencyMs: 30, bytesPerSecond: 2_000_000 });
  client.socket.write(numbers.slice(50_000));
  proxy.slow(FAST);
  client.socket.write('end');
  await client.until('end');
  expect(client.received).toBe(`a:${numbers}end`);
  client.socket.destroy();
});

test('latency delays each way', async () => {
  const proxy = await proxyTo(await echo('a:'));
  const client = new Client(proxy.port);
  await client.until('a:');
  proxy.slow({ latencyMs: 60, bytesPerSecond: Number.POSITIVE_INFINITY });
  const fromMs = performance.now();
  client.socket.write('there and back');
  await client.until('there and back');
  expect(performance.now() - fromMs).toBeGreaterThanOrEqual(115);
  client.socket.destroy();
});

test('a cut ends the connections, and new ones are taken', async () => {
  const proxy = await proxyTo(await echo('a:'));
  const before = new Client(proxy.port);
  await before.until('a:');
  proxy.cut();
  await before.closed;
  const after = new Client(proxy.port);
  await after.until('a:');
  after.socket.destroy();
});

test('blocked, it takes nobody; then it leads to another server', async () => {
  const proxy = await proxyTo(await echo('a:'));
  proxy.block();
  const refused = new Client(proxy.port);
  await refused.closed;
  expect(refused.received).toBe('');
  proxy.leadTo(await echo('b:'));
  const led = new Client(proxy.port);
  await led.until('b:');
  led.socket.destroy();
});

test('a server that is away ends the connection, not the proxy', async () => {
  const port = await echo('a:');
  await new Promise((resolve) => (opened.pop() as Server).close(resolve));
  const proxy = await proxyTo(port);
  await new Client(proxy.port).closed;
  proxy.leadTo(await echo('b:'));
  const client = new Client(proxy.port);
  await client.until('b:');
  client.socket.destroy();
});
