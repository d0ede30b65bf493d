/** The tables of docs/cost.md, as `npm run cost` reckons them. `node run.mjs test/support/write-cost-tables.ts` puts them there. */
import type { Bill } from '../../cost/bill';
import { estimate, type Question } from '../../cost/estimate';
import { differences } from '../../cost/fit';
import type { Service } from '../../cost/item';
import { firstLimit, fullness } from '../../cost/limits';
import { BROKER_PRICES, PRICES } from '../../cost/prices';
import { MEASURED } from '../../cost/unit-costs';

const services: readonly Service[] = [
  'Kafka',
  'Consumer',
  'Store',
  'Producer',
  'Dashboard',
  'Network',
  'Monitoring',
];
/** Such as a load balancer needs; it is in no bill. */
const ownName = {
  collectorDomainName: 'clicks.example.com',
  collectorCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
};
const rates = [10_000, 100_000, 1_000_000, 10_000_000];

interface Asked {
  readonly eventsPerMinute: number;
  readonly preset: 'dev' | 'prod';
  readonly historyDays?: number;
  readonly viewers?: number;
  readonly isFit?: boolean;
  readonly settings?: Question['settings'];
}

/** Of presets as they are: nothing of cdk.json, nothing of anybody's environment. */
export function billFor({
  eventsPerMinute,
  preset,
  historyDays = 400,
  viewers = 1,
  isFit = false,
  settings = {},
}: Asked): Bill {
  const demand = { eventsPerMinute, viewers, sites: undefined, historyDays };
  return estimate({ context: {}, environment: {}, preset, settings, demand, isFit }).bill;
}

function grouped(amount: number): string {
  return Math.round(amount).toLocaleString('en-US');
}

function ofService({ items }: Bill, service: Service): number {
  return items.filter((item) => item.service === service).reduce((sum, { dollars }) => sum + dollars, 0);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}

function perMillion({ dollars, demand }: Bill): string {
  const millions = (demand.eventsPerMinute * 60 * 730) / 1e6;
  return (dollars / millions).toFixed(dollars / millions < 1 ? 3 : 2);
}

function rateTable(): string {
  const bills = rates.map((eventsPerMinute) => billFor({ eventsPerMinute, preset: 'prod', isFit: true }));
  const rows = services.map((service) => [
    service,
    ...bills.map((bill) => grouped(ofService(bill, service))),
  ]);
  return table(
    ['events a minute', ...rates.map(grouped)],
    [
      ...rows,
      ['**dollars a month**', ...bills.map(({ dollars }) => `**${grouped(dollars)}**`)],
      ['dollars a million events', ...bills.map(perMillion)],
      ['fullest', ...bills.map(fullest)],
    ],
  );
}

function fullest({ limits }: Bill): string {
  const [limit] = limits.filter(({ isBeside }) => isBeside !== true);
  return limit === undefined ? '-' : `${limit.name}, ${grouped(100 * fullness(limit))} %`;
}

function sizesTable(): string {
  const rows = rates.map((eventsPerMinute) => {
    const asIs = billFor({ eventsPerMinute, preset: 'prod' });
    const fitted = billFor({ eventsPerMinute, preset: 'prod', isFit: true });
    const raised = Object.entries(differences(asIs.configuration, fitted.configuration)).flatMap(
      ([section, settings]) =>
        Object.entries(settings).map(([setting, value]) => `\`${section}.${setting}\` ${String(value)}`),
    );
    const beside = fitted.limits.filter((limit) => limit.isBeside && fullness(limit) > 1);
    return [
      grouped(eventsPerMinute),
      firstLimit(asIs.limits)?.name ?? 'none',
      raised.join(', ') || 'nothing',
      beside.map(({ name }) => name).join(', ') || 'nothing',
    ];
  });
  return table(['events a minute', 'first limit of prod as it is', 'raised', 'what stays behind'], rows);
}

const onDemand = { producer: { spot: false } };

function devTable(): string {
  const columns: readonly (readonly [string, Bill])[] = [
    ['30 days old', billFor({ eventsPerMinute: 1_000, preset: 'dev', historyDays: 30 })],
    ['400 days old', billFor({ eventsPerMinute: 1_000, preset: 'dev' })],
    [
      '400 days old, `producer.spot` false',
      billFor({ eventsPerMinute: 1_000, preset: 'dev', settings: onDemand }),
    ],
    [
      '400 days old, watched for 8 hours a day',
      billFor({ eventsPerMinute: 1_000, preset: 'dev', viewers: 1 / 3 }),
    ],
  ];
  const rows = services.map((service) => [
    service,
    ...columns.map(([, bill]) => ofService(bill, service).toFixed(2)),
  ]);
  const totals = columns.map(([, { dollars }]) => `**${dollars.toFixed(2)}**`);
  return table(
    ['dev, 1,000 events a minute', ...columns.map(([name]) => name)],
    [...rows, ['**dollars a month**', ...totals]],
  );
}

