/** Query parameters, read strictly: a value that cannot be used is the client's fault and is named, never guessed around. */
import { CURRENCIES } from '../../pipeline/core/currencies';
import { parseIsoTime } from '../../pipeline/core/iso-time';
import { siteIdPattern } from '../../pipeline/core/limits';
import { canonicalZone, UTC } from '../../pipeline/store/zone-clock';
import type { DashboardRequest } from './request';
import { BadParameterError } from './request-error';

type Query = DashboardRequest['query'];

const isoTimeAllowed = 'an ISO-8601 time such as 2026-01-31T12:00:00Z (write + as %2B)';

function readOnce(query: Query, name: string): string | undefined {
  const values = query[name];
  if (values === undefined || values.length === 0) return undefined;
  if (values.length > 1) throw new BadParameterError(name, values.join(','), 'given once');
  return values[0];
}

/** One of a closed list, or the default. Throws BadParameterError. */
export function readChoiceParameter<T extends string>(
  query: Query,
  name: string,
  choices: readonly T[],
  byDefault?: T,
): T {
  const text = readOnce(query, name);
  if (text === undefined && byDefault !== undefined) return byDefault;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new BadParameterError(name, text, choices.join(' | '));
  return found;
}

/** Throws BadParameterError for what cannot be a site's name. */
export function readSiteParameter(query: Query, byDefault: string): string {
  const text = readOnce(query, 'site') ?? byDefault;
  if (!siteIdPattern.test(text)) throw new BadParameterError('site', text, '1 to 64 of A-Z a-z 0-9 . _ -');
  return text;
}

/** Throws BadParameterError for what is not in ISO 4217, and where there is none. */
export function readCurrencyParameter(query: Query): string {
  const text = readOnce(query, 'currency');
  if (text === undefined || !CURRENCIES.has(text)) {
    throw new BadParameterError('currency', text, 'a code of ISO 4217 such as EUR');
  }
  return text;
}

/** Milliseconds since 1970 UTC. Throws BadParameterError. */
export function readTimeParameter(query: Query, name: string, byDefaultMs: number): number {
  const text = readOnce(query, name);
  if (text === undefined) return byDefaultMs;
  const ms = parseIsoTime(text);
  if (ms === undefined) throw new BadParameterError(name, text, isoTimeAllowed);
  return ms;
}

/** A name and not an offset: whether the runtime takes those depends on its version. */
const zonePattern = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** The zone by the one name that the runtime has for it; UTC where none is given. Throws BadParameterError. */
export function readZoneParameter(query: Query): string {
  const text = readOnce(query, 'zone');
  if (text === undefined) return UTC;
  const zone = zonePattern.test(text) ? canonicalZone(text) : undefined;
  if (zone === undefined)
    throw new BadParameterError('zone', text, 'an IANA time zone such as Europe/Berlin');
  return zone;
}
