/**
 * A roll-up as the commit script takes it. A value that counts in its minute, hour and day is written once and named by its
 * place, and so is a visitor: the payload grows with distinct values, not with events.
 */
import { DIMENSIONS, type Dimension, isExtra, isLabel } from '../core/dimensions';
import { GRAINS } from '../core/grains';
import * as limits from '../core/limits';
import type { Bucket, Counts, RollUp, SiteRollUp } from '../core/roll-up';
import type { CommitPayload, EncodedCommit, RedisType } from './commit-payload';
import { markDigestBytes, visitorDigest } from './digest';
import {
  bucketEntry,
  type DueEntry,
  type DueStep,
  dueStep,
  liveMember,
  marksEntry,
  secondsEntry,
  siteOfLiveMember,
} from './due-steps';
import { encodeFeedMember } from './feed-member';
import * as keys from './keys';
import { latencyHistogram } from './latency-histogram';
import { FieldTable, TextTable } from './payload-tables';
import type { FoundForCommit } from './store-port';

const fixedKeys = (tag: string): string[] => [
  keys.stateKey(tag),
  keys.dueKey(tag),
  keys.sitesKey(tag),
  keys.rejectsKey(tag),
  keys.latencyKey(tag),
  keys.unprocessableKey(tag),
];

class Encoder {
  private readonly keys = new TextTable();
  private readonly types: RedisType[] = [];
  private readonly fields = new FieldTable();
  private readonly digests: string[] = [];
  private readonly dueNew = new Map<string, number>();
  private readonly counts: CommitPayload['counts'] = [];
  private readonly dims: CommitPayload['dims'] = [];
  private readonly uniques: CommitPayload['uniques'] = [];
  private readonly seconds: CommitPayload['seconds'] = [];
  private readonly live: CommitPayload['live'] = [];
  private readonly feed: CommitPayload['feed'] = [];

  constructor(
    private readonly tag: string,
    private readonly rollUp: RollUp,
  ) {
    for (const key of fixedKeys(tag)) this.keys.placeOf(key);
  }

  encode(found: FoundForCommit, nowMs: number): EncodedCommit {
    const { rollUp } = this;
    for (const [site, of] of rollUp.sites) this.addSite(site, of);
    const { slices, digests } = this.marksOf(found);
    const steps = this.steps(found.due);
    const payload: CommitPayload = {
      limits: {
        trimmedShare: limits.trimmedShare,
        exactVisitorsMax: limits.exactVisitorsMax,
        liveVisitorsMax: limits.liveVisitorsMax,
        liveKeptMs: limits.liveKeptMs,
        feedMax: limits.feedMax,
        rejectsMax: limits.rejectsMax,
        unprocessableMax: limits.unprocessableMax,
      },
      startedAt: rollUp.firstTimestampMs,
      logTime: rollUp.logTimeMs,
      ledger: this.ledger(),
      largest: this.largest(),
      sites: [...rollUp.sites.keys()],
      counts: this.counts,
      dims: this.dims,
      uniques: this.uniques,
      seconds: this.seconds,
      live: this.live,
      feed: this.feed,
      rejects: rollUp.rejections.map(({ offset, reason, field }) => `${offset}|${reason}|${field ?? ''}`),
      unprocessable: rollUp.rejections
        .filter(({ reason }) => reason === 'unprocessable')
        .map(({ offset }) => String(offset)),
      latency: [...latencyHistogram(rollUp.receivedAtMs, nowMs)].flat(),
      marks: slices,
      due: steps,
      dueNew: Array.from(this.dueNew, ([member, dueMs]) => [dueMs, member]).flat(),
      types: this.types,
      strings: this.fields.entries,
      visitors: this.digests,
    };
    return { keys: this.keys.entries, payload, marks: digests };
  }

  private key(key: string, type: RedisType): number {
    const place = this.keys.placeOf(key);
    this.types[place - 7] = type;
    return place;
  }

  private due({ member, dueMs }: DueEntry): void {
    this.dueNew.set(member, dueMs);
  }

  private addSite(site: string, of: SiteRollUp): void {
    const { tag } = this;
    const before = this.digests.length;
    for (const { anonymousId } of of.visitors) this.digests.push(visitorDigest(anonymousId));
    for (const bucket of of.buckets.values()) this.addBucket(site, bucket, before);
    for (const [startMs, views] of of.seconds) {
      this.due(secondsEntry(site, startMs));
      this.seconds.push([this.key(keys.bucketKey(tag, 's', site, startMs), 'hash'), ...[...views].flat()]);
    }
    const allTime = keys.allTimeKey(tag, site);
    this.addCounts(allTime, of.allTime.counts, of.allTime.unite);
    const all = of.visitors.map((_, place) => place);
    this.addVisitors(allTime, all, before);
    this.addDimensions(
      keys.pagesKey(tag, site),
      limits.allTimePagesMax,
      new Map([['pages', of.allTime.pages]]),
      isLabel,
    );
    if (of.visitors.length > 0) {
      const live: CommitPayload['live'][number] = [
        this.key(keys.liveKey(tag, site), 'zset'),
        liveMember(site),
      ];
      live.push(before);
      for (const { lastSeenMs } of of.visitors) live.push(lastSeenMs);
      this.live.push(live);
    }
    if (of.feed.length > 0) {
      const items = of.feed.flatMap((item) => [item.atMs, encodeFeedMember(item)]);
      this.feed.push([this.key(keys.feedKey(tag, site), 'zset'), ...items]);
    }
  }

