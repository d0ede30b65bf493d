/** Texts that somebody downstream might take for more than text: Redis, Lua, a terminal, a log, a page, JavaScript's objects. */
import { RAW_BYTES_MARK } from './wire-event';

const objects = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'length',
  '0',
  '-0',
];

const redis = [
  '*1\r\n$8\r\nFLUSHALL\r\n',
  '{clicks.1:0}:state',
  '}:state',
  '(other)',
  'p=/',
  'p*',
  'p#',
  '\u0000',
  '; return redis.call("FLUSHALL") --',
  ']]--[[',
  '%s%d%.0f',
  'nan',
  'inf',
];

const screens = [
  '\u001B[2J\u001B[31m',
  '\u001B]0;title\u0007',
  '\u001BP+q544e\u001B\\',
  '\u009B2J',
  '\r\n{"level":"error","message":"forged"}\r\n',
  '\u2028\u2029\u202E\u2066',
  '\u0008\u0008\u007F',
];

const pages = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '../../../../etc/passwd%00',
];

const letters = [
  '\uD800',
  '\uDC00\uD800',
  '\uFEFF',
  '\uFFFF',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'Z̷̡͎̎a̴̢̙͐l̶̰̅g̵̱̈o̵̠̍',
  'مرحبا',
  'é',
  ' ',
  '"\\/\b\f\n\r\t',
  `raw ${RAW_BYTES_MARK} bytes`,
];

/** Each at most 120 UTF-16 units, and none empty, so that it passes in any field. */
export const HOSTILE_TEXTS: readonly string[] = [...objects, ...redis, ...screens, ...pages, ...letters];

/** JSON texts of values that are no string. */
export const NON_STRINGS: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '1e400',
  '-1e400',
  '1e-400',
  '9'.repeat(400),
  '[]',
  '["demo"]',
  '{}',
  '{"toString":"demo"}',
  '{"__proto__":null}',
  `${'['.repeat(500)}${']'.repeat(500)}`,
];
