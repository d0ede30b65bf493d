/**
 * Umami: its browser tracker (npm `umami`, and the script of a server) and `@umami/node`. A path and a host instead of a URL, a title
 * that the older tracker has URI-encoded, no ids. The answer holds a cache token that the tracker sends with its next event, as
 * the whole text of the answer, or the token alone where it is newer.
 */
import { MINUTE_MS } from '../limits';
import { murmur2 } from '../partition';
import {
  type Dialect,
  type DialectReading,
  type DialectRequest,
  type EdgeItem,
  refusedItem,
} from './dialect';
import { type EdgeEvent, UNTOLD } from './edge-event';
import {
  type Fields,
  fieldsAt,
  isFields,
  labelOf,
  parseJson,
  propsOf,
  shortText,
  textOf,
} from './json-fields';
import { revenueOf } from './revenue';

/** A token names the visitor for the rest of his visit, so that it survives midnight, when the salt changes. */
const visitMs = 30 * MINUTE_MS;
const tokenPattern = /^([0-9a-z]{1,11})\.([A-Za-z0-9_-]{22})$/;
const moneyNames: ReadonlySet<string> = new Set(['revenue', 'currency']);

/** undefined: no token of ours, or one of an older visit. `atMs`: of the request. */
function visitorOfToken(header: string | undefined, atMs: number): string | undefined {
  const told = header?.startsWith('{')
    ? textOf(fieldsAt({ answer: parseJson(header) }, 'answer').cache)
    : header;
  const [, issued = '', visitor] = tokenPattern.exec(told ?? '') ?? [];
  const ageMs = atMs - Number.parseInt(issued, 36);
  return ageMs >= 0 && ageMs < visitMs ? visitor : undefined;
}

function tokenOf(visitorId: string, nowMs: number): string {
  return `${nowMs.toString(36)}.${visitorId}`;
}

/** Umami's sessions are UUIDs; ours say nothing but that two of them are the same. */
function uuidOf(text: string): string {
  const words = [0, 1, 2, 3].map((word) =>
    (murmur2(new TextEncoder().encode(`${word}${text}`)) >>> 0).toString(16).padStart(8, '0'),
  );
  const hex = words.join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

function decoded(title: string | undefined): string | undefined {
  if (title === undefined || !/%[0-9A-Fa-f]{2}/.test(title)) return title;
  try {
    return decodeURIComponent(title);
  } catch {
    return title;
  }
}

/** Of a page, a path is as good as a URL; with its host it also tells the site's own referrers from others. */
function absolute(address: string | undefined, host: string | undefined): string | undefined {
  return address?.startsWith('/') && host !== undefined ? `https://${host}${address}` : address;
}

function itemOf(payload: Fields, request: DialectRequest): EdgeItem {
  const name = labelOf(payload.name);
  const host = textOf(payload.hostname);
  const data = isFields(payload.data) ? payload.data : undefined;
  const seconds = payload.timestamp;
  const event: EdgeEvent = {
    ...UNTOLD,
    type: name === undefined ? 'page' : 'track',
    event: name,
    timeMs: typeof seconds === 'number' ? seconds * 1_000 : undefined,
    anonymousId: textOf(payload.id) ?? visitorOfToken(request.headers['x-umami-cache'], request.receivedAtMs),
    url: absolute(textOf(payload.url), host),
    referrer: absolute(textOf(payload.referrer), host),
    title: shortText(decoded(textOf(payload.title))),
    props: propsOf(data, moneyNames),
    revenue: data === undefined ? undefined : revenueOf(data.revenue, data.currency),
    locale: labelOf(payload.language),
    userAgent: textOf(payload.userAgent),
    address: textOf(payload.ip),
  };
  if (event.type === 'page' && event.url === undefined) return refusedItem('bad_event', 'url');
  return { kind: 'event', event };
}

function read(text: string, request: DialectRequest): DialectReading {
  const fields = parseJson(text);
  if (!isFields(fields) || !isFields(fields.payload)) return { kind: 'refused', reason: 'malformed_body' };
  const { type, payload } = fields;
  const website = textOf(payload.website);
  const item =
    type === 'event'
      ? itemOf(payload, request)
      : refusedItem(type === 'identify' ? 'unsupported' : 'bad_event', 'type');
  return { kind: 'read', keys: website === undefined ? [] : [website], sentAtMs: undefined, items: [item] };
}

export const umami: Dialect = {
  name: 'umami',
  paths: ['/api/send'],
  isVisitorWithoutOrigin: false,
  read,
  answer: ({ visitorId = '', nowMs }) => {
    const sessionId = uuidOf(visitorId);
    const body = JSON.stringify({
      cache: tokenOf(visitorId, nowMs),
      sessionId,
      visitId: uuidOf(`${visitorId}/visit`),
    });
    return { contentType: 'application/json', body };
  },
};
