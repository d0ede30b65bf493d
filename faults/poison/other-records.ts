/** Records that are no canonical event: without value, too large to be looked at, heartbeats and what looks like them, the demo's dialect. */
import type { Random } from '../../producer/simulator/random';
import { COUNTED_PAGE, type Fate, rejectedFor } from './fate';
import { HOSTILE_TEXTS, NON_STRINGS } from './hostile-texts';
import { pick } from './times';
import { quoted } from './wire-event';

export interface FatedValue {
  readonly value: Buffer | null;
  readonly fate: Fate;
}

const heartbeat: Fate = { kind: 'heartbeat' };
const noVersion = rejectedFor('unsupported_version', 'v');

const HEARTBEATS: readonly (readonly [string, Fate])[] = [
  ['{"v":1,"type":"heartbeat"}', heartbeat],
  [' {"type":"heartbeat","v":1.0}\n', heartbeat],
  ['{"v":1,"type":"heartbeat","siteId":7,"messageId":"","timestamp":"never","properties":null}', heartbeat],
  ['{"v":1,"type":"heartbeat","user_id":"ada","page":"/"}', heartbeat],
  ['{"v":2,"type":"page","v":1,"type":"heartbeat"}', heartbeat],
  ['{"type":"heartbeat"}', noVersion],
  ['{"v":"1","type":"heartbeat"}', noVersion],
  ['{"v":2,"type":"heartbeat"}', noVersion],
  ['{"__proto__":{"v":1,"type":"heartbeat"}}', noVersion],
  ['{"v":1,"type":"Heartbeat"}', rejectedFor('unknown_type', 'type')],
  ['{"v":1,"type":["heartbeat"]}', rejectedFor('unknown_type', 'type')],
  ['{"v":1,"__proto__":{"type":"heartbeat"}}', rejectedFor('unknown_type', 'type')],
  ['{}', noVersion],
];

const noSummary = (field: string): Fate => rejectedFor('bad_summary', field);
const noEngagement = (field: string): Fate => rejectedFor('bad_engagement', field);

/** What the edge could have told, and engagement; each with one defect. */
const SPOILED: readonly (readonly [string, Fate])[] = [
  ['{"v":1,"type":"edge","messageId":"e","reason":"constructor","count":1}', noSummary('reason')],
  ['{"v":1,"type":"edge","messageId":"e","reason":["bad_event"],"count":1}', noSummary('reason')],
  ...['0', '-1', '1.5', '1e400', '"7"', 'null', '1000000001'].map((count): readonly [string, Fate] => [
    `{"v":1,"type":"edge","messageId":"e","reason":"bad_event","count":${count}}`,
    noSummary('count'),
  ]),
  ['{"v":1,"type":"edge","reason":"bad_event","count":1}', rejectedFor('missing_field', 'messageId')],
  ...['-1', '0.5', '86400001', '"5"', 'null', '{}'].map((engagedMs): readonly [string, Fate] => [
    engagementText(`"engagedMs":${engagedMs}`),
    noEngagement('engagedMs'),
  ]),
  ...['-1', '0.5', '101', '"5"', 'null'].map((scrolled): readonly [string, Fate] => [
    engagementText(`"engagedMs":0,"scrolled":${scrolled}`),
    noEngagement('scrolled'),
  ]),
  [engagementText('"scrolled":5'), rejectedFor('missing_field', 'engagedMs')],
];

function engagementText(fields: string): string {
  return (
    '{"v":1,"type":"engagement","messageId":"e","siteId":"demo","anonymousId":"a",' +
    `"timestamp":"2026-01-15T12:00:00Z","properties":{"path":"/",${fields}}}`
  );
}

/** Numbers stand for their text. */
const DIALECT_TEXTS: readonly string[] = ['7', '-0', '1e400', '0.1', quoted('x'.repeat(128))];
const notTexts = NON_STRINGS.filter((text) => !/^-?[0-9]/.test(text));

/** Good, or with one defect. */
function dialect(random: Random): FatedValue {
  const draw = random();
  const good = (): string =>
    random() < 0.4 ? pick(random, DIALECT_TEXTS) : quoted(pick(random, HOSTILE_TEXTS));
  const of = (user: string, page: string, fate: Fate, more = ''): FatedValue => ({
    value: Buffer.from(`{"user_id":${user},"page":${page}${more}}`),
    fate,
  });
  if (draw < 0.5) return of(good(), good(), COUNTED_PAGE);
  if (draw < 0.6)
    return of(good(), good(), COUNTED_PAGE, ',"siteId":"elsewhere","messageId":null,"timestamp":0');
  if (draw < 0.7)
    return of(pick(random, [...notTexts, '""']), good(), rejectedFor('missing_field', 'user_id'));
  if (draw < 0.8) return of(quoted('x'.repeat(129)), good(), rejectedFor('field_too_long', 'user_id'));
  if (draw < 0.87) return of(good(), pick(random, [...notTexts, '""']), rejectedFor('missing_field', 'page'));
  if (draw < 0.94) return of(good(), quoted('/'.padEnd(2_001, 'x')), rejectedFor('field_too_long', 'page'));
  return of(good(), good(), noVersion, pick(random, [',"v":null', ',"type":null', ',"type":"page"']));
}

const largest = 850_000;

function oversized(random: Random): FatedValue {
  const length = random() < 0.97 ? 32 * 1024 + 1 : Math.floor(largest * (0.5 + random() / 2));
  return {
    value: Buffer.alloc(length, pick(random, ['x', '[', '{"a":', '\u0000', ' '])),
    fate: rejectedFor('too_large'),
  };
}

export function otherRecord(random: Random): FatedValue {
  const draw = random();
  if (draw < 0.1) return { value: null, fate: rejectedFor('empty_value') };
  if (draw < 0.2) return { value: Buffer.alloc(0), fate: rejectedFor('empty_value') };
  if (draw < 0.26) return oversized(random);
  if (draw < 0.7) {
    const [text, fate] = pick(random, draw < 0.5 ? HEARTBEATS : SPOILED);
    return { value: Buffer.from(text), fate };
  }
  return dialect(random);
}