function kindTable(): string {
  const kinds = [
    ['standard', 'nodes'],
    ['express', 'nodes'],
    ['serverless', 'nodes'],
    ['standard', 'serverless'],
    ['express', 'serverless'],
    ['serverless', 'serverless'],
  ] as const;
  const rows = kinds.map(([stream, store]) => {
    const cells = rates.map((eventsPerMinute) => {
      const settings = { stream: { type: stream }, store: { type: store } };
      const bill = billFor({ eventsPerMinute, preset: 'prod', isFit: true, settings });
      const limit = firstLimit(bill.limits);
      return limit === undefined ? grouped(bill.dollars) : `not carried: ${limit.name}`;
    });
    return [`${stream} + ${store}`, ...cells];
  });
  return table(['MSK + ElastiCache, asked for', ...rates.map(grouped)], rows);
}

const collectorKinds: readonly (readonly [string, Record<string, unknown>])[] = [
  ['`api`', { collector: 'api' }],
  ['`cloudfront`', { collector: 'cloudfront' }],
  ['`cloudfront`, firewall', { collector: 'cloudfront', collectorFirewall: true }],
  ['`alb`', { collector: 'alb', ...ownName }],
  ['`alb`, firewall', { collector: 'alb', ...ownName, collectorFirewall: true }],
];

/** What stands before the tasks; and, whatever that is, the tasks, and everything else. */
function collectorTable(): string {
  const columns = [100, 1_000, ...rates];
  const bills = (producer: Record<string, unknown>): Bill[] =>
    columns.map((eventsPerMinute) =>
      billFor({ eventsPerMinute, preset: 'prod', isFit: true, settings: { producer } }),
    );
  const entrances = collectorKinds.map(([name, producer]) => [
    name,
    ...bills(producer).map(({ items, limits }) => {
      const ofEntrance = items.filter((item) => item.name.startsWith('collector:'));
      const dollars = ofEntrance.reduce((sum, item) => sum + item.dollars, 0);
      return `${grouped(dollars)}${firstLimit(limits)?.name === 'collector requests' ? '*' : ''}`;
    }),
  ]);
  const [, balanced] = collectorKinds[3] as (typeof collectorKinds)[number];
  const taken = bills(balanced).map(({ items, load }) => {
    const dollars = items
      .filter(({ name }) => /^(processors|memory) of/.test(name))
      .reduce((sum, item) => sum + item.dollars, 0);
    return `${grouped(dollars)} (${load.tasks})`;
  });
  const rest = bills({}).map((bill) => grouped(bill.dollars - ofService(bill, 'Producer')));
  return table(
    ['dollars a month, clicks a minute', ...columns.map(grouped)],
    [...entrances, ['tasks (how many)', ...taken], ['everything but the producer', ...rest]],
  );
}

function measuredTable(): string {
  const rows = Object.values(MEASURED).map(({ row, value, unit, command, measuredOn, note }) => [
    row,
    String(value),
    unit,
    `\`${command}\``,
    measuredOn,
    note === undefined ? '' : note.includes('scaled') ? 'scaled' : 'not quiet',
  ]);
  return table(['figure', 'value', 'unit', 'command', 'day', ''], rows);
}

function priceTable(): string {
  const brokers = ['kafka.t3.small', 'kafka.m7g.large', 'express.m7g.large'].map(
    (type) => [type, BROKER_PRICES.get(type)] as const,
  );
  const rows = [...Object.entries(PRICES), ...brokers].flatMap(([name, price]) =>
    price === undefined
      ? []
      : [[name, String(price.dollars), price.per, `[${price.source.asOf}](${price.source.url})`]],
  );
  return table(['price', 'dollars', 'per', 'as of'], rows);
}

const TABLES: Readonly<Record<string, () => string>> = {
  rates: rateTable,
  sizes: sizesTable,
  dev: devTable,
  kinds: kindTable,
  collectors: collectorTable,
  measured: measuredTable,
  prices: priceTable,
};

/** The document with each table between its marks as reckoned now. Throws where a mark is missing. */
export function withCostTables(document: string): string {
  return Object.entries(TABLES).reduce((text, [name, made]) => {
    const marked = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(\n<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`docs/cost.md: no table ${JSON.stringify(name)}`);
    return text.replace(marked, (_, start: string, end: string) => `${start}${made()}${end}`);
  }, document);
}
