/**
 * Records for the pipeline to choke on, each with what it must become. Structure-aware: most begin as a good event, and are then
 * changed harmlessly, spoiled in one field or in several, broken as text, or sent again; good ones stand between them. The same
 * seed and the same times give the same records.
 */
import { integerBetween, type Random, seededRandom } from '../../producer/simulator/random';
import { breakValue } from './broken-values';
import { type Fate, rejectedFor } from './fate';
import { spoilFields } from './field-defects';
import { HARMLESS_CHANGES } from './harmless-changes';
import { HOSTILE_TEXTS, NON_STRINGS } from './hostile-texts';
import { drawHeaders, drawKey, type Headers } from './keys-and-headers';
import { otherRecord } from './other-records';
import { drawReceived, drawTime, pick } from './times';
import { encodedValue, quoted, WireEvent } from './wire-event';

export interface Specimen {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers | undefined;
  readonly fate: Fate;
}

/** What has to be told to the event source: SITES. */
export const POISON_SITES = ['demo', 'shop'] as const;

const valueBytesMax = 32 * 1024;
/** Sent again only what lies so near that ten minutes of log time cannot have passed. */
const resentMax = 2_000;
const paths = ['/', '/pricing', '/docs/start', '/blog/a?b=c', '/ü'];
const bots = ['true', '"Googlebot"', '"__proto__"', quoted('\u001B[2J')];
const noBots = ['false', '""', '0', '1', 'null', '{}', '["bot"]'];

interface Draft {
  readonly wire: WireEvent;
  readonly fate: Fate;
}

export class Specimens {
  private readonly random: Random;
  private readonly resendable: Specimen[] = [];
  private made = 0;

  constructor(private readonly seed: number) {
    this.random = seededRandom(seed);
  }

  /** `nowMs`: not further from log time than a minute. */
  next(nowMs: number): Specimen {
    const { random } = this;
    this.made += 1;
    const draw = random();
    if (draw < 0.04 && this.resendable.length > 0) return this.resent();
    if (draw < 0.14) {
      const { value, fate } = otherRecord(random);
      return this.specimen(value, fate, undefined);
    }
    const { wire, fate } = this.draft(nowMs);
    if (draw < 0.32) return this.broken(wire);
    if (draw < 0.55) {
      const { reason, field } = spoilFields(wire, random, draw < 0.45 ? 1 : 4);
      return this.specimen(this.valueOf(wire), rejectedFor(reason, field), this.properKey(wire));
    }
    return this.remembered(this.specimen(this.valueOf(wire), fate, this.properKey(wire)));
  }

  /** A good event, most often changed harmlessly. */
  private draft(nowMs: number): Draft {
    const { random } = this;
    const wire = new WireEvent(random() < 0.7 ? 'page' : 'track');
    const time = drawTime(random, nowMs);
    const received = drawReceived(random, nowMs);
    const { top, properties, context, campaign } = wire;
    top.set('v', '1');
    top.set('messageId', quoted(`m-${this.seed.toString(36)}-${this.made.toString(36)}`));
    top.set('type', quoted(wire.type));
    top.set('siteId', quoted(pick(random, POISON_SITES)));
    top.set('anonymousId', quoted(`visitor-${integerBetween(random, 1, 5_000)}`));
    top.set('timestamp', quoted(time.text));
    if (received !== undefined) top.set('receivedAt', quoted(received));
    if (wire.type === 'track') top.set('event', quoted('sign_up'));
    const path = pick(random, paths);
    if (random() < 0.8) properties.set('path', quoted(path));
    properties.set('url', quoted(`https://demo.example${path}`));
    context.set('browser', quoted('Firefox'));
    campaign.set('source', quoted('newsletter'));
    if (random() < 0.7) {
      const changes = integerBetween(random, 1, 3);
      for (let i = 0; i < changes; i += 1) pick(random, HARMLESS_CHANGES)(wire, random);
    }
    return { wire, fate: this.withBot(wire, time) };
  }

  private withBot(wire: WireEvent, { isLate, isSkewed }: { isLate: boolean; isSkewed: boolean }): Fate {
    const { random } = this;
    if (random() < 0.05) {
      wire.top.delete('context');
      wire.context.set('bot', pick(random, bots));
      return { kind: 'bot' };
    }
    if (random() < 0.1) wire.context.set('bot', pick(random, noBots));
    return { kind: 'counted', type: wire.type, isLate, isSkewed };
  }

  private broken(wire: WireEvent): Specimen {
    wire.bytesMin = 0;
    const { value, reason } = breakValue(wire.text(), this.random);
    const fate = rejectedFor(value.length > valueBytesMax ? 'too_large' : reason);
    return this.specimen(value, fate, this.properKey(wire));
  }

  /** The same event once more: byte for byte, or only its identity. */
  private resent(): Specimen {
    const { random } = this;
    const { key, value, headers } = pick(random, this.resendable);
    const fate: Fate = { kind: 'duplicate' };
    if (value === null || random() < 0.5) return { key, value, headers, fate };
    const text = value.toString();
    const later = `,"properties":{"path":${quoted(pick(random, HOSTILE_TEXTS))}},"x":${pick(random, NON_STRINGS)}}`;
    const changed = encodedValue(text.slice(0, -1) + later, 0);
    return { key, value: changed.length > valueBytesMax ? value : changed, headers, fate };
  }

  /** A record without key lies anywhere; a re-send of it is told from it only where both lie in one partition. */
  private remembered(specimen: Specimen): Specimen {
    if (specimen.key === null) return specimen;
    if (this.resendable.length < resentMax) this.resendable.push(specimen);
    else this.resendable[this.made % resentMax] = specimen;
    return specimen;
  }

  private specimen(value: Buffer | null, fate: Fate, properKey: string | undefined): Specimen {
    const key = drawKey(this.random, properKey, value?.length ?? 0);
    return { key, value, headers: drawHeaders(this.random), fate };
  }

  private valueOf(wire: WireEvent): Buffer {
    return encodedValue(wire.text(), this.made);
  }

  private properKey({ top }: WireEvent): string | undefined {
    const [site, visitor] = [top.get('siteId'), top.get('anonymousId')];
    const isText = site?.startsWith('"') && visitor?.startsWith('"');
    return isText ? `${JSON.parse(site as string)}:${JSON.parse(visitor as string)}` : undefined;
  }
}
