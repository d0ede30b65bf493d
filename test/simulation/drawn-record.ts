/**
 * What a history's producer writes, as it was drawn. The bytes that the pipeline gets and what the model counts are both made of it,
 * each by code of its own: so the model needs no parser, and a fault in parsing cannot be wrong on both sides.
 */
import type { Random } from './random';

export interface DrawnEvent {
  readonly kind: 'page' | 'track' | 'engagement';
  readonly site: string;
  readonly visitor: string;
  readonly messageId: string;
  /** The name of a `track`, else the path. */
  readonly what: string;
  /** `timestamp` is this much before log time; negative: from the future, ms. */
  readonly ageMs: number;
  /** `receivedAt` is this much before log time; undefined: nobody said. */
  readonly receivedAgoMs: number | undefined;
  readonly referrer: keyof typeof REFERRERS | undefined;
  readonly browser: string | undefined;
  readonly device: string | undefined;
  readonly os: string | undefined;
  readonly country: string | undefined;
  readonly source: string | undefined;
  readonly campaign: string | undefined;
  readonly channel: string | undefined;
  /** By key; values as they are counted, written as text. */
  readonly props: Readonly<Record<string, string>> | undefined;
  readonly revenue: keyof typeof REVENUES | undefined;
  /** Of an engagement event. */
  readonly engagedMs: number;
  readonly scrolled: number | undefined;
  readonly isBot: boolean;
}

export type DrawnRecord =
  | DrawnEvent
  /** The demo's dialect: no id, no times, the default site. */
  | { readonly kind: 'demo'; readonly visitor: string; readonly what: string }
  | { readonly kind: 'heartbeat' }
  /** What the edge did not let through. */
  | {
      readonly kind: 'summary';
      readonly messageId: string;
      readonly reason: string;
      readonly count: number;
    }
  | { readonly kind: 'broken'; readonly as: keyof typeof BROKEN };

/** Records that are rejected: the value, and what is to be said of it. */
export const BROKEN = {
  tombstone: { value: null, reason: 'empty_value', field: '' },
  'half a value': { value: '{"v":1,"type":"page"', reason: 'malformed_json', field: '' },
  'other half': { value: ',"siteId":"demo"}', reason: 'malformed_json', field: '' },
  list: { value: '[1]', reason: 'not_an_object', field: '' },
  'version 2': { value: '{"v":2,"type":"page"}', reason: 'unsupported_version', field: 'v' },
  'unknown type': { value: '{"v":1,"type":"identify"}', reason: 'unknown_type', field: 'type' },
  'no visitor': {
    value: '{"v":1,"type":"page","siteId":"demo","messageId":"m"}',
    reason: 'missing_field',
    field: 'anonymousId',
  },
  'no time': {
    value: '{"v":1,"type":"page","siteId":"demo","anonymousId":"a","messageId":"m"}',
    reason: 'missing_field',
    field: 'timestamp',
  },
  'bad money': {
    value:
      '{"v":1,"type":"track","event":"buy","siteId":"demo","anonymousId":"a","messageId":"m",' +
      '"timestamp":"2026-01-15T12:00:00Z","properties":{"revenue":{"amount":"1.2345","currency":"EUR"}}}',
    reason: 'bad_revenue',
    field: 'amount',
  },
  'no such summary': {
    value: '{"v":1,"type":"edge","messageId":"m","reason":"constructor","count":1}',
    reason: 'bad_summary',
    field: 'reason',
  },
  'bad time': {
    value: '{"v":1,"type":"page","siteId":"demo","anonymousId":"a","messageId":"m","timestamp":"noon"}',
    reason: 'bad_timestamp',
    field: 'timestamp',
  },
} as const;

/** Amounts as they are written, and thousandths and currency that are counted. */
export const REVENUES = {
  '"19.99" EUR': { amount: '19.99', currency: 'EUR', thousandths: 19_990 },
  '0.001 KWD': { amount: 0.001, currency: 'KWD', thousandths: 1 },
  '3000 EUR': { amount: 3_000, currency: 'EUR', thousandths: 3_000_000 },
  '"1000000000" JPY': { amount: '1000000000', currency: 'JPY', thousandths: 1_000_000_000_000 },
  '"0" USD': { amount: '0', currency: 'USD', thousandths: 0 },
} as const;

/** Referrers, and the host that is counted of each; null: none is. */
export const REFERRERS = {
  'https://www.search.example/?q=x': 'search.example',
  'http://News.example:8080/a': 'news.example',
  'https://demo.example/home': null,
  'android-app://com.example': null,
} as const;

export const DEFAULT_SITE = 'demo';
/** Counted where the sites are listed. */
export const LISTED_SITES: readonly string[] = [DEFAULT_SITE, 'shop'];

