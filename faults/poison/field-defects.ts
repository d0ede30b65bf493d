/**
 * What can be wrong with a field, in the order in which docs/counting.md has fields checked: of several defects the first gives the
 * reason. The limits are those of docs/events.md.
 */
import type { Random } from '../../producer/simulator/random';
import type { Reason } from './fate';
import { NON_STRINGS } from './hostile-texts';
import { BAD_TIMES, pick } from './times';
import { type Members, quoted, type WireEvent } from './wire-event';

export interface FieldDefect {
  readonly reason: Reason;
  /** Undefined: the record as a whole. No two defects of one event are of one field. */
  readonly field: string | undefined;
  /** Default: both. */
  readonly only?: 'page' | 'track';
  readonly spoil: (wire: WireEvent, random: Random) => void;
}

const valueBytesMax = 32 * 1024;
const idCharsMax = 128;
const nameCharsMax = 120;
const urlCharsMax = 2_000;

const foreignSites = ['elsewhere', '', '*', 'Demo', 'demo ', ' demo', 'demo\n', 'demo}:{x', '__proto__'];
const moreForeignSites = ['constructor', 'x'.repeat(64), 'x'.repeat(65), 'dém', 'a/b', '\u0000', 'demo,shop'];
const wrongVersions = ['2', '0', '-0', '-1', '1.5', '1e400', '"1"', 'null', 'true', '[1]', '{"valueOf":1}'];
const wrongTypes = ['"Page"', '"page "', '"identify"', '""', '"__proto__"', '"constructor"', '"page\\u0000"'];
const overIds = ['x'.repeat(129), '👋'.repeat(65), '\uD800'.repeat(129), 'é'.repeat(200)];
/** Few enough characters, and too many bytes. */
const overBytes = ['é'.repeat(65), '€'.repeat(43), '👋'.repeat(33)];
const pathless = [
  '"demo.example/a"',
  '"mailto:a@b.example"',
  '"ftp://demo.example/a"',
  '"?a=b"',
  '""',
  '"http:/"',
];

/** Absent, empty, or no string. */
function withoutText(members: Members, name: string, random: Random): void {
  if (random() < 0.3) members.delete(name);
  else members.set(name, random() < 0.2 ? '""' : pick(random, NON_STRINGS));
}

function set(name: string, texts: readonly string[]): FieldDefect['spoil'] {
  return (wire, random) => wire.top.set(name, pick(random, texts));
}

/** Often one letter more than may be. */
function overLong(max: number, before: string, random: Random): string {
  const length = max + 1 + (random() < 0.5 ? 0 : Math.floor(random() * 3_000));
  return quoted(before.padEnd(length, 'ä/'));
}

function overLongProperty(name: string, before: string): FieldDefect['spoil'] {
  return (wire, random) => {
    wire.top.delete('properties');
    wire.properties.set(name, overLong(urlCharsMax, before, random));
  };
}

function withoutPath(wire: WireEvent, random: Random): void {
  if (random() < 0.2) {
    wire.top.set('properties', pick(random, [...NON_STRINGS, '"text"']));
    return;
  }
  withoutText(wire.properties, 'path', random);
  if (random() < 0.5) wire.properties.delete('url');
  else wire.properties.set('url', pick(random, [...pathless, ...NON_STRINGS]));
}

const wrongRevenues = ['5', '"5"', 'true', '[]', '[{"amount":1,"currency":"EUR"}]'];
const wrongAmounts = [
  '-1',
  '1000000001',
  '1e400',
  '"1,5"',
  '"1.2345"',
  '" 1"',
  '"1e3"',
  'null',
  '{}',
  '"٣"',
].map((amount) => `{"amount":${amount},"currency":"EUR"}`);
const wrongCurrencies = ['"eur"', '"EURO"', '""', '"AAA"', '"__proto__"', '978', 'null'].map(
  (currency) => `{"amount":"1.5","currency":${currency}}`,
);

function wrongRevenue(texts: readonly string[]): FieldDefect['spoil'] {
  return (wire, random) => {
    wire.top.delete('properties');
    wire.properties.set('revenue', pick(random, texts));
  };
}

function wrongVersion(wire: WireEvent, random: Random): void {
  const draw = random();
  if (draw < 0.2) wire.top.delete('v');
  // Of two members with one name the last holds.
  else if (draw < 0.3) wire.after = '"v":2';
  else wire.top.set('v', pick(random, wrongVersions));
}

