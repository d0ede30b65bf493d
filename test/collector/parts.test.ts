/** The collector's parts whose rules depend on time or on texts of anybody's. */
import { DaySalts, dayOf, type SaltEntry, type SaltLog } from '../../collector/day-salts';
import { parseSiteList, sitesByKey } from '../../collector/known-sites';
import { addressInHeader, passedOnAddress, peerAddress } from '../../collector/peer-address';
import { RateLimit } from '../../collector/rate-limit';
import { listedSites, siteRow, withoutSite, withSite } from '../../local/site-list';
import { dialectOf } from '../../pipeline/core/dialects/dialects';
import { correctedTime } from '../../pipeline/core/dialects/event-time';
import { revenueOf } from '../../pipeline/core/dialects/revenue';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';

describe('visitors without an id', () => {
  const midnightMs = Date.parse('2026-01-02T00:00:00Z');
  const who = ['demo', '203.0.113.7', 'a browser'] as const;
  let nowMs = 0;
  /** What all collectors have written. */
  let log: SaltEntry[] = [];
  const running: DaySalts[] = [];

  beforeEach(() => {
    log = [];
    jest.useFakeTimers();
  });

  async function startAt(ms: number): Promise<DaySalts> {
    nowMs = ms;
    let next = 0;
    const view: SaltLog = {
      readOn: async () => {
        const entries = log.slice(next);
        next = log.length;
        return entries;
      },
      write: async (entries) => {
        log.push(...entries);
      },
    };
    const salts = new DaySalts(
      view,
      () => nowMs,
      () => {},
    );
    await salts.start();
    running.push(salts);
    return salts;
  }

  async function goTo(ms: number): Promise<void> {
    nowMs = ms;
    await jest.advanceTimersByTimeAsync(10_000);
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map((salts) => salts.stop()));
    jest.useRealTimers();
  });

  const daysWritten = (): string[] => log.flatMap((entry) => (entry.kind === 'salt' ? [entry.day] : []));

  it('have one name a day and site, and another the next day', async () => {
    const salts = await startAt(midnightMs - 12 * HOUR_MS);
    const name = salts.identify(...who);
    expect(salts.identify(...who)).toBe(name);
    expect(salts.identify('other', who[1], who[2])).not.toBe(name);
    await goTo(midnightMs - 9 * MINUTE_MS);
    await goTo(midnightMs + MINUTE_MS);
    expect(salts.identify(...who)).not.toBe(name);
  });

  it('keep it over midnight while their visit lasts, and no longer', async () => {
    const salts = await startAt(midnightMs - 10 * MINUTE_MS);
    const name = salts.identify(...who);
    await goTo(midnightMs + 15 * MINUTE_MS);
    expect(salts.identify(...who)).toBe(name);
    await goTo(midnightMs + 40 * MINUTE_MS);
    expect(salts.identify(...who)).toBe(name);
    await goTo(midnightMs + 71 * MINUTE_MS);
    expect(salts.identify(...who)).not.toBe(name);
  });

  it('keep it for three hours at most, though they ask every minute', async () => {
    const salts = await startAt(midnightMs - 10 * MINUTE_MS);
    const name = salts.identify(...who);
    for (let minute = 0; minute < 180; minute += 1) {
      await goTo(midnightMs + minute * MINUTE_MS);
      expect(salts.identify(...who)).toBe(name);
    }
    await goTo(midnightMs + 180 * MINUTE_MS);
    expect(salts.identify(...who)).not.toBe(name);
  });

  it('keep it where another collector takes over, or the same after a restart', async () => {
    const first = await startAt(midnightMs - 5 * MINUTE_MS);
    const second = await startAt(midnightMs - 5 * MINUTE_MS);
    const name = first.identify(...who);
    await goTo(midnightMs - MINUTE_MS);
    await goTo(midnightMs + 10 * MINUTE_MS);
    expect(second.identify(...who)).toBe(name);
    await second.stop();
    const third = await startAt(midnightMs + 25 * MINUTE_MS);
    expect(third.identify(...who)).toBe(name);
    // Who comes after midnight has no name of yesterday.
    const newcomer = ['demo', '203.0.113.8', 'a browser'] as const;
    expect(third.identify(...newcomer)).toBe(first.identify(...newcomer));
    expect(log.filter(({ kind }) => kind === 'seen')).toHaveLength(2);
    expect(daysWritten()).toEqual(['2026-01-01', '2026-01-02']);
  });

  it('have one name in the moment after midnight, whichever collector they come to', async () => {
    const first = await startAt(midnightMs - 5 * MINUTE_MS);
    const second = await startAt(midnightMs - 5 * MINUTE_MS);
    await goTo(midnightMs - 10_000);
    nowMs = midnightMs - 1;
    const name = first.identify(...who);
    nowMs = midnightMs + 2_000;
    expect(second.identify(...who)).toBe(name);
    await goTo(midnightMs + 20_000);
    await goTo(midnightMs + 31_000);
    expect(second.identify(...who)).toBe(name);
  });

  it('have the next day’s salt before midnight, and none without one', async () => {
    const salts = await startAt(midnightMs - 20 * MINUTE_MS);
    expect(daysWritten()).toEqual(['2026-01-01']);
    await goTo(midnightMs - 5 * MINUTE_MS);
    expect(daysWritten()).toEqual(['2026-01-01', '2026-01-02']);
    await salts.stop();
    nowMs = midnightMs + 2 * DAY_MS;
    expect(salts.identify(...who)).toBeUndefined();
    expect(dayOf(midnightMs)).toBe('2026-01-02');
  });
});

