/**
 * Segment: `@segment/analytics-node`, `@segment/analytics-next`, its HTTP API, and what speaks it (RudderStack). One call or a batch, the
 * key in the header, in the body or in both; RudderStack's SDKs send it in the header alone, and name the time `originalTimestamp`.
 */
import { parseIsoTime } from '../iso-time';
import { keyOfAuthorization } from './authorization';
import {
  type Dialect,
  type DialectReading,
  type DialectRequest,
  type EdgeItem,
  refusedItem,
} from './dialect';
import { type EdgeEvent, type ToldCampaign, UNTOLD } from './edge-event';
import {
  type Fields,
  fieldsAt,
  firstText,
  isFields,
  labelOf,
  parseJson,
  propsOf,
  shortText,
  textOf,
} from './json-fields';
import { revenueOf } from './revenue';

type Call = 'page' | 'screen' | 'track' | 'identify' | 'group' | 'alias';

/** What a path says of a body that holds no `type`. Browsers' SDK has one letter for each, and `b` for a batch. */
const CALLS: Readonly<Record<string, Call | 'batch'>> = {
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  track: 'track',
  t: 'track',
  identify: 'identify',
  i: 'identify',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
  batch: 'batch',
  b: 'batch',
  import: 'batch',
};

/** These have a place of their own. */
const placed: ReadonlySet<string> = new Set([
  'url',
  'path',
  'referrer',
  'title',
  'search',
  'revenue',
  'currency',
]);
/** Segment's own default where an event has revenue and no currency. */
const currencyByDefault = 'USD';

function timeOf(value: unknown): number | undefined {
  return typeof value === 'string' ? parseIsoTime(value) : undefined;
}

function campaignOf(context: Fields): ToldCampaign | undefined {
  const { source, medium, name } = fieldsAt(context, 'campaign');
  const campaign = { source: labelOf(source), medium: labelOf(medium), name: labelOf(name) };
  return Object.values(campaign).every((value) => value === undefined) ? undefined : campaign;
}

function libraryOf(context: Fields): EdgeEvent['library'] {
  const { name, version } = fieldsAt(context, 'library');
  const label = labelOf(name);
  return label === undefined ? undefined : { name: label, version: labelOf(version) };
}

/** All that does not depend on the kind of call. */
function toldBy(fields: Fields): Omit<EdgeEvent, 'type'> {
  const properties = fieldsAt(fields, 'properties');
  const context = fieldsAt(fields, 'context');
  const page = fieldsAt(context, 'page');
  return {
    ...UNTOLD,
    messageId: textOf(fields.messageId),
    anonymousId: textOf(fields.anonymousId),
    userId: textOf(fields.userId),
    timeMs: timeOf(fields.originalTimestamp) ?? timeOf(fields.timestamp),
    url: firstText(properties.url, page.url, properties.path, page.path),
    referrer: firstText(properties.referrer, page.referrer),
    title: shortText(firstText(properties.title, page.title)),
    props: propsOf(properties, placed),
    revenue: revenueOf(properties.revenue, properties.currency ?? currencyByDefault),
    locale: labelOf(context.locale),
    userAgent: textOf(context.userAgent),
    address: textOf(context.ip),
    campaign: campaignOf(context),
    library: libraryOf(context),
  };
}

/** An app has no addresses: its screens are pages by their names. */
function screenPath(fields: Fields): string {
  const name = firstText(fields.name, fieldsAt(fields, 'properties').name) ?? '';
  return name.startsWith('/') ? name : `/${name}`;
}

function itemOf(value: unknown, byPath: Call | undefined): EdgeItem {
  if (!isFields(value)) return refusedItem('bad_event');
  const type = value.type ?? byPath;
  if (type === 'identify' || type === 'group' || type === 'alias') return refusedItem('unsupported', 'type');
  if (type === 'screen')
    return { kind: 'event', event: { ...toldBy(value), type: 'page', path: screenPath(value) } };
  if (type !== 'page' && type !== 'track') return refusedItem('bad_event', 'type');
  const told = toldBy(value);
  if (type === 'page') {
    return told.url === undefined
      ? refusedItem('bad_event', 'properties.url')
      : { kind: 'event', event: { ...told, type } };
  }
  const event = textOf(value.event);
  return event === undefined
    ? refusedItem('bad_event', 'event')
    : { kind: 'event', event: { ...told, type, event } };
}

function read(text: string, { path, headers }: DialectRequest): DialectReading {
  const fields = parseJson(text);
  if (!isFields(fields)) return { kind: 'refused', reason: 'malformed_body' };
  const key = firstText(keyOfAuthorization(headers.authorization), fields.writeKey);
  const call = CALLS[path.slice(path.lastIndexOf('/') + 1)];
  const isBatch = Array.isArray(fields.batch);
  if (call === 'batch' && !isBatch) return { kind: 'refused', reason: 'malformed_body' };
  const calls = isBatch ? (fields.batch as readonly unknown[]) : [fields];
  const byPath = call === 'batch' ? undefined : call;
  return {
    kind: 'read',
    keys: key === undefined ? [] : [key],
    sentAtMs: timeOf(fields.sentAt),
    items: calls.map((value) => itemOf(value, byPath)),
  };
}

export const segment: Dialect = {
  name: 'segment',
  paths: Object.keys(CALLS).flatMap((name) => [`/v1/${name}`, `/${name}`]),
  isVisitorWithoutOrigin: false,
  read,
  answer: () => ({ contentType: 'application/json', body: '{"success":true}' }),
};