function wrongType(wire: WireEvent, random: Random): void {
  const draw = random();
  if (draw < 0.2) wire.top.delete('type');
  else wire.top.set('type', pick(random, draw < 0.5 ? NON_STRINGS : wrongTypes));
}

function noSite(wire: WireEvent, random: Random): void {
  if (random() < 0.3) wire.top.delete('siteId');
  else wire.top.set('siteId', pick(random, NON_STRINGS));
}

export const FIELD_DEFECTS: readonly FieldDefect[] = [
  {
    reason: 'too_large',
    field: undefined,
    spoil: (wire, random) => {
      wire.bytesMin = valueBytesMax + (random() < 0.5 ? 1 : Math.ceil(random() * 10_000));
    },
  },
  { reason: 'unsupported_version', field: 'v', spoil: wrongVersion },
  { reason: 'unknown_type', field: 'type', spoil: wrongType },
  { reason: 'missing_field', field: 'siteId', spoil: noSite },
  {
    reason: 'unknown_site',
    field: 'siteId',
    spoil: set('siteId', [...foreignSites, ...moreForeignSites].map(quoted)),
  },
  {
    reason: 'missing_field',
    field: 'anonymousId',
    spoil: (wire, random) => withoutText(wire.top, 'anonymousId', random),
  },
  { reason: 'field_too_long', field: 'anonymousId', spoil: set('anonymousId', overIds.map(quoted)) },
  {
    reason: 'missing_field',
    field: 'messageId',
    spoil: (wire, random) => withoutText(wire.top, 'messageId', random),
  },
  {
    reason: 'field_too_long',
    field: 'messageId',
    spoil: set('messageId', [...overIds, ...overBytes, 'x'.repeat(idCharsMax + 1)].map(quoted)),
  },
  { reason: 'missing_field', field: 'timestamp', spoil: (wire) => wire.top.delete('timestamp') },
  { reason: 'bad_timestamp', field: 'timestamp', spoil: set('timestamp', BAD_TIMES) },
  { reason: 'bad_timestamp', field: 'receivedAt', spoil: set('receivedAt', BAD_TIMES) },
  {
    reason: 'missing_field',
    field: 'event',
    only: 'track',
    spoil: (wire, random) => withoutText(wire.top, 'event', random),
  },
  {
    reason: 'field_too_long',
    field: 'event',
    only: 'track',
    spoil: (wire, random) => wire.top.set('event', overLong(nameCharsMax, '', random)),
  },
  {
    reason: 'field_too_long',
    field: 'url',
    spoil: overLongProperty('url', 'https://demo.example/'),
  },
  {
    reason: 'field_too_long',
    field: 'path',
    spoil: overLongProperty('path', '/'),
  },
  { reason: 'missing_field', field: 'path', only: 'page', spoil: withoutPath },
  {
    reason: 'field_too_long',
    field: 'referrer',
    spoil: overLongProperty('referrer', ''),
  },
  { reason: 'bad_revenue', field: 'revenue', spoil: wrongRevenue(wrongRevenues) },
  { reason: 'bad_revenue', field: 'amount', spoil: wrongRevenue(wrongAmounts) },
  { reason: 'bad_revenue', field: 'currency', spoil: wrongRevenue(wrongCurrencies) },
];

/** Spoils the event in one to `most` ways; answers the one that is found first. */
export function spoilFields(wire: WireEvent, random: Random, most: number): FieldDefect {
  const possible = FIELD_DEFECTS.filter(({ only }) => only === undefined || only === wire.type);
  const first = pick(random, possible);
  const chosen = [first];
  for (let i = 1; i < most; i += 1) {
    const more = pick(random, possible);
    if (!chosen.some((held) => touchesSame(held, more))) chosen.push(more);
  }
  for (const defect of chosen) defect.spoil(wire, random);
  return chosen.reduce((a, b) => (FIELD_DEFECTS.indexOf(a) < FIELD_DEFECTS.indexOf(b) ? a : b));
}

const ofPath = ['path', 'url', 'referrer'];

/** A page's path may come from its url, and all three stand in one object that may be replaced. */
function touchesSame(a: FieldDefect, b: FieldDefect): boolean {
  if (a.field === b.field || a.reason === 'bad_revenue' || b.reason === 'bad_revenue') return true;
  const isPathless = [a, b].some(({ field, reason }) => field === 'path' && reason === 'missing_field');
  return isPathless && ofPath.includes(String(a.field)) && ofPath.includes(String(b.field));
}