  /** `before`: digests of other sites' visitors, which stand before this one's. */
  private addBucket(site: string, bucket: Bucket, before: number): void {
    const { code, valuesMax } = GRAINS[bucket.grain];
    const key = keys.bucketKey(this.tag, code, site, bucket.startMs);
    this.due(bucketEntry(code, site, bucket.startMs));
    this.addCounts(key, bucket.counts, bucket.unite);
    this.addVisitors(key, bucket.visitors, before);
    this.addDimensions(keys.dimensionsKey(key), valuesMax, bucket.dimensions, isLabel);
    this.addDimensions(keys.extrasKey(key), valuesMax, bucket.dimensions, isExtra);
  }

  private addCounts(key: string, counts: Counts, unite: boolean): void {
    const place = this.key(key, 'hash');
    const increments = Object.entries(counts).filter(([, n]) => n !== 0);
    this.counts.push([place, unite ? 1 : 0, this.rollUp.partitionCount, ...increments.flat()]);
  }

  private addVisitors(countsKey: string, places: readonly number[], before: number): void {
    if (places.length === 0) return;
    const set = this.key(keys.visitorSetKey(countsKey), 'set');
    const hll = this.key(keys.visitorHllKey(countsKey), 'string');
    this.uniques.push([this.key(countsKey, 'hash'), set, hll, places.map((place) => before + place + 1)]);
  }

  private addDimensions(
    key: string,
    valuesMax: number,
    dimensions: ReadonlyMap<Dimension, ReadonlyMap<string, number>>,
    isMeant: (name: Dimension) => boolean,
  ): void {
    const rows: (string | number[])[] = [];
    for (const [name, values] of dimensions) {
      if (values.size === 0 || !isMeant(name)) continue;
      const { code } = DIMENSIONS[name];
      const increments: number[] = [];
      for (const [value, n] of values) increments.push(this.fields.placeOf(code, value), n);
      rows.push(code, increments);
    }
    if (rows.length > 0) this.dims.push([this.key(key, 'hash'), valuesMax, ...rows]);
  }

  private ledger(): (string | number)[] {
    const { rejected, edge, ...terms } = this.rollUp.ledger;
    const reasons = Array.from(
      rejected,
      ([reason, n]) => [`${keys.STATE.rejectedPrefix}${reason}`, n] as const,
    );
    const ofEdge = Array.from(edge, ([reason, n]) => [`${keys.STATE.edgePrefix}${reason}`, n] as const);
    return [...Object.entries(terms), ...reasons, ...ofEdge].filter(([, n]) => n !== 0).flat();
  }

  private largest(): (string | number)[] {
    const { logTimeMs, heartbeatAtMs, newestEventAtMs } = this.rollUp;
    const largest: (string | number)[] = [keys.STATE.logTime, logTimeMs];
    if (heartbeatAtMs !== undefined) largest.push(keys.STATE.heartbeatAt, heartbeatAtMs);
    if (newestEventAtMs !== undefined) largest.push(keys.STATE.newestEventAt, newestEventAtMs);
    return largest;
  }

  private marksOf({ digests: known, asked }: FoundForCommit): {
    slices: [number, number][];
    digests: Buffer;
  } {
    const { marks } = this.rollUp;
    const digests = Buffer.allocUnsafe(marks.length * markDigestBytes);
    const countOf = new Map<number, number>();
    let end = 0;
    for (const { at, slice } of marks) {
      const from = (asked[at] ?? known.length) * markDigestBytes;
      end += known.copy(digests, end, from, from + markDigestBytes);
      countOf.set(slice, (countOf.get(slice) ?? 0) + 1);
    }
    // Nothing else may stand for a mark: what had not been asked for would be written as zeros.
    if (end !== digests.length) throw new RangeError('the marks are not of the run that was looked up');
    const slices: [number, number][] = [];
    for (const [slice, count] of countOf) {
      this.due(marksEntry(slice));
      slices.push([this.key(keys.marksKey(this.tag, slice), 'set'), count]);
    }
    return { slices, digests };
  }

  /** What is due when the run is over, of what was there before and of what the run itself touches. */
  private steps(due: readonly DueEntry[]): CommitPayload['due'] {
    const { logTimeMs, sites } = this.rollUp;
    const members = new Set(this.dueNew.keys());
    for (const { member, dueMs } of due) if (dueMs < logTimeMs) members.add(member);
    const steps: CommitPayload['due'] = [];
    for (const member of members) {
      const site = siteOfLiveMember(member);
      const step = site === undefined ? dueStep(this.tag, member, logTimeMs) : undefined;
      if (step !== undefined) steps.push(this.dueStep(step));
      // A site of the run tidies up its last-seen times anyway.
      if (site !== undefined && (sites.get(site)?.visitors.length ?? 0) === 0)
        this.live.push([this.key(keys.liveKey(this.tag, site), 'zset'), member]);
    }
    return steps;
  }

  private dueStep(step: DueStep): CommitPayload['due'][number] {
    const { member, nextMs, seal, drop } = step;
    const sealed: [number, number, number] | null =
      seal === undefined
        ? null
        : [
            this.key(seal, 'hash'),
            this.key(keys.visitorSetKey(seal), 'set'),
            this.key(keys.visitorHllKey(seal), 'string'),
          ];
    return {
      member,
      next: nextMs ?? null,
      seal: sealed,
      drop: drop.map((key) => this.key(key, typeOf(key))),
    };
  }
}

/** Type of a key that is dropped, by its ending (the table in keys.ts). */
function typeOf(key: string): RedisType {
  if (key.endsWith(':h')) return 'string';
  return /:v$|:marks:\d+$/.test(key) ? 'set' : 'hash';
}

/** `nowMs`: wall clock, for the latency histogram alone. */
export function encodeRollUp(
  tag: string,
  rollUp: RollUp,
  found: FoundForCommit,
  nowMs: number,
): EncodedCommit {
  return new Encoder(tag, rollUp).encode(found, nowMs);
}
