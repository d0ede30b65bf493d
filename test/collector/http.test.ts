/** What clients rely on: paths, bodies, limits, CORS, answers. Without Kafka; what is durable is tested in outage.test.ts. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { OfflineCollector } from '../support/offline-collector';

const page = { type: 'page', properties: { url: 'https://demo.example/a' } };
const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const rows = [
  {
    name: 'shop',
    keys: ['shop-key', 'shop.example'],
    origins: ['https://shop.example', 'https://*.shop.example'],
  },
];

let collector: OfflineCollector;

async function open(wanted: ConstructorParameters<typeof OfflineCollector>[1] = {}): Promise<void> {
  await collector?.close();
  collector = new OfflineCollector(rows, wanted);
  await collector.open();
}

beforeEach(() => open());
afterAll(() => collector.close());

describe('bodies', () => {
  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'no type at all;;;',
  ])('are read by path, and not by the content type %s', async (type) => {
    const answer = await collector.send([page], { 'content-type': type });
    expect(await answer.json()).toEqual({ accepted: 1, rejected: [] });
  });

  it('are decompressed, whether they say so or not', async () => {
    const body = gzipSync(JSON.stringify([page]));
    const key = { authorization: 'Bearer demo' };
    const said = await collector.post('/api/v1/events', body, { ...key, 'content-encoding': 'gzip' });
    const unsaid = await collector.post('/api/v1/events', body, { ...key, 'content-type': 'text/plain' });
    expect([said.status, unsaid.status]).toEqual([200, 200]);
    expect(collector.events).toHaveLength(2);
  });

  it('may be as large as clients send them, and end at a limit that holds after decompression', async () => {
    const many = Array.from({ length: 2_000 }, () => ({ ...page, padding: 'x'.repeat(220) }));
    expect(JSON.stringify(many).length).toBeGreaterThan(512 * 1024);
    expect((await collector.send(many)).status).toBe(200);

    const key = { authorization: 'Bearer demo' };
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));
    const answers = [
      await collector.post('/api/v1/events', bomb, key),
      await collector.post('/api/v1/events', Buffer.alloc(1024 * 1024 + 1, 0x20), key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 413]);
    expect(collector.edge).toEqual({ too_large: 2 });
  });

  it.each<[string, string | Buffer, Record<string, string>, string]>([
    ['no JSON', '{"type":', {}, 'malformed_body'],
    ['a number', '7', {}, 'malformed_body'],
    ['nothing', '', {}, 'malformed_body'],
    ['bad UTF-8', Buffer.from([0x5b, 0xff, 0x5d]), {}, 'bad_encoding'],
    ['cut off gzip', gzipSync('[]').subarray(0, 15), {}, 'bad_encoding'],
    ['no gzip, though it says so', '[]', { 'content-encoding': 'gzip' }, 'bad_encoding'],
    ['a compression of another kind', '[]', { 'content-encoding': 'br' }, 'bad_encoding'],
  ])('that are %s are refused with 400, and counted', async (_name, body, headers, reason) => {
    const answer = await collector.post('/api/v1/events', body, { authorization: 'Bearer demo', ...headers });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, reason]);
    expect(collector.edge).toEqual({ [reason]: 1 });
  });
});

describe('keys and origins', () => {
  it('finds the key wherever a client puts it', async () => {
    const basic = `Basic ${Buffer.from('shop-key:').toString('base64')}`;
    const answers = [
      await collector.send([page], { authorization: basic }),
      await collector.send({ writeKey: 'shop-key', events: [page] }, { authorization: '' }),
      await collector.post(
        '/api/event',
        JSON.stringify({ n: 'pageview', u: 'https://shop.example/', d: 'shop.example' }),
      ),
      await collector.post('/v1/p', JSON.stringify({ ...page, writeKey: 'shop-key' })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(collector.events.map(({ siteId }) => siteId)).toEqual(['shop', 'shop', 'shop', 'shop']);
  });

  it('refuses and counts what is of no known site', async () => {
    const answers = [
      await collector.send([page, page], { authorization: 'Bearer x' }),
      await collector.send([page], { authorization: '' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(collector.edge).toEqual({ unknown_key: 3 });
  });

  it.each([
    ['https://shop.example', 200],
    ['https://www.shop.example', 200],
    ['http://shop.example', 403],
    ['https://shop.example.evil.example', 403],
    ['https://evilshop.example', 403],
    ['null', 403],
  ])('from %s answers %d', async (origin, status) => {
    const answer = await collector.send([page], { authorization: 'Bearer shop-key', origin });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(collector.edge).toEqual(status === 200 ? {} : { origin_not_allowed: 1 });
  });

  it('writes an event of Plausible for each of the sites that it names', async () => {
    const event = { n: 'pageview', u: 'https://shop.example/', d: 'shop.example, demo,unknown' };
    expect((await collector.post('/api/event', JSON.stringify(event))).status).toBe(200);
    expect(collector.events.map(({ siteId }) => siteId)).toEqual(['shop', 'demo']);
  });
});

describe('CORS', () => {
  it('answers a preflight on every path, for every header of a retry', async () => {
    for (const path of ['/api/event', '/v1/b', '/nowhere/at/all', '/']) {
      const answer = await fetch(`http://127.0.0.1:${collector.port}${path}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://x.example', 'access-control-request-headers': 'x-own-header' },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://x.example');
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      expect(answer.headers.get('vary')).toBe('Origin');
      expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600);
      for (const name of [
        'content-type',
        'authorization',
        'x-retry-count',
        'x-umami-cache',
        'sp-anonymous',
        'x-own-header',
      ])
        expect(answer.headers.get('access-control-allow-headers')).toContain(name);
    }
  });

  it('is on errors too', async () => {
    const answer = await collector.post('/nowhere', '{}', { origin: 'https://x.example' });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://x.example');
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect(collector.edge).toEqual({ unknown_path: 1 });
  });
});

describe('our own dialect', () => {
  it('takes what is good of a batch, and says what is not by its place', async () => {
    const answer = await collector.send([
      page,
      { type: 'page' },
      { type: 'track', event: 'x'.repeat(121) },
      { type: 'identify' },
      { type: 'engagement', properties: { url: '/a', engagedMs: -1 } },
      { ...page, timestamp: 'yesterday' },
      7,
      { type: 'track', event: 'sign_up', messageId: 'm-1' },
    ]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      accepted: 2,
      rejected: [
        { index: 1, reason: 'bad_event', field: 'properties.url' },
        { index: 2, reason: 'bad_event', field: 'event' },
        { index: 3, reason: 'bad_event', field: 'type' },
        { index: 4, reason: 'bad_event', field: 'properties.engagedMs' },
        { index: 5, reason: 'bad_event', field: 'timestamp' },
        { index: 6, reason: 'bad_event' },
      ],
    });
    expect(collector.edge).toEqual({ bad_event: 6 });
    expect(collector.events.map(({ messageId }) => messageId)).toContain('m-1');
  });

  it('reads one event a line, and loses none for a broken neighbour', async () => {
    const lines = `${JSON.stringify(page)}\n{"type":\n\n${JSON.stringify(page)}\r\n`;
    const answer = await collector.post('/api/v1/events', lines, { authorization: 'Bearer demo' });
    expect(await answer.json()).toEqual({ accepted: 2, rejected: [{ index: 1, reason: 'malformed_body' }] });
  });
});

describe('options', () => {
  it('limits a site with 503 and Retry-After, never with 429', async () => {
    await open({ siteRate: 1 });
    const answers = [await collector.send(Array(10).fill(page)), await collector.send([page])];
    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
    expect(Number(answers[1]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(collector.edge).toEqual({ rate_limited: 1 });
  });

  it('leaves out who asks for it, where it is respected', async () => {
    expect((await collector.send([page], { 'sec-gpc': '1' })).status).toBe(200);
    expect(collector.events).toHaveLength(1);
    await open({ respectsOptOut: true });
    const answers = [
      await collector.send([page], { 'sec-gpc': '1' }),
      await collector.send([page], { dnt: '1' }),
    ];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual(
      Array(2).fill({ accepted: 0, rejected: [] }),
    );
    expect(collector.events).toEqual([]);
    expect(collector.edge).toEqual({ opted_out: 2 });
  });

  it('marks bots, or drops them; a server is none, whatever it calls itself', async () => {
    const bot = {
      'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      origin: 'https://x',
    };
    await collector.send([page], bot);
    await collector.send([page], { 'user-agent': 'analytics-node/3.0.13' });
    await collector.send([{ ...page, context: { userAgent: browser } }], { 'user-agent': 'node' });
    expect(collector.events.map(({ context }) => [context.bot, context.browser])).toEqual([
      [true, undefined],
      [undefined, undefined],
      [undefined, 'Chrome'],
    ]);
    await open({ bots: 'drop' });
    expect((await collector.send([page], bot)).status).toBe(200);
    expect(collector.events).toEqual([]);
    expect(collector.edge).toEqual({ bot_filtered: 1 });
  });

  it('knows the country by the named header alone', async () => {
    await open({ countryHeader: 'cloudfront-viewer-country' });
    await collector.send([page], { 'cloudfront-viewer-country': 'ch' });
    await collector.send([page], { 'cloudfront-viewer-country': '<script>' });
    expect(collector.events.map(({ context }) => context.country)).toEqual(['CH', undefined]);
  });
});

describe('broken connections', () => {
  function say(text: string, end: (socket: ReturnType<typeof connect>) => void = () => {}): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(collector.port, '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
      socket.write(text, () => end(socket));
    });
  }

  it('that speak no HTTP, or with too large headers, are answered, ended and counted', async () => {
    expect(await say('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say(`POST / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(collector.edge).toEqual({ malformed_request: 2 });
  });

  it('that are slow are waited for so long and no longer', () => {
    expect(collector.waitsMs).toEqual([10_000, 15_000]);
  });

  it('that end within a body are counted once', async () => {
    const head = 'POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"n":';
    await say(head, (socket) => socket.destroy());
    await say(`POST /api/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(collector.edge).toEqual({ aborted: 1, malformed_request: 1 });
  });
});