describe('the list of sites', () => {
  it.each([
    ['no JSON', '{', 'is no JSON'],
    ['something else', '[]', 'is not {"sites":[...]}'],
    ['a name that is none', '{"sites":[{"name":"a b","keys":[],"origins":[]}]}', 'without a name'],
    ['keys that are no list', '{"sites":[{"name":"a","keys":"k","origins":[]}]}', 'keys of a: "k"'],
    [
      'an origin with a path',
      '{"sites":[{"name":"a","keys":["k"],"origins":["https://x/y"]}]}',
      'origins of a',
    ],
    [
      'one key for two',
      '{"sites":[{"name":"a","keys":["k"],"origins":["*"]},{"name":"b","keys":["k"],"origins":["*"]}]}',
      'the key k is that of two sites',
    ],
  ])('of %s is refused, by one line', (_name, text, message) => {
    expect(() => parseSiteList(text)).toThrow(message);
  });

  it('leaves out what is not counted, and knows the rest of SITES by name', () => {
    const rows = parseSiteList(
      '{"sites":[{"name":"a","keys":["k"],"origins":["*"]},{"name":"b","keys":["l"],"origins":["*"]}]}',
    );
    const sites = sitesByKey(rows, ['demo', 'a'], (name) => name !== 'b');
    expect([...sites].map(([key, { name }]) => [key, name])).toEqual([
      ['k', 'a'],
      ['demo', 'demo'],
    ]);
  });

  it('is changed by the command as it will be read', () => {
    const row = siteRow({ name: 'shop', keys: [], origins: ['https://*.shop.example:8443'] }, () => 'a-key');
    expect(row.keys).toEqual(['a-key', 'shop.example']);
    const text = withSite(undefined, row);
    expect(listedSites(text)).toEqual([row]);
    expect(() => withSite(text, row)).toThrow('there is a site shop already');
    expect(listedSites(withoutSite(text, 'shop'))).toEqual([]);
    expect(() => withoutSite(text, 'nope')).toThrow('no site nope; there are: shop');
  });
});

