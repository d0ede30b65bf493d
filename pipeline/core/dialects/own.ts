/**
 * Our own: for our tracker and for servers. An array of events, one event a line (NDJSON), or an envelope that also holds the key, for
 * browsers, which send it as text so that no preflight is needed. docs/collector.md; the contract is docs/openapi-collector.yaml.
 */
import { parseIsoTime } from '../iso-time';
import { DAY_MS } from '../limits';
import { keyOfAuthorization } from './authorization';
import {
  type Dialect,
  type DialectReading,
  type DialectRequest,
  type EdgeItem,
  refusedItem,
} from './dialect';
import type { EdgeEvent } from './edge-event';
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

const TYPES: readonly unknown[] = ['page', 'track', 'engagement'] satisfies EdgeEvent['type'][];

function isWithin(value: unknown, max: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= max;
}

/** The name of a field that cannot be counted; undefined: all is well. */
function faultOf(fields: Fields, timeMs: number | undefined): string | undefined {
  const properties = fieldsAt(fields, 'properties');
  if (!TYPES.includes(fields.type)) return 'type';
  if (fields.timestamp !== undefined && timeMs === undefined) return 'timestamp';
  if (fields.type === 'track' && textOf(fields.event) === undefined) return 'event';
  if (fields.type !== 'track' && firstText(properties.url, properties.path) === undefined)
    return 'properties.url';
  if (fields.type !== 'engagement') return undefined;
  if (!isWithin(properties.engagedMs, DAY_MS)) return 'properties.engagedMs';
  const { scrolled } = properties;
  return scrolled === undefined || isWithin(scrolled, 100) ? undefined : 'properties.scrolled';
}

function itemOf(value: unknown): EdgeItem {
  if (!isFields(value)) return refusedItem('bad_event');
  const timeMs = typeof value.timestamp === 'string' ? parseIsoTime(value.timestamp) : undefined;
  const fault = faultOf(value, timeMs);
  if (fault !== undefined) return refusedItem('bad_event', fault);
  const properties = fieldsAt(value, 'properties');
  const context = fieldsAt(value, 'context');
  const { revenue } = properties;
  const { amount, currency } = isFields(revenue) ? revenue : { amount: revenue };
  const library = fieldsAt(context, 'library');
  const type = value.type as EdgeEvent['type'];
  const libraryName = labelOf(library.name);
  const isEngagement = type === 'engagement';
  // Named one by one: spreading costs as much as all the rest of it.
  const event: EdgeEvent = {
    type,
    event: type === 'track' ? textOf(value.event) : undefined,
    messageId: textOf(value.messageId),
    anonymousId: textOf(value.anonymousId),
    userId: textOf(value.userId),
    timeMs,
    url: firstText(properties.url, properties.path),
    path: textOf(properties.path),
    isHashRouted: false,
    referrer: textOf(properties.referrer),
    title: shortText(properties.title),
    props: isEngagement ? undefined : propsOf(fieldsAt(properties, 'props')),
    revenue: isEngagement ? undefined : revenueOf(amount, currency),
    engagedMs: isEngagement ? Math.round(properties.engagedMs as number) : undefined,
    scrolled:
      isEngagement && properties.scrolled !== undefined
        ? Math.round(properties.scrolled as number)
        : undefined,
    locale: labelOf(context.locale),
    userAgent: textOf(context.userAgent),
    address: textOf(context.ip),
    campaign: undefined,
    library: libraryName === undefined ? undefined : { name: libraryName, version: labelOf(library.version) },
  };
  return { kind: 'event', event };
}

function readLines(text: string): readonly EdgeItem[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(parseJson);
  if (!values.some(isFields)) return undefined;
  return values.map((value) => (value === undefined ? refusedItem('malformed_body') : itemOf(value)));
}

function read(text: string, { headers }: DialectRequest): DialectReading {
  const value = parseJson(text);
  const envelope = isFields(value) && Array.isArray(value.events) ? value : undefined;
  const events = envelope === undefined ? (isFields(value) ? [value] : value) : envelope.events;
  const items = Array.isArray(events) ? events.map(itemOf) : readLines(text);
  if (items === undefined) return { kind: 'refused', reason: 'malformed_body' };
  const key = firstText(keyOfAuthorization(headers.authorization), envelope?.writeKey);
  const sentAt = envelope?.sentAt;
  return {
    kind: 'read',
    keys: key === undefined ? [] : [key],
    sentAtMs: typeof sentAt === 'string' ? parseIsoTime(sentAt) : undefined,
    items,
  };
}

export const own: Dialect = {
  name: 'own',
  paths: ['/api/v1/events'],
  isVisitorWithoutOrigin: false,
  read,
  answer: ({ accepted, refused }) => ({
    contentType: 'application/json',
    body: JSON.stringify({ accepted, rejected: refused }),
  }),
};
