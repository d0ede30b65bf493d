/**
 * Plausible: `@plausible-analytics/tracker`, `plausible-tracker`, its script, and its Events API for servers and proxies, which has
 * the same body under long names (https://plausible.io/docs/events-api). Events have neither an id nor a time.
 */
import { DAY_MS } from '../limits';
import { type Dialect, type DialectReading, type EdgeItem, refusedItem } from './dialect';
import { type EdgeEvent, UNTOLD } from './edge-event';
import { firstText, isFields, objectOrJson, parseJson, propsOf, shortText } from './json-fields';
import { revenueOf } from './revenue';

/** `d` may name several sites, separated by commas; nobody has more than a few. */
const domainsMax = 5;

function engagement(event: EdgeEvent, engaged: unknown): EdgeItem {
  if (engaged !== undefined && (typeof engaged !== 'number' || !(engaged >= 0)))
    return refusedItem('bad_event', 'e');
  // `sd` is the deepest scroll so far, no difference, and so has no place in a sum.
  const engagedMs = Math.min(Math.round(engaged ?? 0), DAY_MS);
  return { kind: 'event', event: { ...event, type: 'engagement', event: undefined, engagedMs } };
}

function itemOf(fields: Readonly<Record<string, unknown>>): EdgeItem {
  const name = firstText(fields.n, fields.name);
  const url = firstText(fields.u, fields.url);
  if (name === undefined) return refusedItem('bad_event', 'n');
  if (url === undefined) return refusedItem('bad_event', 'u');
  const money = fields.$ ?? fields.revenue;
  const { amount, currency } = objectOrJson(money) ?? { amount: money };
  const event: EdgeEvent = {
    ...UNTOLD,
    type: name === 'pageview' ? 'page' : 'track',
    event: name === 'pageview' ? undefined : name,
    url,
    isHashRouted: Boolean(fields.h ?? fields.hashMode),
    referrer: firstText(fields.r, fields.referrer),
    title: shortText(fields.title),
    props: propsOf(objectOrJson(fields.p ?? fields.props ?? fields.m ?? fields.meta)),
    revenue: revenueOf(amount, currency),
  };
  return name === 'engagement' ? engagement(event, fields.e) : { kind: 'event', event };
}

function read(text: string): DialectReading {
  const fields = parseJson(text);
  if (!isFields(fields)) return { kind: 'refused', reason: 'malformed_body' };
  const domains = firstText(fields.d, fields.domain)?.split(',', domainsMax) ?? [];
  const keys = domains.map((domain) => domain.trim()).filter((domain) => domain !== '');
  return { kind: 'read', keys: [...new Set(keys)], sentAtMs: undefined, items: [itemOf(fields)] };
}

export const plausible: Dialect = {
  name: 'plausible',
  paths: ['/api/event'],
  isVisitorWithoutOrigin: true,
  read,
  answer: () => ({ contentType: 'text/plain', body: 'ok' }),
};
