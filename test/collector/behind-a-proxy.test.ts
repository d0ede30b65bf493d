/** What the collector believes of a proxy in front, and of nobody else: CloudFront, a load balancer. */
import { OfflineCollector } from '../support/offline-collector';

const page = { type: 'page', properties: { url: 'https://demo.example/a' } };
const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

let collector: OfflineCollector;

async function open(wanted: ConstructorParameters<typeof OfflineCollector>[1] = {}): Promise<void> {
  await collector?.close();
  collector = new OfflineCollector([], wanted);
  await collector.open();
}

beforeEach(() => open());
afterAll(() => collector.close());

const frontSecret = 'a-secret-of-the-front';

test('takes what came through it, and nothing that came around it, a preflight neither', async () => {
  await open({ frontSecret });
  const around = [
    await collector.send([page]),
    await collector.send([page], { 'x-collector-front': 'a-secret-of-the-fronT' }),
    await collector.post('/nowhere', '{}', { origin: 'https://x.example' }),
    await fetch(`http://127.0.0.1:${collector.port}/api/event`, { method: 'OPTIONS' }),
  ];
  expect(around.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(around[2]?.headers.get('access-control-allow-origin')).toBe('https://x.example');
  expect(collector.events).toEqual([]);
  expect((await collector.send([page], { 'x-collector-front': frontSecret })).status).toBe(200);
  expect(collector.edge).toEqual({ not_through_front: 4 });
});

test('takes one visitor for one, whatever port of his CloudFront names, and limits him by his address', async () => {
  await open({ addressHeader: 'cloudfront-viewer-address', addressRate: 1 });
  const from = (address: string) =>
    collector.send([page], { 'cloudfront-viewer-address': address, 'user-agent': browser });
  for (const address of ['2001:db8::1:40000', '2001:db8::1:50000', '2001:db8::2:40000']) await from(address);
  const [first, second, third] = collector.events.map(({ anonymousId }) => anonymousId);
  expect([first === second, first === third]).toEqual([true, false]);
  const many = Array.from({ length: 9 }, () => page);
  const limited = await collector.send(many, { 'cloudfront-viewer-address': '2001:db8::1:60000' });
  expect(limited.status).toBe(503);
});

test('tells Segment’s SDK the address that clients know, and not the one that the proxy has made of it', async () => {
  const ask = async () =>
    (await fetch(`http://127.0.0.1:${collector.port}/v1/projects/demo/settings`)).json() as Promise<{
      integrations: { 'Segment.io': object };
    }>;
  expect((await ask()).integrations['Segment.io']).toMatchObject({ protocol: 'http' });
  await open({ url: 'https://clicks.example' });
  expect((await ask()).integrations['Segment.io']).toEqual({
    apiKey: 'demo',
    apiHost: 'clicks.example/v1',
    protocol: 'https',
  });
});
