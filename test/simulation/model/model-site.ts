/** What a shard holds of one site: buckets of all grains, all-time, seconds, last seen, newest events. */
import type { Bounds } from '../faulty-wire';
import { digestOfVisitor } from './digests';
import type { ModelEvent } from './judge';
import { type GrainRule, grains, lastSeenKept, lateAfter, linkDimensions, pageDimensions } from './rules';
import { Values } from './values';

export interface ModelBucket {
  readonly counts: Map<string, number>;
  readonly dimensions: Map<string, Values>;
  readonly visitors: Set<string>;
  parts: number | undefined;
  unite: boolean;
}

export interface FeedEntry {
  readonly atMs: number;
  readonly offset: number;
  readonly event: ModelEvent;
}

/** How and where an event counts. */
export interface Counting {
  readonly offset: number;
  readonly atMs: number;
  readonly ageMs: number;
  readonly skewed: boolean;
  readonly partitionCount: number;
  /** The record lies in another partition than its key's. */
  readonly isForeign: boolean;
}

function newBucket(): ModelBucket {
  return { counts: new Map(), dimensions: new Map(), visitors: new Set(), parts: undefined, unite: false };
}

function add(counts: Map<string, number>, name: string, by = 1): void {
  if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
}

function valuesIn(bucket: ModelBucket, code: string): Values {
  let values = bucket.dimensions.get(code);
  if (values === undefined) {
    values = new Values();
    bucket.dimensions.set(code, values);
  }
  return values;
}

export class ModelSite {
  /** Grain's code -> bucket's start, ms -> bucket. */
  readonly buckets = new Map<string, Map<number, ModelBucket>>(grains.map(({ code }) => [code, new Map()]));
  readonly allTime = newBucket();
  readonly pages = new Values();
  /** Minute's start, ms -> second -> views. */
  readonly seconds = new Map<number, Map<number, number>>();
  /** Digest -> event time, ms. */
  readonly lastSeen = new Map<string, number>();
  readonly feed: FeedEntry[] = [];
  private readonly seenInCommit = new Set<string>();

  constructor(private readonly bounds: Bounds) {}

  count(event: ModelEvent, how: Counting): void {
    for (const grain of grains.filter(({ grace }) => how.ageMs <= grace)) {
      const bucket = this.bucketOf(grain, how.atMs);
      this.addTo(bucket, event, how);
      if (!event.isBot) addDimensions(bucket, event);
    }
    this.addTo(this.allTime, event, how);
    if (event.isBot) return;
    if (event.type === 'page') {
      this.pages.add(event.what);
      if (how.ageMs <= lateAfter) this.addSecond(how.atMs);
    }
    this.see(event, how.atMs);
    if (event.type !== 'engagement') this.feed.push({ atMs: how.atMs, offset: how.offset, event });
  }

  /** At the end of a commit that ends at log time `logMs`: bounds are kept to. */
  commit(logMs: number): void {
    for (const grain of grains) {
      const max = this.bounds.values[grain.name];
      for (const { dimensions } of (this.buckets.get(grain.code) as Map<number, ModelBucket>).values())
        for (const values of dimensions.values()) values.commit(max);
    }
    this.pages.commit(this.bounds.values.pages);
    if (this.seenInCommit.size === 0) return;
    this.seenInCommit.clear();
    this.forget(logMs);
    const order = [...this.lastSeen].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
    for (const [digest] of order.slice(0, Math.max(0, order.length - this.bounds.liveVisitors)))
      this.lastSeen.delete(digest);
  }

  /** Visitors that were last seen too long before log time are visitors no longer. */
  forget(logMs: number): void {
    for (const [digest, atMs] of this.lastSeen) if (atMs < logMs - lastSeenKept) this.lastSeen.delete(digest);
  }

  private bucketOf({ code, length }: GrainRule, atMs: number): ModelBucket {
    const ofGrain = this.buckets.get(code) as Map<number, ModelBucket>;
    const startMs = atMs - (((atMs % length) + length) % length);
    let bucket = ofGrain.get(startMs);
    if (bucket === undefined) {
      bucket = newBucket();
      ofGrain.set(startMs, bucket);
    }
    return bucket;
  }

  private addTo(bucket: ModelBucket, event: ModelEvent, how: Counting): void {
    const { counts } = bucket;
    if (bucket.parts !== undefined && bucket.parts !== how.partitionCount) bucket.unite = true;
    bucket.parts ??= how.partitionCount;
    if (event.isBot) {
      add(counts, 'bots');
      return;
    }
    add(counts, { page: 'views', track: 'events', engagement: 'engagements' }[event.type]);
    add(counts, 'engagedMs', event.engagement?.engagedMs ?? 0);
    add(counts, 'scrolled', event.engagement?.scrolled ?? 0);
    if (how.ageMs > lateAfter) add(counts, 'late');
    if (how.skewed) add(counts, 'skewed');
    if (how.isForeign) bucket.unite = true;
    bucket.visitors.add(digestOfVisitor(event.visitor));
  }

  private addSecond(atMs: number): void {
    const startMs = Math.floor(atMs / 60_000) * 60_000;
    const seconds = this.seconds.get(startMs) ?? new Map<number, number>();
    this.seconds.set(startMs, seconds);
    const second = Math.floor((atMs - startMs) / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }

  private see(event: ModelEvent, atMs: number): void {
    const digest = digestOfVisitor(event.visitor);
    this.lastSeen.set(digest, Math.max(atMs, this.lastSeen.get(digest) ?? atMs));
    this.seenInCommit.add(digest);
  }
}

function addProps(bucket: ModelBucket, event: ModelEvent): void {
  const name = event.type === 'track' ? event.what : '';
  for (const [key, value] of Object.entries(event.props ?? {})) {
    const named = `${name.length},${key.length}:${name}${key}`;
    valuesIn(bucket, 'k').add(named);
    valuesIn(bucket, 'v').add(named + value);
    const isLink = event.type === 'track' && key === 'url' && Object.hasOwn(linkDimensions, name);
    if (isLink) valuesIn(bucket, linkDimensions[name] as string).add(value);
  }
}

function addRevenue(
  bucket: ModelBucket,
  { currency, thousandths }: NonNullable<ModelEvent['revenue']>,
): void {
  const thousands = Math.trunc(thousandths / 1_000_000);
  valuesIn(bucket, 'x').add(currency);
  valuesIn(bucket, 'm').add(currency, thousands);
  valuesIn(bucket, 'q').add(currency, thousandths - thousands * 1_000_000);
}

function addDimensions(bucket: ModelBucket, event: ModelEvent): void {
  addProps(bucket, event);
  if (event.revenue !== undefined) addRevenue(bucket, event.revenue);
  if (event.engagement !== undefined) {
    valuesIn(bucket, 't').add(event.what, event.engagement.engagedMs);
    valuesIn(bucket, 'y').add(event.what, event.engagement.scrolled);
    return;
  }
  if (event.type === 'track') {
    valuesIn(bucket, 'e').add(event.what);
    return;
  }
  valuesIn(bucket, 'p').add(event.what);
  for (const [code, name] of Object.entries(pageDimensions)) {
    const value = event.labels[name];
    if (value !== undefined) valuesIn(bucket, code).add(value);
  }
}
