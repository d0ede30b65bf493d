/** Every field that a visitor can fill, filled with every attack, through Kafka, consumer, Redis and API to the page. */
import type { Message } from 'kafkajs';
import type { Browser, Page } from 'playwright-core';
import type { Top } from '../../pipeline/core/snapshot';
import { connectRedis } from '../../pipeline/store/redis-client';
import { until } from '../local/event-source-harness';
import { pageView } from '../support/build-event';
import { HOSTILE_STRINGS } from '../support/hostile-corpus';
import { launchChromium, type OpenedPage, openPage, waitForState } from '../support/open-page';
import { messageOf, RunningPipeline } from '../support/running-pipeline';
import { untilNumbersEqual } from '../support/shown-numbers';

jest.setTimeout(120_000);

/** As many as a list of the page shows, so that each of a site's strings is seen in each list. */
const stringsPerSite = 9;
const sites = Array.from({ length: Math.ceil(HOSTILE_STRINGS.length / stringsPerSite) }, (_, index) => ({
  site: `hostile-${index}`,
  strings: HOSTILE_STRINGS.slice(index * stringsPerSite, (index + 1) * stringsPerSite),
}));

/** An event of `site` with `text` wherever a visitor, or a page that a visitor opens, can put something. */
function hostileEvent(site: string, text: string, type: 'page' | 'track'): Record<string, unknown> {
  const time = new Date().toISOString();
  // Longer than labels may be, and short enough for the whole to stay below 32 KB.
  const long = text.slice(0, 300);
  return {
    v: 1,
    // At most 96 bytes of it.
    messageId: `${type}-${[...text].slice(0, 24).join('')}`,
    type,
    ...(type === 'track' ? { event: text.slice(0, 120) } : {}),
    siteId: site,
    anonymousId: text.slice(0, 128),
    userId: long,
    timestamp: time,
    receivedAt: time,
    properties: {
      url: text,
      path: text,
      title: text,
      referrer: `https://${text}/`.slice(0, 2_000),
      [long]: long,
    },
    context: {
      browser: long,
      device: long,
      os: long,
      country: long,
      locale: long,
      campaign: { source: long, medium: long, name: long, [long]: long },
      library: { name: long, version: long },
      [long]: { [long]: long },
    },
    [long]: long,
  };
}

function disguised(text: string, value: string): Message {
  return { key: text, value, headers: { [text]: text } };
}

/** Records that are not counted, for five reasons, and one in the demo's dialect that is. */
function otherRecords(text: string): Message[] {
  const event = (change: Record<string, unknown>) => JSON.stringify({ ...pageView(), ...change });
  return [
    disguised(text, text),
    disguised(text, event({ siteId: text })),
    disguised(text, event({ type: text })),
    disguised(text, event({ v: text })),
    disguised(text, event({ timestamp: text })),
    disguised(text, JSON.stringify({ user_id: text.slice(0, 128), page: text })),
  ];
}

const calm = { type: 'track', event: 'sign_up', siteId: 'calm', messageId: 'calm-2' };
/** Of each string a view, an event, and six other records. */
const sent = 8 * HOSTILE_STRINGS.length + 2;

let pipeline: RunningPipeline;
let browser: Browser;

beforeAll(async () => {
  pipeline = await RunningPipeline.prepare(['demo', 'calm', ...sites.map(({ site }) => site)].join(','));
  await pipeline.startAll();
  const time = { timestamp: new Date().toISOString(), receivedAt: new Date().toISOString() };
  const country = { ...(pageView().context as object), country: 'CH' };
  const peaceful = pageView({ siteId: 'calm', messageId: 'calm-1', context: country, ...time });
  await pipeline.send([messageOf(peaceful), messageOf({ ...peaceful, ...calm })]);
  for (const { site, strings } of sites) {
    const types = ['page', 'track'] as const;
    await pipeline.send(
      strings.flatMap((text) => types.map((type) => messageOf(hostileEvent(site, text, type)))),
    );
  }
  await pipeline.send(HOSTILE_STRINGS.flatMap(otherRecords));
  await until(async () => {
    const { counted: seen = 0, rejected } = (await pipeline.tryRead())?.ledger ?? {};
    return seen + Object.values(rejected ?? {}).reduce((sum, count) => sum + count, 0) >= sent;
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await pipeline?.close();
});

/** What the page is made of: kinds of elements and of attributes, and how many there are of those that could do something. */
async function inventory(page: Page) {
  return await page.evaluate(() => {
    const elements = [...document.querySelectorAll('*')];
    const able = ['SCRIPT', 'STYLE', 'LINK', 'IMG', 'IFRAME', 'BASE', 'META', 'A', 'FORM', 'svg', 'H1', 'H2'];
    return {
      tags: [...new Set(elements.map(({ tagName }) => tagName))],
      attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))],
      able: able.map((tag) => elements.filter(({ tagName }) => tagName === tag).length),
      title: document.title,
      polluted: Object.keys(Object.prototype).length,
    };
  });
}

