/** What of an event is not written as it came: user ids, and money that cannot be counted. */
import { OfflineCollector } from '../support/offline-collector';

const page = { type: 'page', properties: { url: 'https://demo.example/a' } };
const shop = { name: 'shop', keys: ['shop-key'], origins: ['*'] };

let collector: OfflineCollector;

beforeEach(async () => {
  collector = new OfflineCollector([shop]);
  await collector.open();
});
afterEach(() => collector.close());

describe('user ids', () => {
  const visitorOf = async (key: string): Promise<string | undefined> => {
    const event = { ...page, userId: 'ada@shop.example' };
    await collector.send([event], { authorization: `Bearer ${key}` });
    return collector.events.at(-1)?.anonymousId;
  };

  it('are visitors by a hash, the same each time, with the secret of the site where it has one', async () => {
    const plain = await visitorOf('shop-key');
    expect(await visitorOf('shop-key')).toBe(plain);
    expect(plain).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const keyed: (string | undefined)[] = [];
    for (const userKey of ['secret-1', 'secret-2', 'secret-1']) {
      collector.setSites([{ ...shop, userKey }]);
      keyed.push(await visitorOf('shop-key'));
    }
    expect(keyed[2]).toBe(keyed[0]);
    expect(new Set([plain, ...keyed]).size).toBe(3);
    expect(JSON.stringify(collector.events)).not.toContain('ada@');
  });
});

describe('revenue that cannot be counted', () => {
  it('is left out of its event, and told', async () => {
    const revenues = [{ amount: '7', currency: 'XYZ' }, { amount: -1, currency: 'EUR' }, 'a lot', null];
    const events = revenues.map((revenue) => ({ type: 'track', event: 'order', properties: { revenue } }));
    const answer = await collector.send(events);
    expect(await answer.json()).toEqual({ accepted: 4, rejected: [] });
    expect(collector.events.map(({ properties }) => properties.revenue)).toEqual(
      revenues.map(() => undefined),
    );
    expect(collector.edge).toEqual({ revenue_left_out: 3 });
  });

  it.each<[string, string, object]>([
    [
      '/api/event',
      'plausible',
      { n: 'order', u: 'https://demo.example/', d: 'demo', $: { amount: 1, currency: 'XYZ' } },
    ],
    [
      '/v1/track',
      'segment',
      { writeKey: 'demo', event: 'order', anonymousId: 'a', properties: { revenue: 1, currency: 'XYZ' } },
    ],
    [
      '/api/send',
      'umami',
      {
        type: 'event',
        payload: { website: 'demo', url: '/', name: 'order', data: { revenue: 1, currency: 'XYZ' } },
      },
    ],
  ])('by %s of %s, too', async (path, _name, body) => {
    expect((await collector.post(path, JSON.stringify(body))).status).toBe(200);
    expect(collector.events.map(({ event, properties }) => [event, properties.revenue])).toEqual([
      ['order', undefined],
    ]);
    expect(collector.edge).toEqual({ revenue_left_out: 1 });
  });
});
