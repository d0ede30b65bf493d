/** What may be done to a good event without making it a bad one. */
import type { Random } from '../../producer/simulator/random';
import { HOSTILE_TEXTS, NON_STRINGS } from './hostile-texts';
import { pick } from './times';
import { quoted, RAW_BYTES_MARK, type WireEvent } from './wire-event';

export type HarmlessChange = (wire: WireEvent, random: Random) => void;

const valueBytesMax = 32 * 1024;
const hostile = (random: Random): string => quoted(pick(random, HOSTILE_TEXTS));

/** Every letter as an escape. */
function escaped(text: string): string {
  return `"${Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
}

const unread = [
  'title',
  'userId',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'user_id',
  '',
  'V',
];
const versions = ['1.0', '1e0', '10e-1', '0.1e1', '1.00000000000000000001'];
const oddReferrers = [
  'https://',
  'https://[::1]:8080/a',
  'HTTP://WWW.News.Example:80/a?b#c',
  'https://user:secret@news.example/',
  'https://@@@@/',
  'https://xn--nxasmq6b/',
  `https://${'a.'.repeat(900)}example/`,
  'android-app://com.example/',
  'https://news.example\u0000/',
  'https://__proto__/',
  `http://${'@'.repeat(1_900)}`,
];
const labels = ['browser', 'device', 'os', 'country'] as const;

/** Where an identity is made longer its start stays, so that it stays one. */
function lengthened(wire: WireEvent, name: string, filler: string, random: Random, charsMax: number): void {
  const own = JSON.parse(wire.top.get(name) as string) as string;
  const text = random() < 0.5 ? own.padEnd(charsMax, filler) : `${own}${pick(random, HOSTILE_TEXTS)}`;
  // One mark is read as up to three letters.
  wire.top.set(name, quoted(text.slice(0, charsMax).replace(RAW_BYTES_MARK, '')));
}

export const HARMLESS_CHANGES: readonly HarmlessChange[] = [
  (wire, random) => wire.properties.set('path', hostile(random)),
  (wire) => wire.properties.set('path', quoted('/'.padEnd(2_000, 'ä'))),
  (wire) => wire.properties.set('url', quoted('https://demo.example/'.padEnd(2_000, 'y'))),
  (wire, random) => wire.properties.set('referrer', quoted(pick(random, oddReferrers))),
  (wire, random) => wire.properties.set('referrer', hostile(random)),
  (wire, random) => wire.properties.set('referrer', pick(random, NON_STRINGS)),
  (wire, random) => wire.properties.set(pick(random, unread), hostile(random)),
  (wire) => wire.properties.set('title', quoted(RAW_BYTES_MARK)),
  (wire, random) => {
    if (wire.type === 'track') wire.top.set('properties', pick(random, NON_STRINGS));
  },
  (wire, random) => {
    if (wire.type === 'track') wire.top.set('event', hostile(random));
  },
  (wire) => {
    if (wire.type === 'track') wire.top.set('event', quoted('n'.repeat(120)));
  },
  (wire, random) => lengthened(wire, 'anonymousId', 'x', random, 128),
  // Its own letters and those that follow are 128 bytes at most.
  (wire) => lengthened(wire, 'messageId', 'x', () => 0, 128),
  (wire, random) => wire.context.set(pick(random, labels), hostile(random)),
  (wire, random) => wire.context.set(pick(random, labels), pick(random, NON_STRINGS)),
  (wire, random) =>
    wire.context.set(pick(random, labels), quoted('€'.repeat(119 + Math.floor(random() * 3)))),
  (wire, random) => wire.campaign.set(random() < 0.5 ? 'source' : 'name', hostile(random)),
  (wire, random) => wire.context.set('campaign', pick(random, [...NON_STRINGS, '"text"'])),
  (wire, random) => wire.top.set('context', pick(random, [...NON_STRINGS, '"text"'])),
  (wire, random) => wire.top.set(pick(random, unread), pick(random, NON_STRINGS)),
  (wire, random) => {
    const depth = random() < 0.2 ? 2_000 : 100;
    wire.top.set('nested', `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`);
  },
  (wire, random) => wire.top.set('v', pick(random, versions)),
  (wire) => wire.top.set('type', escaped(wire.type)),
  // Of two members with one name the last holds.
  (wire, random) => {
    wire.before = `"v":2,"siteId":null,"messageId":"","__proto__":${pick(random, NON_STRINGS)}`;
  },
  (wire, random) => {
    wire.bytesMin = random() < 0.2 ? valueBytesMax : 1_000;
  },
];
