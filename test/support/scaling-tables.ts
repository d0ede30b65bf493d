/** The tables of docs/scaling.md, from the formula. `node run.mjs test/support/write-scaling-tables.ts` puts them there. */
import { HOURS_PER_MONTH, PRICES } from '../../cost/prices';
import { CACHE_BYTES_MIN } from '../../cost/service-limits';
import {
  type DistinctValues,
  largeSiteValues,
  siteOf as loadOfSite,
  valueBytes,
} from '../../cost/typical-site';
import { DAY_MS } from '../../pipeline/core/limits';
import { DEFAULT_PARTITIONS, DEFAULT_TOPIC } from '../../pipeline/settings';
import { boundMemory, LONGEST_VALUE_BYTES } from '../../pipeline/store/memory-bound';
import { expectedMemory, type MemoryEstimate, type PartMemory } from '../../pipeline/store/memory-formula';
import type { SiteLoad, TopicLoad } from '../../pipeline/store/memory-load';

const gbBytes = 1e9;

const historyMs = 400 * DAY_MS;

const siteOf = (visitorsPerDay: number, values: DistinctValues): SiteLoad =>
  loadOfSite(visitorsPerDay, values, historyMs);

const sites: Readonly<Record<string, SiteLoad>> = {
  'three a day': siteOf(3, { pages: 20, others: 5 }),
  small: siteOf(100, { pages: 100, others: 10 }),
  medium: siteOf(10_000, { pages: 2_000, others: 40 }),
  large: siteOf(1_000_000, largeSiteValues),
};

function topicOf(site: SiteLoad, partitions = DEFAULT_PARTITIONS): TopicLoad {
  return { topic: DEFAULT_TOPIC, partitions, sites: 1, site, historyMs, commitMs: 1_000 };
}

/** Two digits at least; decimal units. */
function amount(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value.toFixed(power > 0 && value < 9.95 ? 1 : 0)} ${units[power]}`;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function dollars(bytes: number): string {
  const perMonth = (bytes / gbBytes) * PRICES.cacheStorage.dollars * HOURS_PER_MONTH;
  return perMonth < 10 ? perMonth.toFixed(2) : grouped(perMonth);
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(...head), `|${'---|'.repeat(head.length)}`, ...rows.map((cells) => row(...cells))].join('\n');
}

function cellOf({ keys, bytes }: PartMemory): string {
  if (bytes < 500) return '-';
  return keys < 0.5 ? amount(bytes) : `${grouped(keys)} × ${amount(bytes / keys)} = ${amount(bytes)}`;
}

function loadTable(): string {
  return tableOf(
    ['site', 'visitors a day', 'events a second', 'pages'],
    Object.entries(sites).map(([name, site]) => [
      name,
      grouped(site.visitors.day),
      site.eventsPerSecond.toPrecision(2),
      grouped(site.values.pages),
    ]),
  );
}

function partTable(): string {
  const estimates = Object.values(sites).map((site) => expectedMemory(topicOf(site)));
  const [first] = estimates as [MemoryEstimate];
  const rows = first.parts.map(({ part }, i) => [
    part,
    ...estimates.map((estimate) => cellOf(estimate.parts[i] as PartMemory)),
  ]);
  const totals = estimates.map(({ totalBytes }) => `**${amount(totalBytes)}**`);
  return tableOf(['part', ...Object.keys(sites)], [...rows, ['**all**', ...totals]]);
}

function dollarTable(): string {
  const rows = Object.entries(sites).map(([name, site]) => {
    const { totalBytes } = expectedMemory(topicOf(site));
    const alone = dollars(Math.max(totalBytes, CACHE_BYTES_MIN));
    return [name, amount(totalBytes), dollars(totalBytes), alone];
  });
  return tableOf(['site', 'memory', 'dollars a month', 'as the only site of a cache'], rows);
}

function boundTable(): string {
  const large = sites.large as SiteLoad;
  const rows = [1, DEFAULT_PARTITIONS].flatMap((partitions) =>
    (
      [
        ['as above', valueBytes],
        ['the longest that are let in', LONGEST_VALUE_BYTES],
      ] as const
    ).map(([lengths, bytes]) => {
      const { totalBytes, parts } = boundMemory(topicOf(large, partitions), bytes);
      const marks = parts.find(({ part }) => part === 'marks')?.bytes ?? 0;
      const ofSite = totalBytes - marks;
      return [String(partitions), lengths, amount(ofSite), dollars(ofSite)];
    }),
  );
  return tableOf(['partitions', 'length of values', 'bound of a site', 'dollars a month'], rows);
}

function marksTable(): string {
  const rows = [1, 100, 1_700, 20_000].map((perSecond) => {
    const large = sites.large as SiteLoad;
    const site = { ...large, eventsPerSecond: perSecond, botsPerSecond: 0 };
    const part = expectedMemory(topicOf(site)).parts.find((candidate) => candidate.part === 'marks');
    const bytes = part?.bytes ?? 0;
    return [grouped(perSecond), amount(bytes), dollars(bytes)];
  });
  return tableOf(['events a second', 'marks', 'dollars a month'], rows);
}

function partitionTable(): string {
  const partitions = [1, 2, 4, DEFAULT_PARTITIONS, 32];
  const rows = Object.entries(sites).map(([name, site]) => [
    name,
    ...partitions.map((count) => amount(expectedMemory(topicOf(site, count)).totalBytes)),
  ]);
  return tableOf(['partitions', ...partitions.map(String)], rows);
}

/** Share of the parts that the filter takes, by site. */
export function shareOf(isMeant: (part: string) => boolean): number[] {
  return Object.values(sites).map((site) => {
    const { parts, totalBytes } = expectedMemory(topicOf(site));
    return parts.filter(({ part }) => isMeant(part)).reduce((sum, { bytes }) => sum + bytes, 0) / totalBytes;
  });
}

const TABLES: Readonly<Record<string, () => string>> = {
  loads: loadTable,
  parts: partTable,
  dollars: dollarTable,
  bound: boundTable,
  marks: marksTable,
  partitions: partitionTable,
};

/** The document with each table between its marks as the formula has it. Throws where a mark is missing. */
export function withTables(document: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => {
    const marked = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(\n<!-- end -->)`);
    if (!marked.test(text)) throw new Error(`docs/scaling.md: no table ${JSON.stringify(name)}`);
    return text.replace(marked, (_, start: string, end: string) => `${start}${table()}${end}`);
  }, document);
}
