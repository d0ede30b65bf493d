/**
 * The sites that events are taken for: who may send (keys, which browsers show to everybody, and origins, which browsers do not let a
 * page choose), and how their pages are named. Kept as one JSON text in a file or a secret, which is looked at again and again, so that
 * a site is added without starting anything anew.
 */
import type { PageRules } from '../enrich/page-address';
import { isFields } from '../pipeline/core/dialects/json-fields';
import { siteIdPattern } from '../pipeline/core/limits';

export interface SiteRow {
  readonly name: string;
  /** What clients send: write key, website id, domain. */
  readonly keys: readonly string[];
  /** `https://shop.example`, `https://*.shop.example`, or `*` for any. */
  readonly origins: readonly string[];
  readonly pathCase?: 'keep' | 'lower';
  readonly keepQuery?: readonly string[];
  /** A secret: user ids are hashed with it. Made once: with another one each user is somebody else. */
  readonly userKey?: string;
}

export interface KnownSite extends PageRules {
  readonly name: string;
  /** undefined: whoever has the topic may find out who a hashed user id is, by trying. */
  readonly userKey: string | undefined;
  /** `origin`: as the header says. */
  readonly allowsOrigin: (origin: string) => boolean;
}

/** The text that holds the sites cannot be used. The message is the one line that a person reads. */
export class SiteListError extends Error {
  override readonly name = 'SiteListError';
}

const keyPattern = /^[\x21-\x7e]{1,128}$/;
const originPattern = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?)$/;
export const rowsMax = 1_000;

function texts(value: unknown, pattern: RegExp, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((text) => typeof text === 'string' && pattern.test(text)))
    return value;
  throw new SiteListError(
    `${what}: ${JSON.stringify(value)?.slice(0, 200)}; allowed: a list of texts like ${pattern}`,
  );
}

function rowOf(value: unknown): SiteRow {
  if (!isFields(value) || typeof value.name !== 'string' || !siteIdPattern.test(value.name))
    throw new SiteListError('a site without a name of 1 to 64 of A-Z a-z 0-9 . _ -');
  const { name, keys, origins, pathCase, keepQuery, userKey } = value;
  if (pathCase !== undefined && pathCase !== 'keep' && pathCase !== 'lower')
    throw new SiteListError(`pathCase of ${name}: ${JSON.stringify(pathCase)}; allowed: keep | lower`);
  // It is a secret, and no part of the message.
  if (userKey !== undefined && !(typeof userKey === 'string' && keyPattern.test(userKey)))
    throw new SiteListError(`userKey of ${name}; allowed: a text like ${keyPattern}`);
  return {
    name,
    keys: texts(keys, keyPattern, `keys of ${name}`),
    origins: texts(origins, originPattern, `origins of ${name}`),
    ...(pathCase === undefined ? {} : { pathCase }),
    ...(keepQuery === undefined ? {} : { keepQuery: texts(keepQuery, keyPattern, `keepQuery of ${name}`) }),
    ...(userKey === undefined ? {} : { userKey }),
  };
}

/** Throws SiteListError. */
export function parseSiteList(text: string): readonly SiteRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SiteListError('the list of sites is no JSON; allowed: {"sites":[...]}');
  }
  const sites = isFields(value) ? value.sites : undefined;
  if (!Array.isArray(sites) || sites.length > rowsMax)
    throw new SiteListError(`the list of sites is not {"sites":[...]} with at most ${rowsMax} of them`);
  const rows = sites.map(rowOf);
  const keys = rows.flatMap((row) => row.keys);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new SiteListError(`the key ${twice} is that of two sites`);
  return rows;
}

function originMatcher(origins: readonly string[]): KnownSite['allowsOrigin'] {
  if (origins.includes('*')) return () => true;
  const exact = new Set(origins);
  const suffixes = origins
    .filter((origin) => origin.includes('://*.'))
    .map((origin) => origin.split('*') as [string, string]);
  return (origin) =>
    exact.has(origin) ||
    suffixes.some(
      ([scheme, domain]) =>
        origin.startsWith(scheme) && origin.endsWith(domain) && origin.length > scheme.length + domain.length,
    );
}

function knownSite({ name, origins, pathCase = 'keep', keepQuery = [], userKey }: SiteRow): KnownSite {
  return {
    name,
    userKey,
    allowsOrigin: originMatcher(origins),
    pathCase,
    keepQuery: new Set(keepQuery.map((parameter) => parameter.toLowerCase())),
  };
}

/**
 * By key. Sites of `SITES` that have no row are known by their own name, from any origin, so that nothing has to be set up to try it
 * (`listed`; undefined: all sites are counted). Rows of sites that are not counted are left out, since the consumer would reject them.
 */
export function sitesByKey(
  rows: readonly SiteRow[],
  listed: readonly string[],
  isCounted: (name: string) => boolean,
): ReadonlyMap<string, KnownSite> {
  const withRow = new Set(rows.map(({ name }) => name));
  const byName = listed
    .filter((name) => !withRow.has(name))
    .map((name) => ({ name, keys: [name], origins: ['*'] }));
  const counted = [...rows.filter(({ name }) => isCounted(name)), ...byName];
  return new Map(
    counted.flatMap((row) => {
      const site = knownSite(row);
      return row.keys.map((key) => [key, site] as const);
    }),
  );
}
