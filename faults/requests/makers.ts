/** Parts of the fuzz's requests: hostile texts and events of them, and requests of which all is said that is not as in any other. */
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import type { Random } from '../../producer/simulator/random';
import { HOSTILE_TEXTS, NON_STRINGS } from '../poison/hostile-texts';
import { site } from '../stage';
import type { RequestSpecimen } from './specimen';

export const path = '/api/v1/events';
export const key = { authorization: `Bearer ${site}` };

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

export function text(random: Random): string {
  return pick(random, HOSTILE_TEXTS);
}

/** JSON text, since some values have no other form. */
export function event(random: Random): string {
  const title = random() < 0.2 ? pick(random, NON_STRINGS) : JSON.stringify(text(random));
  const props = `{${JSON.stringify(text(random))}:${random() < 0.3 ? pick(random, NON_STRINGS) : JSON.stringify(text(random))}}`;
  const properties = `{"url":${JSON.stringify(`https://demo.example/${encodeURIComponent(text(random).toWellFormed())}`)},"referrer":${JSON.stringify(text(random))},"title":${title},"props":${props}}`;
  return random() < 0.5
    ? `{"type":"page","properties":${properties}}`
    : `{"type":"track","event":${JSON.stringify(text(random))},"properties":${properties}}`;
}

export function batch(random: Random): { readonly json: string; readonly events: number } {
  const events = 1 + Math.floor(random() * 8);
  return { json: `[${Array.from({ length: events }, () => event(random)).join(',')}]`, events };
}

export function http(
  kind: string,
  body: string | Buffer,
  changed: Partial<RequestSpecimen & { method: string; path: string; headers: Record<string, string> }>,
): RequestSpecimen {
  const whole = {
    kind,
    how: 'http',
    method: 'POST',
    path,
    headers: key,
    body: Buffer.from(body as Buffer),
    events: 0,
    edge: {},
    status: 200,
    ...changed,
  };
  return whole as RequestSpecimen;
}

export function refused(
  kind: string,
  body: string | Buffer,
  reason: EdgeReason,
  status: number,
  headers: Record<string, string> = key,
): RequestSpecimen {
  return http(kind, body, { edge: { [reason]: 1 }, status, headers });
}

export function raw(
  kind: string,
  bytes: string | Buffer,
  end: 'wait' | 'leave' | 'half-close',
  fate: Partial<RequestSpecimen>,
): RequestSpecimen {
  return {
    kind,
    how: 'raw',
    bytes: Buffer.from(bytes as Buffer),
    end,
    events: 0,
    edge: {},
    status: undefined,
    ...fate,
  } as RequestSpecimen;
}

export function head(length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${site}\r\nContent-Length: ${length}\r\n${more}\r\n`;
}
