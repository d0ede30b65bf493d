/**
 * Simulated traffic. A pool of open sessions; each record comes of one of them, drawn at random. It reads no clock: the
 * caller passes the time, so that the same seed and the same times give the same records, byte for byte.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../pipeline/core/limits';
import { BAD_RECORDS } from './bad-records';
import { EVENT_NAMES } from './catalogue';
import { isoTime } from './iso-time';
import { integerBetween, type Random, seededRandom, weightedPick } from './random';
import { drawSiteMap, type SiteMap } from './site-map';
import { beginSession, drawPerson, moveOn, type Person, type Session } from './visitor';

export interface SimulatedRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly partition: number;
}

export interface SimulatorOptions {
  readonly seed: number;
  /** Names of sites; the first gets half of the visitors. At least one. */
  readonly sites: readonly string[];
  readonly partitions: number;
  /** Decides how many sessions are open at a time. */
  readonly eventsPerSecond: number;
  /** Part of every messageId: a second run with the same seed must not be taken for re-sends of the first. */
  readonly startMs: number;
}

/** Shares of all records; docs/simulator.md says what each does on the page, and a test holds them. */
export const SHARES = { bad: 0.005, late: 0.006, future: 0.002, duplicate: 0.005, track: 0.08 } as const;

/** A visitor looks at a page for about this long, so that many sessions are open at once. */
const secondsPerView = 20;
const sessionsMin = 50;
const sessionsMax = 40_000;
/** Visitors that may come back. */
const rememberedMax = 20_000;
const returningShare = 0.35;
/** One in this many good records may be sent again, as long as it is among the newest of them. */
const resendEvery = 8;
const resendableMax = 64;

/** Between the click and the edge, and between the edge and the topic. */
const underwayMs = [10, 1_500] as const;
const receivedMsMax = 40;

type Fate = 'bad' | 'late' | 'future' | 'duplicate' | 'normal';
const { bad, late, future, duplicate } = SHARES;
const pickFate = weightedPick<Fate>([
  ['normal', 1 - bad - late - future - duplicate],
  ['bad', bad],
  ['late', late],
  ['future', future],
  ['duplicate', duplicate],
]);
const pickBad = weightedPick(BAD_RECORDS);
const pickEventName = weightedPick(EVENT_NAMES);
/** How late a late event is: in its hour still, in its day still, or for all time only. */
const pickLateness = weightedPick([
  [[11 * MINUTE_MS, 50 * MINUTE_MS], 6],
  [[26 * HOUR_MS, 40 * HOUR_MS], 3],
  [[3 * DAY_MS, 6 * DAY_MS], 1],
] as const);
/** How far ahead the clock of a future-dated event is. */
const futureMs = [10 * MINUTE_MS, 2 * DAY_MS] as const;

export class Simulator {
  private readonly random: Random;
  private readonly pickSite: (random: Random) => SiteMap;
  private readonly sessions: (Session | undefined)[];
  private readonly remembered: Person[] = [];
  private readonly resendable: SimulatedRecord[] = [];
  private readonly idPrefix: string;
  private people = 0;
  private messages = 0;
  private kept = 0;

  constructor(private readonly options: SimulatorOptions) {
    this.random = seededRandom(options.seed);
    const others = Math.max(1, options.sites.length - 1);
    this.pickSite = weightedPick(
      options.sites.map((site, i) => [drawSiteMap(site, this.random), i === 0 ? others : 1] as const),
    );
    const open = Math.round(options.eventsPerSecond * secondsPerView);
    this.sessions = new Array(Math.min(Math.max(open, sessionsMin), sessionsMax)).fill(undefined);
    this.idPrefix = `${(options.seed >>> 0).toString(36)}-${options.startMs.toString(36)}`;
  }

  /** The next record, as if it were received at `nowMs`. */
  next(nowMs: number): SimulatedRecord {
    const fate = pickFate(this.random);
    if (fate === 'duplicate') {
      const again = this.resendable[integerBetween(this.random, 0, this.resendable.length - 1)];
      if (again !== undefined) return again;
    }
    const session = this.nextSession();
    const { key, partition } = session.person;
    const receivedAtMs = nowMs - integerBetween(this.random, 0, receivedMsMax);
    const happenedAtMs = this.drawTime(fate, receivedAtMs);
    const value = this.writeEvent(session, happenedAtMs, receivedAtMs);
    if (fate === 'bad') return { key, partition, value: pickBad(this.random).spoil(value) };
    const record = { key, partition, value };
    this.keepForResend(record);
    return record;
  }

  private drawTime(fate: Fate, receivedAtMs: number): number {
    if (fate === 'future') return receivedAtMs + integerBetween(this.random, ...futureMs);
    const sentAtMs = receivedAtMs - integerBetween(this.random, ...underwayMs);
    if (fate !== 'late') return sentAtMs;
    return sentAtMs - integerBetween(this.random, ...pickLateness(this.random));
  }

  /** Without holes: records that are not kept (bad ones, re-sends) must leave no empty place to draw. */
  private keepForResend(record: SimulatedRecord): void {
    if (this.messages % resendEvery !== 0) return;
    this.resendable[this.kept % resendableMax] = record;
    this.kept += 1;
  }

  /** A session of the pool, moved on by one page; where one ended, another visitor takes its place. */
  private nextSession(): Session {
    const slot = integerBetween(this.random, 0, this.sessions.length - 1);
    let session = this.sessions[slot];
    if (session === undefined || session.viewsLeft <= 0) {
      if (session !== undefined) this.remember(session.person);
      session = beginSession(this.nextPerson(), this.random);
      this.sessions[slot] = session;
    }
    moveOn(session, this.random);
    session.viewsLeft -= 1;
    return session;
  }

  private remember(person: Person): void {
    if (this.remembered.length < rememberedMax) this.remembered.push(person);
    else this.remembered[integerBetween(this.random, 0, rememberedMax - 1)] = person;
  }

  private nextPerson(): Person {
    if (this.remembered.length > 0 && this.random() < returningShare) {
      return this.remembered[integerBetween(this.random, 0, this.remembered.length - 1)] as Person;
    }
    this.people += 1;
    const anonymousId = `v-${this.idPrefix}-${this.people.toString(36)}`;
    return drawPerson(this.pickSite(this.random), anonymousId, this.options.partitions, this.random);
  }

  /** Joined by hand, from parts that are JSON already: a third of the cost of JSON.stringify, at a thousand times a second. */
  private writeEvent(session: Session, happenedAtMs: number, receivedAtMs: number): string {
    const { person, contextJson, cameFrom, page } = session;
    this.messages += 1;
    const type = this.random() < SHARES.track ? `"track","event":"${pickEventName(this.random)}"` : '"page"';
    const referrer = cameFrom === undefined ? '' : `,"referrer":"${cameFrom}"`;
    return (
      `{"v":1,"messageId":"${this.idPrefix}-${this.messages.toString(36)}","type":${type},` +
      `"siteId":"${person.site.siteId}","anonymousId":"${person.anonymousId}",` +
      `"timestamp":"${isoTime(happenedAtMs)}","receivedAt":"${isoTime(receivedAtMs)}",` +
      `"properties":{${person.site.pages[page]?.json}${referrer}},${contextJson}}`
    );
  }
}
