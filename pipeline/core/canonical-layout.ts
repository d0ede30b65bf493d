/**
 * Reads page views and custom events that are laid out as our own edge writes them (the fields in the order of docs/events.md, nothing
 * between them), without parsing them whole: that costs more than all the rest of counting. What events have in common, their
 * `properties` and their `context`, is parsed once for each text and then known by it. Whatever is laid out otherwise, or breaks
 * a rule, is left to validation.ts, which knows all rules; where this reads an event, that reads the same (a property test holds them equal).
 */
import type { ClickEvent, EventContext, EventPage } from './event';
import { contextOf, pageOf } from './event-parts';
import { parseIsoTime } from './iso-time';
import { KnownTexts } from './known-texts';
import { eventNameCharsMax, messageIdBytesMax, visitorIdCharsMax } from './limits';
import type { PackedValues } from './packed-values';
import type { SiteRules } from './validation';
import { isFields } from './wire-fields';

/** ASCII that needs no escape: bytes above it may be half of a letter. */
const text = (charsMax: number): string => String.raw`[^"\\\x00-\x1f\x80-\xff]{1,${charsMax}}`;
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const head = new RegExp(
  [
    String.raw`\{"v":1,"messageId":"(${text(messageIdBytesMax)})","type":"(?:page|track","event":"(${text(eventNameCharsMax)}))"`,
    `,"siteId":"([A-Za-z0-9._-]{1,64})","anonymousId":"(${text(visitorIdCharsMax)})"`,
    `,"timestamp":"${time}"(?:,"receivedAt":"${time}")?,"properties":`,
  ].join(''),
  'y',
);
const beforeContext = ',"context":';
const closingBrace = 0x7d;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** `read` of an object's JSON text; undefined where it is none. */
function readObject<T>(
  read: (fields: Readonly<Record<string, unknown>>) => T | undefined,
): (text: Uint8Array) => T | undefined {
  return (text) => {
    try {
      const parsed: unknown = JSON.parse(utf8.decode(text));
      return isFields(parsed) ? read(parsed) : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Events with extras are read by validation.ts; so is what has no path, which is right for custom events alone. */
const pages = new KnownTexts<EventPage | undefined>(
  readObject((properties) => {
    if (properties.props !== undefined || properties.revenue !== undefined) return undefined;
    return pageOf('page', properties);
  }),
);
const contexts = new KnownTexts<EventContext | undefined>(readObject(contextOf));

/** `2026-01-01T12:00:`, and the rest of such a time. */
const minuteChars = 17;
const timeChars = 24;

/** Times with milliseconds in UTC. Mostly they are of the same minute as the one before. */
class MinuteClock {
  private readonly words = [0, 0, 0, 0];
  private startMs = 0;

  /** Of the 24 letters from `at` on, in the form of `time`. */
  read(values: PackedValues, at: number): number | undefined {
    if (!this.isSameMinute(values, at)) {
      const startMs = parseIsoTime(`${values.textOf(at, at + minuteChars)}00Z`);
      if (startMs === undefined) return undefined;
      this.startMs = startMs;
      for (let i = 0; i < 4; i += 1) this.words[i] = values.wordAt(at + 4 * i);
    }
    const rest = at + minuteChars;
    const seconds = digit(values, rest) * 10 + digit(values, rest + 1);
    const ms = digit(values, rest + 3) * 100 + digit(values, rest + 4) * 10 + digit(values, rest + 5);
    return seconds > 59 ? undefined : this.startMs + seconds * 1_000 + ms;
  }

  private isSameMinute(values: PackedValues, at: number): boolean {
    const [a, b, c, d] = this.words;
    return (
      values.wordAt(at) === a &&
      values.wordAt(at + 4) === b &&
      values.wordAt(at + 8) === c &&
      values.wordAt(at + 12) === d
    );
  }
}

function digit(values: PackedValues, at: number): number {
  return values.byteAt(at) - 0x30;
}

const afterTime = '","properties":'.length;
const beforeReceived = '","receivedAt":"'.length;
const beforeHappened = '","timestamp":"'.length;
/** What `receivedAt` ends with, and `timestamp` does not; as far before its time as `t":"` is long. */
const endOfReceived = 0x74;
const toEndOfName = 't":"'.length;
const happened = new MinuteClock();
const received = new MinuteClock();

/** The site of the event before, which mostly is that of the next: a text that is known is quicker to look up than its like. */
let lastSite = '';

function siteOf(name: string): string {
  if (name !== lastSite) lastSite = name;
  return lastSite;
}

/** Undefined: ask validation.ts. Of the value that lies in `values` from `start` to `end`, not larger than an event may be. */
export function readCanonicalLayout(
  values: PackedValues,
  start: number,
  end: number,
  sites: SiteRules,
): ClickEvent | undefined {
  const lastBrace = end - 1;
  if (values.byteAt(lastBrace) !== closingBrace) return undefined;
  const { letters } = values;
  head.lastIndex = start;
  const match = head.exec(letters);
  if (match === null) return undefined;
  const propertiesAt = head.lastIndex;
  const propertiesEnd = values.nextPlaceOf(beforeContext, propertiesAt);
  const contextAt = propertiesEnd + beforeContext.length;
  // What is not of this value is of one behind it.
  if (contextAt > lastBrace) return undefined;
  const siteId = siteOf(match[3] as string);
  if (sites.listed !== undefined && !sites.listed.has(siteId)) return undefined;
  // Times have one length, so their places are known from the head's end.
  const lastTime = propertiesAt - afterTime - timeChars;
  const hasReceived = values.byteAt(lastTime - toEndOfName) === endOfReceived;
  const receivedAtMs = hasReceived ? received.read(values, lastTime) : undefined;
  if (hasReceived && receivedAtMs === undefined) return undefined;
  const firstTime = hasReceived ? lastTime - beforeReceived - timeChars : lastTime;
  const timestampMs = happened.read(values, firstTime);
  if (timestampMs === undefined) return undefined;
  const page = pages.meaningOf(values, propertiesAt, propertiesEnd);
  if (page === undefined) return undefined;
  const context = contexts.meaningOf(values, contextAt, lastBrace);
  if (context === undefined) return undefined;
  // A text of its own: one that is cut out of all letters is slower to look up.
  const visitorEnd = firstTime - beforeHappened;
  const anonymousId = values.textOf(visitorEnd - (match[4] as string).length, visitorEnd);
  return {
    type: match[2] === undefined ? 'page' : 'track',
    siteId,
    anonymousId,
    messageId: match[1] as string,
    event: match[2],
    timestampMs,
    receivedAtMs,
    page,
    context,
    extras: undefined,
  };
}
