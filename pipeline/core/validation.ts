/** From a record to an event, a heartbeat, a summary of the edge, or a rejection. The rules are in docs/counting.md, "One record at a time". */
import { isEdgeReason } from './edge-reason';
import type { ClickEvent, EventType, JudgedRecord, LogRecord, Verdict } from './event';
import { contextOf, pageOf } from './event-parts';
import { extrasOf } from './extras';
import { parseIsoTime } from './iso-time';
import {
  eventBytesMax,
  eventNameCharsMax,
  messageIdBytesMax,
  siteIdPattern,
  sitesMax,
  summaryCountMax,
  urlCharsMax,
  visitorIdCharsMax,
} from './limits';
import { type Parsed, parseBatch } from './parse-batch';
import type { RejectionReason } from './rejection';
import { type Fields, fieldsOf, isFields, Rejected } from './wire-fields';

/** `listed`: names that are counted; undefined: whichever come first, up to `sitesMax` a shard. The demo's dialect counts for `defaultSite`. */
export interface SiteRules {
  readonly listed: ReadonlySet<string> | undefined;
  readonly defaultSite: string;
}

/** A string that must be there and within its limit. */
function needed(parent: Fields, name: string, charsMax: number): string {
  const value = parent[name];
  if (typeof value !== 'string' || value === '') throw new Rejected('missing_field', name);
  if (value.length > charsMax) throw new Rejected('field_too_long', name);
  return value.toWellFormed();
}

function timeOf(value: unknown, name: string): number {
  const ms = typeof value === 'string' ? parseIsoTime(value) : undefined;
  if (ms === undefined) throw new Rejected('bad_timestamp', name);
  return ms;
}

function siteOf(parent: Fields, sites: SiteRules): string {
  const value = parent.siteId;
  if (typeof value !== 'string') throw new Rejected('missing_field', 'siteId');
  const known = siteIdPattern.test(value) && (sites.listed === undefined || sites.listed.has(value));
  if (!known) throw new Rejected('unknown_site', 'siteId');
  return value;
}

function messageIdOf(parent: Fields): string {
  const value = needed(parent, 'messageId', messageIdBytesMax);
  // Only a string of more than a third of the bytes in UTF-16 units can be too long in UTF-8.
  if (value.length * 3 > messageIdBytesMax && utf8Length(value) > messageIdBytesMax) {
    throw new Rejected('field_too_long', 'messageId');
  }
  return value;
}

function utf8Length(value: string): number {
  return new TextEncoder().encode(value).length;
}

function canonicalEvent(fields: Fields, type: EventType, sites: SiteRules): ClickEvent {
  const siteId = siteOf(fields, sites);
  const anonymousId = needed(fields, 'anonymousId', visitorIdCharsMax);
  const messageId = messageIdOf(fields);
  if (fields.timestamp === undefined) throw new Rejected('missing_field', 'timestamp');
  const timestampMs = timeOf(fields.timestamp, 'timestamp');
  const receivedAt = fields.receivedAt;
  const receivedAtMs = receivedAt === undefined ? undefined : timeOf(receivedAt, 'receivedAt');
  const event = type === 'track' ? needed(fields, 'event', eventNameCharsMax) : undefined;
  const properties = fieldsOf(fields, 'properties');
  const page = pageOf(type, properties);
  const extras = extrasOf(type, event, properties);
  return {
    type,
    siteId,
    anonymousId,
    messageId,
    event,
    timestampMs,
    receivedAtMs,
    page,
    context: contextOf(fieldsOf(fields, 'context')),
    extras,
  };
}

function textOrNumber(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

const NO_CONTEXT = contextOf({});

/** `{"user_id","page"}`: what the demo's producer writes. */
function demoEvent(fields: Fields, sites: SiteRules): ClickEvent {
  const asText = { user_id: textOrNumber(fields.user_id), page: textOrNumber(fields.page) };
  return {
    type: 'page',
    siteId: sites.defaultSite,
    anonymousId: needed(asText, 'user_id', visitorIdCharsMax),
    messageId: undefined,
    event: undefined,
    timestampMs: undefined,
    receivedAtMs: undefined,
    page: { path: needed(asText, 'page', urlCharsMax), referrerHost: undefined },
    context: NO_CONTEXT,
    extras: undefined,
  };
}

function edgeSummary(fields: Fields): Verdict {
  const messageId = messageIdOf(fields);
  const { reason, count } = fields;
  if (!isEdgeReason(reason)) throw new Rejected('bad_summary', 'reason');
  const isCount = Number.isInteger(count) && (count as number) >= 1 && (count as number) <= summaryCountMax;
  if (!isCount) throw new Rejected('bad_summary', 'count');
  return { kind: 'summary', summary: { messageId, reason, count: count as number } };
}

function judgeFields(fields: Fields, sites: SiteRules): Verdict {
  const { v, type } = fields;
  if (v === undefined && type === undefined && 'user_id' in fields && 'page' in fields) {
    return { kind: 'event', event: demoEvent(fields, sites) };
  }
  if (v !== 1) throw new Rejected('unsupported_version', 'v');
  if (type === 'heartbeat') return { kind: 'heartbeat' };
  if (type === 'edge') return edgeSummary(fields);
  if (type !== 'page' && type !== 'track' && type !== 'engagement')
    throw new Rejected('unknown_type', 'type');
  return { kind: 'event', event: canonicalEvent(fields, type, sites) };
}

function rejected(reason: RejectionReason, field?: string): Verdict {
  return field === undefined ? { kind: 'rejected', reason } : { kind: 'rejected', reason, field };
}

function judgeParsed(parsed: Parsed, sites: SiteRules): Verdict {
  if (!parsed.ok) return rejected('malformed_json');
  if (!isFields(parsed.value)) return rejected('not_an_object');
  try {
    return judgeFields(parsed.value, sites);
  } catch (error) {
    if (error instanceof Rejected) return rejected(error.reason, error.field);
    throw error;
  }
}

function judgeSize(value: Uint8Array | null): Verdict | undefined {
  if (value === null || value.length === 0) return rejected('empty_value');
  if (value.length > eventBytesMax) return rejected('too_large');
  return undefined;
}

/**
 * Judges each record, in order. Depends on nothing but the records and the rules; the outcome is that of judging each
 * record by itself. `nonce`: see parseBatch.
 */
export function judgeRecords(records: readonly LogRecord[], sites: SiteRules, nonce: string): JudgedRecord[] {
  const bySize = records.map((record) => judgeSize(record.value));
  const values = records
    .filter((_, i) => bySize[i] === undefined)
    .map((record) => record.value as Uint8Array);
  const parsed = parseBatch(values, nonce);
  let at = 0;
  return records.map(({ offset, timestampMs }, i) => ({
    offset,
    timestampMs,
    verdict: bySize[i] ?? judgeParsed(parsed[at++] as Parsed, sites),
  }));
}

/**
 * Where any site is counted: takes names in the order of the log until `sitesMax` are known in the shard, and rejects
 * events of further ones. `known`: sites that the shard has counts of.
 */
export function admitSites(judged: readonly JudgedRecord[], known: ReadonlySet<string>): JudgedRecord[] {
  const admitted = new Set(known);
  return judged.map((record) => {
    const { verdict } = record;
    if (verdict.kind !== 'event' || admitted.has(verdict.event.siteId)) return record;
    if (admitted.size >= sitesMax) return { ...record, verdict: rejected('unknown_site', 'siteId') };
    admitted.add(verdict.event.siteId);
    return record;
  });
}
