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
  if (draw < 0.6) {
    const [text, fate] = pick(random, HEARTBEATS);
    return { value: Buffer.from(text), fate };
  }
  return dialect(random);
}