/** How much a history's events collide. */
export interface Population {
  readonly visitors: number;
  readonly messageIds: number;
  readonly paths: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Mostly fresh, some on both sides of each edge of docs/counting.md. */
function drawAge(random: Random): number {
  const near = (edgeMs: number): number => edgeMs + random.between(-2, 2) * 500 * random.between(0, 120);
  switch (random.weighted({ fresh: 12, minute: 2, hour: 1, day: 1, future: 1, exact: 1 })) {
    case 'minute':
      return near(10 * MINUTE);
    case 'hour':
      return near(25 * HOUR);
    case 'day':
      return near(49 * HOUR);
    case 'future':
      return -near(5 * MINUTE);
    case 'exact':
      return random.oneOf([0, -5 * MINUTE, 10 * MINUTE, 25 * HOUR, 49 * HOUR, 10 * MINUTE + 1]);
    default:
      return random.between(-2_000, 90_000);
  }
}

function maybe<T>(random: Random, values: readonly T[]): T | undefined {
  return random.chance(0.4) ? random.oneOf(values) : undefined;
}

function drawProps(random: Random): Readonly<Record<string, string>> {
  const props: [string, string][] = Array.from({ length: random.between(1, 3) }, () => [
    random.oneOf(['plan', 'url', '__proto__', '1,2:x', '(other)']),
    random.oneOf(['free', 'team', 'https://else.example/a?b', '=', 'x']),
  ]);
  return Object.fromEntries(props);
}

function drawEvent(random: Random, population: Population): DrawnEvent {
  const kind = random.weighted({ page: 8, track: 3, engagement: 2 });
  return {
    kind,
    site: random.weighted({ demo: 6, shop: 3, elsewhere: 1 }),
    visitor: `v${random.between(1, population.visitors)}`,
    messageId: `m${random.between(1, population.messageIds)}`,
    what:
      kind === 'track'
        ? random.oneOf(['buy', 'sign-up', '(other)', '__proto__', 'Outbound Link: Click', 'File Download'])
        : `/${random.between(1, population.paths)}`,
    ageMs: drawAge(random),
    receivedAgoMs: random.chance(0.5)
      ? undefined
      : random.oneOf([0, 200, 1_500, -800, 5 * MINUTE, 5 * MINUTE + 1, -6 * MINUTE, 3 * HOUR]),
    referrer: maybe(random, Object.keys(REFERRERS) as (keyof typeof REFERRERS)[]),
    browser: maybe(random, ['Firefox', 'Chrome', 'constructor']),
    device: maybe(random, ['phone', 'desktop']),
    os: maybe(random, ['Linux', 'iOS']),
    country: maybe(random, ['CH', 'DE']),
    source: maybe(random, ['newsletter', 'ad']),
    campaign: maybe(random, ['may', 'june']),
    channel: maybe(random, ['search', 'direct', 'ai']),
    props: random.chance(0.3) ? drawProps(random) : undefined,
    revenue: random.chance(0.15)
      ? random.oneOf(Object.keys(REVENUES) as (keyof typeof REVENUES)[])
      : undefined,
    engagedMs: random.oneOf([0, 1, 900, 14_000, 86_400_000]),
    scrolled: random.oneOf([undefined, 0, 7, 100]),
    isBot: random.chance(0.07),
  };
}

export function drawRecord(random: Random, population: Population): DrawnRecord {
  switch (random.weighted({ event: 20, demo: 2, heartbeat: 2, broken: 2, summary: 1 })) {
    case 'demo':
      return {
        kind: 'demo',
        visitor: `v${random.between(1, population.visitors)}`,
        what: `/${random.between(1, population.paths)}`,
      };
    case 'heartbeat':
      return { kind: 'heartbeat' };
    case 'summary':
      return {
        kind: 'summary',
        messageId: `m${random.between(1, population.messageIds)}`,
        reason: random.oneOf(['rate_limited', 'bad_event', 'unknown_key']),
        count: random.oneOf([1, 12, 1_000_000_000]),
      };
    case 'broken':
      return { kind: 'broken', as: random.oneOf(Object.keys(BROKEN) as (keyof typeof BROKEN)[]) };
    default:
      return drawEvent(random, population);
  }
}

function moneyOf(name: keyof typeof REVENUES): object {
  const { amount, currency } = REVENUES[name];
  return { amount, currency };
}

function eventValue(event: DrawnEvent, logMs: number): object {
  const iso = (agoMs: number): string => new Date(logMs - agoMs).toISOString();
  return {
    v: 1,
    type: event.kind,
    ...(event.kind === 'track' ? { event: event.what } : {}),
    siteId: event.site,
    anonymousId: event.visitor,
    messageId: event.messageId,
    timestamp: iso(event.ageMs),
    ...(event.receivedAgoMs === undefined ? {} : { receivedAt: iso(event.receivedAgoMs) }),
    properties: {
      url: 'https://demo.example/',
      referrer: event.referrer,
      ...(event.kind === 'track' ? {} : { path: event.what }),
      ...(event.kind === 'engagement' ? { engagedMs: event.engagedMs, scrolled: event.scrolled } : {}),
      ...(event.props === undefined ? {} : { props: event.props }),
      ...(event.revenue === undefined ? {} : { revenue: moneyOf(event.revenue) }),
    },
    context: {
      browser: event.browser,
      device: event.device,
      os: event.os,
      country: event.country,
      channel: event.channel,
      campaign: { source: event.source, name: event.campaign },
      bot: event.isBot ? 'Crawler' : false,
    },
  };
}

/** The record's value, as it lies on the topic. */
export function bytesOf(record: DrawnRecord, logMs: number): Uint8Array | null {
  const text = textOf(record, logMs);
  return text === null ? null : new TextEncoder().encode(text);
}

function textOf(record: DrawnRecord, logMs: number): string | null {
  switch (record.kind) {
    case 'heartbeat':
      return '{"v":1,"type":"heartbeat"}';
    case 'summary': {
      const { messageId, reason, count } = record;
      return JSON.stringify({ v: 1, type: 'edge', messageId, reason, count });
    }
    case 'demo':
      return JSON.stringify({ user_id: record.visitor, page: record.what });
    case 'broken':
      return BROKEN[record.as].value;
    default:
      return JSON.stringify(eventValue(record, logMs));
  }
}