test('an event’s time is by our clock: a wrong clock is corrected, a stale sentAt is not trusted, and nothing is in the future', () => {
  const receivedAtMs = 1_000_000_000;
  expect(correctedTime(undefined, undefined, receivedAtMs)).toBe(receivedAtMs);
  // The client's clock is two hours behind; the event waited for five seconds.
  expect(correctedTime(receivedAtMs - 2 * HOUR_MS - 5_000, receivedAtMs - 2 * HOUR_MS, receivedAtMs)).toBe(
    receivedAtMs - 5_000,
  );
  expect(correctedTime(receivedAtMs + HOUR_MS - 5_000, receivedAtMs + HOUR_MS, receivedAtMs)).toBe(
    receivedAtMs - 5_000,
  );
  // A retry of the same bytes, nine seconds after the first try.
  expect(correctedTime(receivedAtMs - 10_000, receivedAtMs - 9_000, receivedAtMs)).toBe(
    receivedAtMs - 10_000,
  );
  // An event of yesterday that was sent just now.
  expect(correctedTime(receivedAtMs - DAY_MS, receivedAtMs - 20, receivedAtMs)).toBe(receivedAtMs - DAY_MS);
  expect(correctedTime(receivedAtMs + 5_000, undefined, receivedAtMs)).toBe(receivedAtMs);
});

test.each<[unknown, unknown, string | undefined]>([
  ['19.99', 'eur', '19.99 EUR'],
  [12.5, 'USD', '12.5 USD'],
  [0, 'USD', '0 USD'],
  [100, 'JPY', '100 JPY'],
  [0.1 + 0.2, 'EUR', '0.3 EUR'],
  ['1000000000', 'EUR', '1000000000 EUR'],
  ['1000000000.1', 'EUR', 'uncountable'],
  [-1, 'EUR', 'uncountable'],
  ['1e3', 'EUR', 'uncountable'],
  [Number.NaN, 'EUR', 'uncountable'],
  ['1', 'EURO', 'uncountable'],
  ['1', 'XYZ', 'uncountable'],
  ['1', undefined, 'uncountable'],
  ['free', 'EUR', 'uncountable'],
  [{}, 'EUR', 'uncountable'],
  [undefined, 'EUR', undefined],
  [null, undefined, undefined],
])('%s %s of revenue is %s', (amount, currency, expected) => {
  const revenue = revenueOf(amount, currency);
  expect(typeof revenue === 'object' ? `${revenue.amount} ${revenue.currency}` : revenue).toBe(expected);
});

test('a limit lets ten seconds pass at once, and then its rate', () => {
  let nowMs = 0;
  const limit = new RateLimit(5, () => nowMs);
  expect([limit.take('a', 50), limit.take('a', 1), limit.take('b', 1)]).toEqual([true, false, true]);
  nowMs = 1_000;
  expect([limit.take('a', 5), limit.take('a', 1)]).toEqual([true, false]);
});

test('the peer is the connection’s, or what our own proxies have added, and not what a client invents', () => {
  expect(peerAddress('::ffff:192.0.2.1', '203.0.113.7', 0)).toBe('192.0.2.1');
  expect(peerAddress('10.0.0.1', '6.6.6.6, 203.0.113.7', 1)).toBe('203.0.113.7');
  expect(peerAddress('10.0.0.1', '6.6.6.6, 203.0.113.7, 198.51.100.2', 2)).toBe('203.0.113.7');
  expect(peerAddress('10.0.0.1', '[2001:db8::1]:443', 1)).toBe('2001:db8::1');
  expect(peerAddress('10.0.0.1', undefined, 1)).toBe('10.0.0.1');
  expect(addressInHeader('x-visitor-address', '2001:db8::1')).toBe('2001:db8::1');
  expect(addressInHeader('cloudfront-viewer-address', '2001:db8::1:46532')).toBe('2001:db8::1');
  expect(addressInHeader('cloudfront-viewer-address', '203.0.113.7:46532')).toBe('203.0.113.7');
  expect(addressInHeader('cloudfront-viewer-address', undefined)).toBeUndefined();
  expect(passedOnAddress('203.0.113.7:1234, 10.0.0.1')).toBe('203.0.113.7');
});

test('a path belongs to a dialect, with a final slash and without', () => {
  expect(
    ['/v1/batch', '/v1/b/', '/p', '/api/send', '/api/event/', '/api/v1/events'].map(
      (path) => dialectOf(path)?.name,
    ),
  ).toEqual(['segment', 'segment', 'segment', 'umami', 'plausible', 'own']);
  expect(dialectOf('/v2/batch')).toBeUndefined();
});
