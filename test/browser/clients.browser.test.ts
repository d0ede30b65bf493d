/**
 * The trackers that people have, as they are published and with their defaults, in Chromium, over three pages, against the collector,
 * the consumer and the dashboard as they are run: what a client has delivered is what the dashboard counts, exactly.
 *
 * Delivered is what the browser has seen answered by 200. Clients without ids (Plausible's both, Umami's) never try again: an answer of 500
 * or a refused connection is an event that they have lost, and say nothing of. Where a kept connection is reset Chromium itself
 * sends the request again, which the page does not see: the collector knows that again by its body.
 */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { until } from '../local/event-source-harness';
import { CLIENTS, type ClientName, ClientSite } from '../support/client-site';
import { CollectorFront, type FrontFault } from '../support/collector-front';
import { launchVisitor, openPage } from '../support/open-page';
import { RunningPipeline } from '../support/running-pipeline';
import { untilNumbersEqual } from '../support/shown-numbers';

const scenarios = ['fine', 'answers500', 'resets', 'refuses'] as const;
type Scenario = (typeof scenarios)[number];
const said: Readonly<Record<Scenario, string>> = {
  fine: 'answers',
  answers500: 'answers 500 twice',
  resets: 'resets kept connections, before it has taken what came and after',
  refuses: 'refuses connections, and comes back',
};

/** Of the POSTs, in the order in which they come; the first is the view of the first page, on a connection of its own. */
const faults: Readonly<Record<Scenario, readonly FrontFault[]>> = {
  fine: [],
  answers500: ['none', '500', '500'],
  // Chromium sends a request again once: each fault is followed by none.
  resets: ['none', 'reset', 'none', 'lost', 'none', 'lost'],
  refuses: [],
};

const namesOf = (scenario: Scenario): readonly string[] =>
  scenario === 'fine' ? ['first', 'second', 'third'] : ['first', 'second'];
/** A view of each page, and an event on it. */
const sentIn = (scenario: Scenario): number => 2 * namesOf(scenario).length;
const hasIds = (client: ClientName): boolean => client === 'ours' || client === 'segment';

const siteOf = (client: ClientName, scenario: Scenario): string => `${client}.${scenario}`;
const allSites = [
  ...scenarios.flatMap((scenario) => CLIENTS.map((client) => siteOf(client, scenario))),
  'everything',
];
/** What is no view and no event of its own. */
const isEngagement = (body: string): boolean => /"n":"engagement"|"type":"engagement"/.test(body);

let pipeline: RunningPipeline;
let shop: ClientSite;
let browser: Browser;

beforeAll(async () => {
  [pipeline, shop, browser] = await Promise.all([
    RunningPipeline.prepare(allSites.join(','), true),
    ClientSite.start(),
    launchVisitor(),
  ]);
  await pipeline.startAll();
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await pipeline?.close();
});

interface Visit {
  readonly page: Page;
  readonly front: CollectorFront;
  readonly port: number;
  /** What was answered by 200: of ours an event each, since what failed goes along with the next. */
  readonly delivered: Set<string>;
  /** Tries that failed. */
  readonly failed: string[];
}

function note({ delivered, failed }: Visit, request: Request, status: number): void {
  if (request.method() !== 'POST') return;
  const body = request.postData();
  // A beacon, of which a page cannot say more: engagement, here.
  if (body === null || body === '') return;
  const { events } = JSON.parse(body) as { readonly events?: readonly object[] };
  const each = events?.map((event) => JSON.stringify(event)) ?? [`${delivered.size} ${body}`];
  for (const one of each.filter((text) => !isEngagement(text))) {
    if (status === 200) delivered.add(one);
    else failed.push(one);
  }
}

async function beginVisit(context: BrowserContext, scenario: Scenario): Promise<Visit> {
  const front = new CollectorFront(pipeline.collectorPort, [...faults[scenario]]);
  const port = Number(new URL(await front.open()).port);
  const page = await context.newPage();
  const visit: Visit = { page, front, port, delivered: new Set(), failed: [] };
  // With its body: a page that is left before that makes a failure of it.
  page.on('requestfinished', (request) => {
    void request.response().then((response) => note(visit, request, response?.status() ?? 0));
  });
  page.on('requestfailed', (request) => note(visit, request, 0));
  return visit;
}

const send = (page: Page, name: string): Promise<void> =>
  page.evaluate((event) => {
    void window.send(event);
  }, name);

/**
 * So many are delivered, or lost for good. A page is not left before: of what is under way then no page can tell what became of it.
 */
async function settled({ delivered, failed }: Visit, client: ClientName, count: number): Promise<void> {
  await until(async () => delivered.size + (hasIds(client) ? 0 : failed.length) >= count);
}

async function visitPages(visit: Visit, client: ClientName, scenario: Scenario): Promise<void> {
  const { page, front, port } = visit;
  let count = 0;
  for (const name of namesOf(scenario)) {
    await page.goto(shop.url(client, siteOf(client, scenario), port, name));
    await settled(visit, client, ++count);
    const isRefused = scenario === 'refuses' && name === 'second';
    if (isRefused) front.close();
    await send(page, name);
    count += 1;
    if (isRefused) {
      await until(async () => visit.failed.length > 0);
      await front.open(port);
    }
    await settled(visit, client, count);
  }
}

