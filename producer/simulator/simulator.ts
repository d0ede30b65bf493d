/**
 * Simulated traffic. Each record is the step of a session that is due, or where none is due somebody enters: so the caller's
 * rate is met exactly, and the sessions that are open follow from it (the rate times the time that a page is read). It reads
 * no clock: the caller passes the time, so that the same seed and the same times give the same records, byte for byte.
 *
 * Memory is bounded: 100,000 open sessions of about 200 bytes, and nothing of visitors who have left (visitor-history.ts).
 */
import { drawAction, drawEngagement } from './actions';
import { BAD_RECORDS } from './bad-records';
import { Entries } from './entries';
import { drawTimestamp, type Fate, pickFate } from './fate';
import { isoTime } from './iso-time';
import { integerBetween, type Random, seededRandom, weightedPick } from './random';
import { Resendable } from './resendable';
import {
  drawThinkMs,
  enterSite,
  newsViewsMean,
  planStep,
  type Session,
  takeStep,
  thinkMeanMs,
  viewsMean,
} from './session';
import { SessionQueue } from './session-queue';
import { drawSiteMap } from './site-map';
import type { Spike } from './spike';
import { type Crowd, visitorOf } from './visitor';
import { VisitorHistory } from './visitor-history';

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
  /** About how many records are asked for: where that are many, pages are read faster, so that the sessions find room. */
  readonly eventsPerSecond: number;
  /** Part of every messageId: a second run with the same seed must not be taken for re-sends of the first. */
  readonly startMs: number;
  /** Views of people that are followed by an engagement event, 0 to 0.9. Default 0: records are page views and custom events. */
  readonly engagementsPerView?: number;
  /** Visitors' user agents are part of the events. Default false. */
  readonly tellsUserAgent?: boolean;
}

export const openSessionsMax = 100_000;
/** The rest is for a rate above the mean. */
const openSessionsPlanned = 0.7 * openSessionsMax;
const returningShare = 0.35;
/** Between the edge and the topic. */
const receivedMsMax = 40;
const libraryJson = '"library":{"name":"clickstream-simulator","version":"1"}';

const pageView = { type: '"page"', fields: '' };
const pickBad = weightedPick(BAD_RECORDS);

export class Simulator {
  private readonly random: Random;
  private readonly crowd: Crowd;
  private readonly history: VisitorHistory;
  private readonly entries = new Entries();
  private readonly sessions = new SessionQueue<Session>(openSessionsMax);
  private readonly resendable = new Resendable<SimulatedRecord>();
  /** 1: pages are read at leisure. */
  private readonly thinkScale: number;
  private readonly engagementsPerView: number;
  private spike: Spike | undefined;
  private messages = 0;

  constructor(options: SimulatorOptions) {
    const {
      seed,
      sites,
      partitions,
      eventsPerSecond,
      startMs,
      engagementsPerView = 0,
      tellsUserAgent = false,
    } = options;
    this.engagementsPerView = engagementsPerView;
    this.random = seededRandom(seed);
    const others = Math.max(1, sites.length - 1);
    const pickSite = weightedPick(
      sites.map((site, i) => [drawSiteMap(site, this.random), i === 0 ? others : 1] as const),
    );
    const idPrefix = `${(seed >>> 0).toString(36)}-${startMs.toString(36)}`;
    this.crowd = { seed, idPrefix, partitions, pickSite, tellsUserAgent };
    this.history = new VisitorHistory(startMs);
    const openAtLeisure = (eventsPerSecond * (1 - 1 / viewsMean) * thinkMeanMs) / 1_000;
    this.thinkScale = Math.min(1, openSessionsPlanned / openAtLeisure);
  }

  /** Sessions whose visitor is reading a page. */
  get openSessions(): number {
    return this.sessions.size;
  }

  /** From now on a part of those who enter comes for the article; one that runs already ends. */
  startSpike(spike: Spike): void {
    this.spike = spike;
  }

  /** The next record, as if it were received at `nowMs`. */
  next(nowMs: number): SimulatedRecord {
    return this.make(nowMs, pickFate(this.random));
  }

  /**
   * The next record of a time that is long past when it is written. All of them are late, so none is drawn to be; and a clock
   * that was ahead then is not ahead now.
   */
  nextOfPast(atMs: number): SimulatedRecord {
    const fate = pickFate(this.random);
    return this.make(atMs, fate === 'late' || fate === 'future' ? 'normal' : fate);
  }

  private make(nowMs: number, fate: Fate): SimulatedRecord {
    const again = fate === 'duplicate' ? this.resendable.pick(nowMs, this.random) : undefined;
    if (again !== undefined) return again;
    const session = this.sessions.takeDue(nowMs) ?? this.beginSession(nowMs);
    const isEntry = session.step === 'enter';
    const step = takeStep(session, this.random);
    const receivedAtMs = nowMs - integerBetween(this.random, 0, receivedMsMax);
    const value = this.writeEvent(
      session,
      step,
      isEntry,
      drawTimestamp(fate, receivedAtMs, this.random),
      receivedAtMs,
    );
    if (planStep(session, this.random, this.engagementsPerView)) {
      this.sessions.add(session, nowMs + drawThinkMs(this.random) * this.thinkScale);
    }
    const { key, partition } = session.visitor;
    if (fate === 'bad') return { key, partition, value: pickBad(this.random).spoil(value) };
    const record = { key, partition, value };
    this.resendable.offer(record, nowMs);
    return record;
  }

  private beginSession(nowMs: number): Session {
    const entry = this.entries.pick(nowMs, this.newsShare(nowMs), this.random);
    // The news reaches people who have never been here.
    const comesAgain = !entry.isNews && this.random() < returningShare;
    const again = comesAgain ? this.history.returning(nowMs, this.random) : undefined;
    const visitor = visitorOf(again ?? this.history.newcomer(nowMs), this.crowd);
    return enterSite(visitor, entry, this.random);
  }

  /** Of those who enter now, so that the news makes up what the traffic is above its usual. */
  private newsShare(nowMs: number): number {
    const above = (this.spike?.factorAt(nowMs) ?? 1) - 1;
    if (above === 0) return 0;
    const entering = above / newsViewsMean;
    return entering / (entering + 1 / viewsMean);
  }

  /** Joined by hand, from parts that are JSON already: a third of the cost of JSON.stringify, at a thousand times a second. */
  private writeEvent(
    session: Session,
    step: ReturnType<typeof takeStep>,
    isEntry: boolean,
    atMs: number,
    receivedAtMs: number,
  ): string {
    const { visitor, entry, cameFrom, page } = session;
    const { site, anonymousId, clientJson, placeJson } = visitor;
    this.messages += 1;
    const { type, fields } = this.drawWhat(step);
    const referrer = cameFrom === undefined ? '' : `,"referrer":"${cameFrom}"`;
    return (
      `{"v":1,"messageId":"${this.crowd.idPrefix}-${this.messages.toString(36)}","type":${type},` +
      `"siteId":"${site.siteId}","anonymousId":"${anonymousId}",` +
      `"timestamp":"${isoTime(atMs)}","receivedAt":"${isoTime(receivedAtMs)}",` +
      `"properties":{${site.pages[page]?.json}${referrer}${fields}},` +
      `"context":{${clientJson}${placeJson}${libraryJson}${isEntry ? entry.channelJson : ''}${entry.campaignJson}}}`
    );
  }

  private drawWhat(step: ReturnType<typeof takeStep>): { readonly type: string; readonly fields: string } {
    if (step === 'event') return drawAction(this.random);
    return step === 'engagement' ? drawEngagement(this.random) : pageView;
  }
}
