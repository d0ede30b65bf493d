/** The recount of one site in one shard. */
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
import {
  DIMENSION_CODES,
  feedMax,
  GRAIN_RULES,
  type GrainRule,
  lastSeenKeptMs,
  minuteMs,
  secondsKeptMs,
} from './rules';

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

/** What is counted of a site. */
export interface SitePlan {
  readonly allTimeFrom: number;
  /** What will have expired by then is not counted at all. */
  readonly finalLogTimeMs: number;
  readonly holdsBucket: (rule: GrainRule, startMs: number) => boolean;
  readonly isBucketsOnly: boolean;
}

interface Visitor {
  readonly digest: number;
  readonly isForeign: boolean;
}

/** Digests at hand: a visitor's events come close together, and a hash costs as much as the rest of the event. */
const visitorsAtHandMax = 20_000;

export class SiteRecount {
  /** By grain's letter and start, `m:1767225600000`. */
  readonly buckets = new Map<string, RecountedBucket>();
  /** Minute's start -> second of the minute -> views. */
  readonly seconds = new Map<number, Map<number, number>>();
  readonly allTime = newBucket();
  /** By digest: those that will still be kept at the end. */
  readonly lastSeen = new Map<number, number>();
  private readonly visitors = new Map<string, Visitor>();
  private newest: FeedEvent[] = [];

  constructor(
    private readonly plan: SitePlan,
    private readonly isForeign: (anonymousId: string) => boolean,
  ) {}

  addBot({ atMs, ageMs, offset }: Placed): void {
    if (offset >= this.plan.allTimeFrom) this.allTime.counts.bots += 1;
    for (const rule of GRAIN_RULES) {
      const bucket = this.bucketOf(rule, atMs, ageMs);
      if (bucket !== undefined) bucket.counts.bots += 1;
    }
  }

  addEvent(placed: Placed): void {
    const { event, atMs, ageMs } = placed;
    const { digest, isForeign } = this.visitorOf(event.anonymousId);
    const marks: EventMarks = { ...placed, isForeign };
    const values = dimensionValues(event);
    for (const rule of GRAIN_RULES) {
      const bucket = this.bucketOf(rule, atMs, ageMs);
      if (bucket === undefined) continue;
      addEvent(bucket, event, digest, marks);
      if (this.endOf(rule, atMs) + rule.dimensionsKeptMs <= this.plan.finalLogTimeMs) continue;
      for (const [code, value, by] of values) addValue(bucket, code, value, by);
    }
    if (event.type === 'page' && !placed.isLate) this.addSecond(atMs);
    if (!this.plan.isBucketsOnly) this.addToWhole(placed, digest, marks);
  }

  /** Lets go of minutes and seconds that start before it. */
  forgetBefore(beforeMs: number): void {
    for (const startMs of this.seconds.keys()) if (startMs < beforeMs) this.seconds.delete(startMs);
    for (const name of this.buckets.keys()) {
      if (name.startsWith('m:') && Number(name.slice(2)) < beforeMs) this.buckets.delete(name);
    }
  }

  /** Newest first. */
  feed(): readonly FeedEvent[] {
    this.newest.sort((a, b) => b.atMs - a.atMs || b.offset - a.offset);
    this.newest = this.newest.slice(0, feedMax);
    return this.newest;
  }

  /** What is not of a bucket: all time, last-seen times, the newest events. */
  private addToWhole({ event, atMs, offset }: Placed, digest: number, marks: EventMarks): void {
    if (offset < this.plan.allTimeFrom) {
      this.allTime.visitors.add(digest);
    } else {
      addEvent(this.allTime, event, digest, marks);
      if (event.page.path !== undefined && event.type === 'page') {
        addValue(this.allTime, DIMENSION_CODES.pages, event.page.path);
      }
    }
    if (atMs >= this.plan.finalLogTimeMs - lastSeenKeptMs) {
      this.lastSeen.set(digest, Math.max(this.lastSeen.get(digest) ?? Number.NEGATIVE_INFINITY, atMs));
    }
    if (event.type !== 'engagement') this.addToFeed({ atMs, offset, event });
  }

  private visitorOf(anonymousId: string): Visitor {
    const known = this.visitors.get(anonymousId);
    if (known !== undefined) return known;
    if (this.visitors.size >= visitorsAtHandMax) this.visitors.clear();
    const visitor = { digest: visitorDigest(anonymousId), isForeign: this.isForeign(anonymousId) };
    this.visitors.set(anonymousId, visitor);
    return visitor;
  }

  private endOf(rule: GrainRule, atMs: number): number {
    return (Math.floor(atMs / rule.lengthMs) + 1) * rule.lengthMs;
  }

  /** Undefined where the event is too old for the grain, or the bucket will have expired. */
  private bucketOf(rule: GrainRule, atMs: number, ageMs: number): RecountedBucket | undefined {
    if (ageMs > rule.graceMs) return undefined;
    const endMs = this.endOf(rule, atMs);
    if (endMs + rule.countsKeptMs <= this.plan.finalLogTimeMs) return undefined;
    if (!this.plan.holdsBucket(rule, endMs - rule.lengthMs)) return undefined;
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
    if (startMs + minuteMs + secondsKeptMs <= this.plan.finalLogTimeMs) return;
    const [minute] = GRAIN_RULES;
    if (minute === undefined || !this.plan.holdsBucket(minute, startMs)) return;
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
