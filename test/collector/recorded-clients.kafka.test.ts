/** Every request that a real client was recorded to send, against a running collector on a real Kafka. */
import type { SaltEntry } from '../../collector/day-salts';
import { SaltTopic } from '../../collector/salt-topic';
import { CLIENTS, recordedRequests } from '../support/recorded-clients';
import { RunningCollector, type WrittenEvent } from '../support/running-collector';

const keys = ['shop.example', 'wk_browser_123', 'wk_test_123', '94db1cb1-74f4-4a40-ad6c-962362670409'];

let running: RunningCollector;
const answers = new Map<string, { status: number; body: string; type: string | null }>();
let events: readonly WrittenEvent[] = [];
let edge: ReadonlyMap<string, number> = new Map();

beforeAll(async () => {
  running = await RunningCollector.start([{ name: 'shop', keys, origins: ['http://shop.example'] }]);
  for (const client of CLIENTS) {
    for (const { name, path, headers, body } of recordedRequests(client)) {
      // fetch() of Node has an Origin and a referrer only where it is told to.
      const response = await fetch(`${running.url}${path}`, { method: 'POST', headers, body });
      const type = response.headers.get('content-type');
      answers.set(`${client}: ${name}`, { status: response.status, body: await response.text(), type });
    }
  }
  await running.stop();
  ({ events, edge } = await running.written());
});

/** What a recorded body tells, counted by hand: identify, group and alias are no events. */
function told(body: string): number {
  const value = JSON.parse(body) as { batch?: { type: string }[]; type?: string };
  const isEvent = (type: string | undefined): boolean => !['identify', 'group', 'alias'].includes(type ?? '');
  return (value.batch ?? [value]).filter(({ type }) => isEvent(type)).length;
}

const bodies = CLIENTS.flatMap((client) => recordedRequests(client).map(({ body }) => body));

test('each is answered with 200 and the body that its client knows', () => {
  expect([...new Set([...answers.values()].map(({ status }) => status))]).toEqual([200]);
  const bodiesOf = (client: string): string[] =>
    [...answers].filter(([name]) => name.startsWith(client)).map(([, { body }]) => body);
  expect(new Set(bodiesOf('plausible'))).toEqual(new Set(['ok']));
  expect(new Set(bodiesOf('segment'))).toEqual(new Set(['{"success":true}']));
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  for (const body of bodiesOf('umami')) {
    expect(JSON.parse(body)).toEqual({
      cache: expect.any(String),
      sessionId: expect.stringMatching(uuid),
      visitId: expect.stringMatching(uuid),
    });
  }
});

test('each event that was told is on the topic once, and would be counted', () => {
  const expected = bodies.reduce((sum, body) => sum + told(body), 0);
  expect(expected).toBeGreaterThan(30);
  expect(events).toHaveLength(expected);
  expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(expected);
  expect(edge).toEqual(new Map([['unsupported', 8]]));
});

test('what a client tells of an event arrives', () => {
  const named = (name: string): WrittenEvent | undefined => events.find(({ event }) => event === name);
  expect(named('Purchase')?.properties).toMatchObject({
    path: '/',
    props: { theme: 'dark', sku: 'A-1' },
    revenue: { amount: '1322.22', currency: 'EUR' },
  });
  // Segment sends a number, the old Plausible tracker JSON in a string.
  expect(named('Order Completed')?.properties.revenue).toEqual({ amount: '12.5', currency: 'EUR' });
  expect(
    events.filter(({ event }) => event === 'Signup').map(({ properties }) => properties.props),
  ).toContainEqual({
    plan: 'pro',
  });
  expect(
    events.filter(({ type }) => type === 'engagement').map(({ properties }) => properties.engagedMs),
  ).toEqual(expect.arrayContaining([746, 435]));
  expect(events.find(({ anonymousId }) => anonymousId === 'anon-3')?.properties.path).toBe('/Cart');
  expect(events.filter(({ properties }) => properties.path === '/app#/cart').length).toBeGreaterThan(1);
});

test('nothing of address, user agent, user ids and query strings is on the topic', () => {
  const text = JSON.stringify(events);
  for (const private_ of [
    '127.0.0.1',
    '203.0.113.7',
    'Mozilla',
    'AppleWebKit',
    'a@b.example',
    'gclid',
    '?x=1',
    'u-1"',
  ]) {
    expect(text).not.toContain(private_);
  }
});

test('the topic of salts tells every collector the same, from its beginning and then what is new', async () => {
  const [first, second] = [0, 1].map(() => new SaltTopic(running.kafka, running.topic)) as [
    SaltTopic,
    SaltTopic,
  ];
  const [salt] = await first.readOn();
  expect(salt).toMatchObject({ kind: 'salt', day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  const seen: SaltEntry = { kind: 'seen', atMs: 1_000, visitors: ['one', 'two'] };
  await second.write([seen]);

  expect(await first.readOn()).toEqual([seen]);
  expect(await first.readOn()).toEqual([]);
  expect(await second.readOn()).toEqual([salt, seen]);
});

test('told to end, it takes what a proxy still sends for as long as it may, and then nothing more; meanwhile it tells strangers no numbers', async () => {
  const own = await RunningCollector.start([], { lingerMs: 1_500, url: 'https://clicks.example' });
  const send = () =>
    fetch(`${own.url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: 'Bearer demo' },
      body: '[{"type":"page","properties":{"path":"/"}}]',
    });
  const stopped = own.stop();
  expect((await send()).status).toBe(200);
  const health = (await (await fetch(`${own.url}/api/v1/health`)).json()) as object;
  expect(Object.keys(health)).toEqual(['status', 'accepting']);

  expect(await stopped).toBe(true);
  await expect(send()).rejects.toThrow();
  expect((await own.written()).events).toHaveLength(1);
});
