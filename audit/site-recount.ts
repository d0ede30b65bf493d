/** The recount of one site in one shard. Visitors are numbered when first seen, so that sets of them stay small. */
import type { ClickEvent } from '../pipeline/core/event';
import { visitorDigest } from './digests';
import {
  addEvent,
  addValue,
  dimensionValues,
  type EventMarks,
  newBucket,
  type RecountedBucket,
} from './recount-bucket';
import { DIMENSION_CODES, feedMax, GRAIN_RULES, type GrainRule, minuteMs, secondsKeptMs } from './rules';

export interface FeedEvent {
  readonly atMs: number;
  readonly offset: number;
  readonly event: ClickEvent;
}

/** An event and where it counts. */
export interface Placed {
  readonly event: ClickEvent;
  readonly offset: number;
  readonly atMs: number;
  readonly ageMs: number;
  readonly isLate: boolean;
  readonly isSkewed: boolean;
}

export class SiteRecount {
  /** By grain's letter and start, `m:1767225600000`. */
  readonly buckets = new Map<string, RecountedBucket>();
  /** Minute's start -> second of the minute -> views. */
  readonly seconds = new Map<number, Map<number, number>>();
  readonly allTime = newBucket();
  readonly lastSeen = new Map<number, number>();
  /** By number of visitor. */
  readonly digests: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly foreign: boolean[] = [];
  private newest: FeedEvent[] = [];

  /** `finalLogTimeMs`: what will have expired by then is not counted at all. */
  constructor(
    private readonly finalLogTimeMs: number,
    private readonly isForeign: (anonymousId: string) => boolean,
  ) {}

  addBot({ atMs, ageMs }: Placed): void {
    this.allTime.counts.bots += 1;
    for (const rule of GRAIN_RULES) {
      const bucket = this.bucketOf(rule, atMs, ageMs);
      if (bucket !== undefined) bucket.counts.bots += 1;
    }
  }

  addEvent(placed: Placed): void {
    const { event, atMs, ageMs, offset } = placed;
    const visitor = this.numberOf(event.anonymousId);
    const marks: EventMarks = { ...placed, isForeign: this.foreign[visitor] === true };
    const values = dimensionValues(event);
    addEvent(this.allTime, event, visitor, marks);
    if (event.path !== undefined && event.type === 'page') {
      addValue(this.allTime, DIMENSION_CODES.pages, event.path);
    }
    for (const rule of GRAIN_RULES) {
      const bucket = this.bucketOf(rule, atMs, ageMs);
      if (bucket === undefined) continue;
      addEvent(bucket, event, visitor, marks);
      if (this.endOf(rule, atMs) + rule.dimensionsKeptMs <= this.finalLogTimeMs) continue;
      for (const [code, value] of values) addValue(bucket, code, value);
    }
    if (event.type === 'page' && !placed.isLate) this.addSecond(atMs);
    this.lastSeen.set(visitor, Math.max(this.lastSeen.get(visitor) ?? Number.NEGATIVE_INFINITY, atMs));
    this.addToFeed({ atMs, offset, event });
  }

  /** Newest first. */
  feed(): readonly FeedEvent[] {
    this.newest.sort((a, b) => b.atMs - a.atMs || b.offset - a.offset);
    this.newest = this.newest.slice(0, feedMax);
    return this.newest;
  }

  private numberOf(anonymousId: string): number {
    const known = this.numbers.get(anonymousId);
    if (known !== undefined) return known;
    const number = this.digests.length;
    this.numbers.set(anonymousId, number);
    this.digests.push(visitorDigest(anonymousId));
    this.foreign.push(this.isForeign(anonymousId));
    return number;
  }

  private endOf(rule: GrainRule, atMs: number): number {
    return (Math.floor(atMs / rule.lengthMs) + 1) * rule.lengthMs;
  }

  /** Undefined where the event is too old for the grain, or the bucket will have expired. */
  private bucketOf(rule: GrainRule, atMs: number, ageMs: number): RecountedBucket | undefined {
    if (ageMs > rule.graceMs) return undefined;
    const endMs = this.endOf(rule, atMs);
    if (endMs + rule.countsKeptMs <= this.finalLogTimeMs) return undefined;
    const name = `${rule.code}:${endMs - rule.lengthMs}`;
    let bucket = this.buckets.get(name);
    if (bucket === undefined) {
      bucket = newBucket();
      this.buckets.set(name, bucket);
    }
    return bucket;
  }

  private addSecond(atMs: number): void {
    const startMs = Math.floor(atMs / minuteMs) * minuteMs;
    if (startMs + minuteMs + secondsKeptMs <= this.finalLogTimeMs) return;
    let seconds = this.seconds.get(startMs);
    if (seconds === undefined) {
      seconds = new Map();
      this.seconds.set(startMs, seconds);
    }
    const second = Math.floor((atMs - startMs) / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }

  private addToFeed(event: FeedEvent): void {
    this.newest.push(event);
    if (this.newest.length >= 20 * feedMax) this.feed();
  }
}
