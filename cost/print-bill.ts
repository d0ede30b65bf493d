/** The bill as a person reads it, and as JSON. */
import { assumptionTexts } from './assumptions';
import type { Bill } from './bill';
import { differences } from './fit';
import { type Item, written } from './item';
import { firstLimit, fullness, type UsedLimit } from './limits';
import { BROKER_PRICES, NODE_PRICES, PRICED_REGION, PRICES, type Price } from './prices';
import { MEASURED } from './unit-costs';

export interface Printing {
  readonly preset: string;
  /** Region that was asked for; prices are those of us-east-1 anyway. */
  readonly region: string;
  /** Undefined: the sizes are those that were asked for. */
  readonly askedFor?: Bill | undefined;
}

const limitsShown = 4;

export function dollars(amount: number): string {
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function itemLines(items: readonly Item[]): string[] {
  const width = Math.max(...items.map(({ name }) => name.length));
  return items.flatMap(({ service, name, dollars: amount, reckoning }, i) => {
    const heading = items[i - 1]?.service === service ? [] : ['', service];
    return [...heading, `  ${name.padEnd(width)} ${dollars(amount).padStart(11)}   ${reckoning}`];
  });
}

function percent(limit: UsedLimit): string {
  return `${written(100 * fullness(limit))} %`;
}

export function describeLimit(limit: UsedLimit): string {
  const { name, used, allowed, unit, settings } = limit;
  return `${name}: ${percent(limit)} (${written(used)} of ${written(allowed)} ${unit}; ${settings})`;
}

function limitLines({ limits, demand }: Bill): string[] {
  const first = firstLimit(limits);
  const verdict =
    first === undefined
      ? `These sizes carry ${written(demand.eventsPerMinute)} events a minute.`
      : `NOT CARRIED: these sizes cannot carry ${written(demand.eventsPerMinute)} events a minute. First limit: ${describeLimit(first)}`;
  const beside = limits.filter((limit) => limit.isBeside && fullness(limit) > 1);
  return [
    verdict,
    ...beside.map((limit) => `Counting goes on, but beside it: ${describeLimit(limit)}`),
    'Fullest:',
    ...limits.slice(0, limitsShown).map((limit) => `  ${describeLimit(limit)}`),
  ];
}

function pricedDays(): string {
  const days = Object.values(PRICES)
    .map(({ source }) => source.asOf)
    .sort();
  return `${days[0]} to ${days.at(-1)}`;
}

function regionLines(region: string): string[] {
  if (region === PRICED_REGION) return [];
  return [
    `Prices are those of ${PRICED_REGION}: ${region} has others, and cost/prices.ts does not know them.`,
  ];
}

export function printBill(bill: Bill, { preset, region, askedFor }: Printing): string[] {
  const { demand, configuration, items, load } = bill;
  const { stream, store } = configuration;
  const fitted = askedFor === undefined ? {} : differences(askedFor.configuration, configuration);
  return [
    `${written(demand.eventsPerMinute)} events a minute, ${demand.sites} site(s), ${written(demand.viewers)} viewer(s), ${demand.historyDays} days of history`,
    `preset ${preset}, MSK ${stream.type} (${load.brokers} brokers, ${stream.partitions} partitions), ElastiCache ${store.type}`,
    ...(Object.keys(fitted).length > 0
      ? ['Sizes that were raised to carry it (cdk.json, context.clickstream):', `  ${JSON.stringify(fitted)}`]
      : []),
    ...itemLines(items),
    '',
    `Dollars a month: ${dollars(bill.dollars)}  (730 hours, ${PRICED_REGION}, on demand, prices of ${pricedDays()}; no free tier, no taxes)`,
    ...regionLines(region),
    '',
    ...limitLines(bill),
    '',
    'Assumed, neither priced nor measured:',
    ...assumptionTexts().map((text) => `  - ${text}`),
    ...(configuration.producer.simulator
      ? []
      : ['  - your own producers write the events: what they run on is not in this bill']),
    'Each price with its source: npm run cost -- --prices. Measured unit costs: cost/unit-costs.ts.',
  ];
}

export function billJson(bill: Bill, { preset, region, askedFor }: Printing): string {
  const limits = bill.limits.map((limit) => ({ ...limit, share: fullness(limit) }));
  const answer = {
    demand: bill.demand,
    preset,
    region: PRICED_REGION,
    ...(region === PRICED_REGION ? {} : { askedRegion: region }),
    dollarsPerMonth: bill.dollars,
    items: bill.items,
    isCarried: firstLimit(bill.limits) === undefined,
    firstLimit: firstLimit(bill.limits)?.name ?? null,
    limits,
    raised: askedFor === undefined ? {} : differences(askedFor.configuration, bill.configuration),
    configuration: bill.configuration,
    assumptions: assumptionTexts(),
    measured: MEASURED,
  };
  return JSON.stringify(answer, undefined, 2);
}

/** Every price, its unit, day and source. */
export function printPrices(): string[] {
  const named: [string, Price][] = [...Object.entries(PRICES), ...BROKER_PRICES, ...NODE_PRICES];
  const width = Math.max(...named.map(([name]) => name.length));
  return named.flatMap(([name, { dollars: amount, per, source }]) => [
    `${name.padEnd(width)}  ${amount} per ${per}`,
    `${''.padEnd(width)}  ${source.asOf}, ${source.how}: ${source.url}`,
  ]);
}