async function countOf(site: string): Promise<number> {
  const { totals } = await pipeline.read(`?site=${site}&window=5m`);
  return totals.views + totals.events;
}

/** Resolves with how many it has delivered, which are all but those that a client without ids has lost. */
async function deliver(client: ClientName, scenario: Scenario): Promise<number> {
  const context = await browser.newContext();
  const visit = await beginVisit(context, scenario);
  try {
    await visitPages(visit, client, scenario);
    await visit.page.goto('about:blank');
    return visit.delivered.size;
  } finally {
    await context.close();
    visit.front.close();
  }
}

test.each(scenarios.map((scenario) => [said[scenario], scenario] as const))(
  'a collector that %s: what each client has delivered is what is counted',
  async (_, scenario) => {
    const delivered = await Promise.all(CLIENTS.map((client) => deliver(client, scenario)));
    const perClient = Object.fromEntries(CLIENTS.map((client, i) => [client, delivered[i] as number]));

    await until(async () => {
      const counts = await Promise.all(CLIENTS.map((client) => countOf(siteOf(client, scenario))));
      return counts.every((count, i) => count >= (delivered[i] as number));
    });
    // What came twice, or came late, would be there by now.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const counts = await Promise.all(CLIENTS.map((client) => countOf(siteOf(client, scenario))));

    const sent = sentIn(scenario);
    for (const [i, client] of CLIENTS.entries()) {
      const result = { client, delivered: perClient[client] ?? 0, counted: counts[i] ?? 0 };
      const isSure = hasIds(client) || scenario !== 'resets';
      // Chromium sends again on a kept connection alone: of one cut on a fresh connection a client without ids says that it failed, and does
      // not know whether it was taken. Nothing is ever counted twice.
      if (isSure) expect(result).toEqual({ ...result, counted: perClient[client] });
      const isBetween =
        result.counted >= result.delivered && result.counted <= sent ? 'all is well' : 'lost or doubled';
      expect({ ...result, isBetween }).toEqual({ ...result, isBetween: 'all is well' });
      if (hasIds(client) || scenario === 'fine') expect(result.delivered).toBe(sent);
      else if (scenario !== 'resets') expect(result.delivered).toBeLessThan(sent);
    }
  },
);

/** Orders in euros, in yen, and in a currency that there is not. */
async function order(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { clickstream } = window;
    const revenues = [
      ['19.99', 'EUR'],
      [5.01, 'EUR'],
      [1_000, 'JPY'],
      ['7', 'XYZ'],
    ];
    for (const [amount, currency] of revenues)
      clickstream('track', 'order', { plan: 'team', currency }, { revenue: { amount, currency } });
    clickstream('notFound');
  });
}

test('all that our tracker tells is on the page as it was done', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const url = (name: string): string => shop.url('ours', 'everything', pipeline.collectorPort, name);
  const fromMs = performance.now();
  await page.goto(url('first'));
  await page.waitForFunction('window.clickstream');
  await order(page);
  await page.click('#out');
  await page.click('#file');
  await page.waitForTimeout(700);
  await page.goto(url('second'));
  await page.waitForFunction('window.clickstream');
  await page.waitForTimeout(300);
  await page.goto('about:blank');
  const passedMs = performance.now() - fromMs;
  const query = '?site=everything&window=5m';
  await until(async () => (await pipeline.read(query)).inWindow.engagements === 2);
  await context.close();

  const shown = await openPage(browser, `${pipeline.url}${query}`);
  const snapshot = await untilNumbersEqual(shown.page, () => pipeline.read(query));
  await shown.page.close();

  const { inWindow, top, revenue, props, engagedPages, ledger } = snapshot;
  expect(inWindow).toMatchObject({ views: 2, events: 7, engagements: 2, scrolled: 200, bots: 0 });
  expect(inWindow.visitors.count).toBe(1);
  expect(inWindow.engagedMs).toBeGreaterThan(900);
  expect(inWindow.engagedMs).toBeLessThan(passedMs);
  expect(engagedPages.map(({ value, views, scrolled }) => [value, views, scrolled])).toEqual([
    [new URL(url('first')).pathname, 1, 100],
    [new URL(url('second')).pathname, 1, 100],
  ]);
  expect(top.events).toEqual([
    { value: 'order', count: 4 },
    ...['404', 'File Download', 'Outbound Link: Click'].map((value) => ({ value, count: 1 })),
  ]);
  expect(top.outbound).toEqual([{ value: 'https://elsewhere.example/a', count: 1 }]);
  expect(top.downloads).toEqual([{ value: new URL('/list.csv', url('first')).href, count: 1 }]);
  expect(revenue).toEqual([
    { currency: 'EUR', amount: '25.00', count: 2 },
    { currency: 'JPY', amount: '1000.00', count: 1 },
  ]);
  expect(props.find(({ event }) => event === 'order')?.keys).toEqual([
    {
      key: 'currency',
      count: 4,
      values: [
        { value: 'EUR', count: 2 },
        { value: 'JPY', count: 1 },
        { value: 'XYZ', count: 1 },
      ],
    },
    { key: 'plan', count: 4, values: [{ value: 'team', count: 4 }] },
  ]);
  // The order was counted, and what it is said to have brought was not.
  expect(ledger.edge.revenue_left_out).toBe(1);
});