async function openSite(site: string): Promise<OpenedPage> {
  const opened = await openPage(browser, `${pipeline.url}?site=${site}`);
  await waitForState(opened.page, 'live', 20_000);
  return opened;
}

function inOrder(values: readonly string[]): string[] {
  return values.map((value) => value.toWellFormed()).sort();
}

async function expectText(site: string, strings: readonly string[], made: unknown): Promise<void> {
  const { page, errors, foreignRequests } = await openSite(site);
  const snapshot = await untilNumbersEqual(page, () => pipeline.read(`?site=${site}&window=30m`));

  const valuesOf = (name: keyof Top): string[] => snapshot.top[name].map(({ value }) => value).sort();
  expect(valuesOf('pages')).toEqual(inOrder(strings));
  const labels = inOrder(strings.map((text) => text.slice(0, 120)));
  const labelled = ['events', 'browsers', 'devices', 'systems', 'countries', 'sources', 'campaigns'] as const;
  for (const name of labelled) expect([name, valuesOf(name)]).toEqual([name, labels]);
  expect(snapshot.feed).toHaveLength(2 * strings.length);

  // Still a page: nothing was made of a string, each row is one line, nothing is wider than the screen, and it can be used.
  const { tags, attributes, ...rest } = await inventory(page);
  expect({ ...rest, tags: tags.sort(), attributes: attributes.sort() }).toEqual(made);
  const rows = page.locator('#top-pages tr, #top-browsers tr, #all-pages tr');
  const heights = await rows.evaluateAll((all) => all.map(({ clientHeight }) => clientHeight));
  expect(Math.max(...heights)).toBeLessThan(60);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.locator('input[name=window][value="7d"]').check({ force: true });
  await page.locator('#window-title', { hasText: 'Last 7 days' }).waitFor({ timeout: 20_000 });
  await untilNumbersEqual(page, () => pipeline.read(`?site=${site}&window=7d`));
  expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
  await page.close();
}

test('it stays text on the page of every site, which is made of nothing that a calm site’s page is not', async () => {
  const { page } = await openSite('calm');
  await untilNumbersEqual(page, () => pipeline.read('?site=calm'));
  const { tags, attributes, ...rest } = await inventory(page);
  await page.close();
  const made = { ...rest, tags: tags.sort(), attributes: attributes.sort() };

  for (const { site, strings } of sites) await expectText(site, strings, made);
});

test('all of it stands in one list, and what cannot be counted is rejected by its reason', async () => {
  const { page, errors, foreignRequests } = await openSite('demo');
  const { totals, ledger } = await untilNumbersEqual(page, () => pipeline.read('?site=demo'));

  expect(totals.pages.map(({ value }) => value).sort()).toEqual(inOrder(HOSTILE_STRINGS));
  expect(ledger.rejected).toMatchObject({
    unknown_site: HOSTILE_STRINGS.length,
    unknown_type: HOSTILE_STRINGS.length,
    unsupported_version: HOSTILE_STRINGS.length,
    bad_timestamp: HOSTILE_STRINGS.length,
    not_an_object: 2,
    malformed_json: HOSTILE_STRINGS.length - 2,
  });
  expect(ledger).toMatchObject({ duplicates: 0, bots: 0, counted: 3 * HOSTILE_STRINGS.length + 2 });
  expect({ errors, foreignRequests }).toEqual({ errors: [], foreignRequests: [] });
  await page.close();
});

test('none of it is in a key of Redis or in a line that a program printed', async () => {
  const redis = connectRedis(pipeline.redis.url);
  const keys = await redis.keys('*');
  redis.disconnect();
  const allowed = new RegExp(`^\\{${pipeline.topic}(\\.\\d+:\\d+)?\\}:[a-z]+(:[A-Za-z0-9._-]+)*$`);
  expect(keys.length).toBeGreaterThan(sites.length);
  expect(keys.filter((key) => !allowed.test(key))).toEqual([]);

  const lines = Object.values(pipeline.lines).flat();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !/^[\x20-\x7e]*$/.test(line))).toEqual([]);
  expect(
    lines.filter((line) => /alert|evil\.example|FLUSHALL|forged|taken over|polluted/.test(line)),
  ).toEqual([]);
});
