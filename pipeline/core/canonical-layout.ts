/**
 * Reads page views and custom events that are laid out as our own edge writes them (the fields in the order of docs/events.md, nothing
 * between them), without parsing them whole: that costs more than all the rest of counting. What events have in common, their
 * `properties` and their `context`, is parsed once for each text and then known by it. Whatever is laid out otherwise, or breaks
 * a rule, is left to validation.ts, which knows all rules; where this reads an event, that reads the same (a property test holds them equal).
 */
import type { ClickEvent, EventContext, EventPage } from './event';
import { contextOf, pageOf } from './event-parts';
import { parseIsoTime } from './iso-time';
import { eventNameCharsMax, messageIdBytesMax, visitorIdCharsMax } from './limits';
import type { SiteRules } from './validation';
import { isFields } from './wire-fields';

/** Texts that are known, of each kind. They are forgotten all at once above it, so that a flood of them costs no more than parsing. */
const knownMax = 10_000;
/** Longer ones are parsed each time. */
const knownCharsMax = 1_000;

/** ASCII that needs no escape: bytes above it may be half of a letter. */
const text = (charsMax: number): string => String.raw`[^"\\\x00-\x1f\x80-\xff]{1,${charsMax}}`;
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const head = new RegExp(
  [
    String.raw`\{"v":1,"messageId":"(${text(messageIdBytesMax)})","type":"(?:(page)|track","event":"(${text(eventNameCharsMax)}))"`,
    `,"siteId":"([A-Za-z0-9._-]{1,64})","anonymousId":"(${text(visitorIdCharsMax)})"`,
    `,"timestamp":"${time}"(,"receivedAt":"${time}")?,"properties":`,
  ].join(''),
  'y',
);
const beforeContext = ',"context":';
const closingBrace = 0x7d;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** `read` of each text, remembered. `undefined` is remembered as well. */
class Known<T> {
  private readonly values = new Map<string, T | undefined>();

  constructor(private readonly read: (fields: Readonly<Record<string, unknown>>) => T | undefined) {}

  /** Of `bytes`, from `start` to `end`, which read as one byte a letter are `key`. */
  get(key: string, bytes: Buffer, start: number, end: number): T | undefined {
    const known = this.values.get(key);
    if (known !== undefined || this.values.has(key)) return known;
    const value = this.parse(bytes.subarray(start, end));
    if (key.length > knownCharsMax) return value;
    if (this.values.size >= knownMax) this.values.clear();
    // A copy: `key` would keep the whole record.
    this.values.set(bytes.toString('latin1', start, end), value);
    return value;
  }

  private parse(bytes: Uint8Array): T | undefined {
    try {
      const parsed: unknown = JSON.parse(utf8.decode(bytes));
      return isFields(parsed) ? this.read(parsed) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Events with extras are read by validation.ts; so is what has no path, which is right for custom events alone. */
const pages = new Known<EventPage>((properties) => {
  if (properties.props !== undefined || properties.revenue !== undefined) return undefined;
  return pageOf('page', properties);
});
const contexts = new Known<EventContext>(contextOf);

/** Times with milliseconds in UTC. Mostly they are of the same minute as the one before. */
class MinuteClock {
  private prefix = '?';
  private startMs = 0;

  /** Of the 24 letters from `at` on, in the form of `time`. */
  read(letters: string, at: number): number | undefined {
    if (!letters.startsWith(this.prefix, at)) {
      const prefix = letters.slice(at, at + minuteChars);
      const startMs = parseIsoTime(`${prefix}00Z`);
      if (startMs === undefined) return undefined;
      this.prefix = prefix;
      this.startMs = startMs;
    }
    const rest = at + minuteChars;
    const seconds = digit(letters, rest) * 10 + digit(letters, rest + 1);
    const ms = digit(letters, rest + 3) * 100 + digit(letters, rest + 4) * 10 + digit(letters, rest + 5);
    return seconds > 59 ? undefined : this.startMs + seconds * 1_000 + ms;
  }
}

function digit(letters: string, at: number): number {
  return letters.charCodeAt(at) - 0x30;
}

/** `2026-01-01T12:00:`, and the rest of such a time. */
const minuteChars = 17;
const timeChars = 24;
const afterTime = '","properties":'.length;
const betweenTimes = '","receivedAt":"'.length;
const happened = new MinuteClock();
const received = new MinuteClock();

/** Undefined: ask validation.ts. `value`: of a record, not larger than an event may be. */
export function readCanonicalLayout(value: Uint8Array, sites: SiteRules): ClickEvent | undefined {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const end = bytes.length - 1;
  if (bytes[end] !== closingBrace) return undefined;
  const letters = bytes.toString('latin1');
  head.lastIndex = 0;
  const match = head.exec(letters);
  if (match === null) return undefined;
  const start = head.lastIndex;
  const middle = letters.indexOf(beforeContext, start);
  if (middle < 0) return undefined;
  const siteId = match[4] as string;
  if (sites.listed !== undefined && !sites.listed.has(siteId)) return undefined;
  // Times have one length, so their places are known from the head's end.
  const lastTime = start - afterTime - timeChars;
  const hasReceived = match[6] !== undefined;
  const receivedAtMs = hasReceived ? received.read(letters, lastTime) : undefined;
  if (hasReceived && receivedAtMs === undefined) return undefined;
  const firstTime = hasReceived ? lastTime - betweenTimes - timeChars : lastTime;
  const timestampMs = happened.read(letters, firstTime);
  if (timestampMs === undefined) return undefined;
  const page = pages.get(letters.slice(start, middle), bytes, start, middle);
  if (page === undefined) return undefined;
  const from = middle + beforeContext.length;
  const context = contexts.get(letters.slice(from, end), bytes, from, end);
  if (context === undefined) return undefined;
  return {
    type: match[2] === undefined ? 'track' : 'page',
    siteId,
    anonymousId: match[5] as string,
    messageId: match[1] as string,
    event: match[3],
    timestampMs,
    receivedAtMs,
    page,
    context,
    extras: undefined,
  };
}
