/** Values that are no JSON, or none that is an object: by what was done to a good one, and by themselves. */
import { gzipSync } from 'node:zlib';
import type { Random } from '../../producer/simulator/random';
import type { Reason } from './fate';
import { pick } from './times';

/** `good`: text of a JSON object without space around it. What it makes of it is no JSON text. */
type Break = (good: string, random: Random) => string | Buffer;

const notUtf8 = [0x80, 0xc0, 0xfe, 0xff];

function cut(good: string, random: Random): string {
  return good.slice(0, 1 + Math.floor(random() * (good.length - 1)));
}

/** A byte that is no UTF-8, outside of every string: at either end. */
function withStrayByte(good: string, random: Random): Buffer {
  const stray = Buffer.of(pick(random, notUtf8));
  const text = Buffer.from(good);
  return Buffer.concat(random() < 0.5 ? [stray, text] : [text, stray]);
}

function randomBytes(random: Random): Buffer {
  const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 200) }, () => random() * 256));
  bytes[0] = 0xff;
  return bytes;
}

const before = [
  '\uFEFF',
  '\u0000',
  ',',
  '[',
  ']',
  '(',
  '/* */',
  '//\n',
  '\u00A0',
  '\u2028',
  ")]}'\n",
  '--\n',
];
const behind = ['\u0000', ',', '}', ']', ';', ')', '{}', 'x', '\u00A0', ',{}', ',"nonce",{}', '],[1', '\n//'];

export const BREAKS: readonly Break[] = [
  cut,
  cut,
  (good) => good + good,
  (good) => `${good},${good}`,
  (good) => `${good}\n${good}`,
  (good, random) => pick(random, before) + good,
  (good, random) => good + pick(random, behind),
  withStrayByte,
  (good) => good.slice(1),
  (good) => `${good.slice(0, -1)},}`,
  (good) => good.replace('"', "'"),
  (good) => good.replace(':', '='),
  (good) => good.replace(':', ':undefined,"a":'),
  (good) => good.replace(':', ':NaN,"a":'),
  (good) => good.replace(':', ':-Infinity,"a":'),
  (good) => good.replace(':', ':01,"a":'),
  (good) => good.replace(':', ':+1,"a":'),
  (good) => good.replace(':', ':.5,"a":'),
  (good) => good.replace(':', ':1.,"a":'),
  (good) => good.replace(':', ':0x10,"a":'),
  (good) => good.replace(':', ':1n,"a":'),
  (good) => good.replace(':', ':"\\x41","a":'),
  (good) => good.replace(':', ':"\\u12","a":'),
  (good) => good.replace(':', ':"\n","a":'),
  (good) => good.replace(':', ':"\u0000","a":'),
  (good) => good.replace(':', ':"\u001B[2J","a":'),
  (good) => good.replace('{', '{a:1,'),
  (good) => good.replace('{', '{,'),
  (good) => good.replace('{', '{"a":1 "b":2,'),
  (good) => Buffer.from(good, 'utf16le'),
  (good) => Buffer.from(`\uFEFF${good}`, 'utf16le'),
  (good) => gzipSync(good),
  (_, random) => randomBytes(random),
  (good) => `%7B${encodeURIComponent(good)}`,
];

/** Texts that close and open what stands around them where a batch is parsed as one text, with and without partners. */
export const BATCH_BREAKERS: readonly string[] = [
  '{"x":[1',
  '2]},{"y":1}',
  '{"a":"}',
  '{","b":1},{"c":2}',
  '{"x":[{"q":1}',
  '{}]},"s",{"y":1}',
  '1,"x",2',
  '{},"",{}',
  '],[',
  ']',
  '[',
  '"',
  '",',
  ',"',
  '\\"',
  '"\\',
  '{"v":1,"type":"heartbeat"},"0123456789abcdef",{"v":1,"type":"heartbeat"}',
  '{"v":1,"type":"heartbeat"}]',
  '[{"v":1,"type":"heartbeat"}',
  ' ',
  '\n\t\r ',
  '[['.repeat(8_000),
  '{"a":'.repeat(6_000),
  ']'.repeat(16_000),
  '1e',
  '-',
  'nul',
  'NaN',
  'undefined',
];

/** JSON, but no object. */
export const NO_OBJECTS: readonly string[] = [
  'null',
  ' null\n',
  'true',
  'false',
  '0',
  '-0',
  '17',
  '1e400',
  '9'.repeat(3_000),
  '""',
  '"{\\"v\\":1,\\"type\\":\\"heartbeat\\"}"',
  '"\\ud800"',
  '[]',
  '[{"v":1,"type":"heartbeat"}]',
  '[[[[["__proto__"]]]]]',
  `${'['.repeat(16_000)}${']'.repeat(16_000)}`,
];

export interface BrokenValue {
  readonly value: Buffer;
  readonly reason: Reason;
}

/** `good`: see Break; at most 32 KB when it is broken. */
export function breakValue(good: string, random: Random): BrokenValue {
  const draw = random();
  const reason: Reason = draw < 0.8 ? 'malformed_json' : 'not_an_object';
  if (draw < 0.6) return { reason, value: Buffer.from(pick(random, BREAKS)(good, random)) };
  if (draw < 0.8) return { reason, value: Buffer.from(pick(random, BATCH_BREAKERS)) };
  const text = draw < 0.9 ? `[${good}]` : pick(random, NO_OBJECTS);
  return { reason, value: Buffer.from(text) };
}
