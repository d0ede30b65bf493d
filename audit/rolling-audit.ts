/**
 * The audit that goes along with the traffic: each run compares the minutes that log time has closed since the run before. It
 * reads each record once, because recounts are kept between runs and let go of what has been compared; only the first run reads
 * some minutes more, so that it knows what may be a repetition. Hours, days and all time are for `npm run audit`.
 */
import { randomBytes } from 'node:crypto';
import type { AuditOptions } from './audit';
import { readFromMs } from './audit-filter';
import {
  auditedRange,
  comparedTimes,
  membersOf,
  numberIn,
  type ShardTimes,
  shardTimes,
} from './audited-range';
import { compareBuckets, compareSeconds, type ShardPair } from './compare-buckets';
import { Comparison } from './comparison';
import { bucketName } from './key-names';
import { type Bounds, LogReader } from './log-reader';
import { placement } from './placement';
import { closedAfterMs, minuteMs } from './rules';
import { Scratch } from './scratch';
import { ShardRecount } from './shard-recount';
import {
  readGeneration,
  readStoredShard,
  type ShardPlace,
  type StoredShard,
  unprocessableIn,
} from './stored-shard';

export interface RollingAuditOptions extends Pick<AuditOptions, 'kafka' | 'redis' | 'topic' | 'sites'> {
  /** Records that are counted at a stretch. Default 1,000. */
  readonly recordsMax?: number;
  /** Awaited after each stretch, so that others get their turn; told how long it took, ms. Default: goes on at once. */
  readonly pause?: (workedMs: number) => Promise<void>;
}

export interface RollingReport {
  readonly records: number;
  /** Event times between which the minutes of every shard were compared. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly comparisons: readonly Comparison[];
}

/** Minutes before those closed last that a first run looks back, at most. */
const lookBackMs = 15 * minuteMs;

interface Followed {
  readonly place: ShardPlace;
  readonly start: number;
  readonly low: number;
  readonly recount: ShardRecount;
  /** Offsets that repair could not count: new ones are added before they are read. */
  readonly unprocessable: Set<number>;
  /** First offset that is not recounted yet. */
  readTo: number;
  /** Log time up to which it is recounted: that of the store where all of it is. */
  logTimeMs: number;
}

interface Following {
  readonly partitionCount: number;
  readonly shards: readonly Followed[];
  /** Minutes that start at or after it are to be compared. */
  closedToMs: number;
}

const floorToMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;

export class RollingAudit {
  private following: Following | undefined;
  private opened: LogReader | undefined;

  constructor(private readonly options: RollingAuditOptions) {}

  private get reader(): LogReader {
    this.opened ??= new LogReader(this.options.kafka, this.options.topic);
    return this.opened;
  }

  /**
   * `resumeMs`: up to where minutes have been audited before, if anybody has; `untilMs`: wall clock at which reading stops, to go on
   * with the next run. Undefined: no minute has been closed, or could be read in time. What it throws makes it begin anew next time.
   */
  async run(resumeMs: number | undefined, untilMs: number): Promise<RollingReport | undefined> {
    try {
      return await this.compareClosed(resumeMs, untilMs);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.following = undefined;
    this.opened = undefined;
    await opened?.close().catch(() => undefined);
  }

  private async compareClosed(
    resumeMs: number | undefined,
    untilMs: number,
  ): Promise<RollingReport | undefined> {
    const { reader } = this;
    const bounds = await reader.bounds();
    const stored = await this.readStates([...bounds.keys()]);
    const closedMs = floorToMinute(
      Math.min(...stored.map(({ shard }) => numberIn(shard.state, 'logTime'))) - closedAfterMs,
    );
    if (stored.length === 0 || !Number.isFinite(closedMs)) return undefined;
    const firstMs = firstMinute(closedMs, resumeMs);
    if (this.following !== undefined && !isWorthwhile(this.following, stored, bounds.size, firstMs)) {
      this.following = undefined;
    }
    this.following ??= await this.follow(stored, bounds, firstMs);
    const { following } = this;
    const records = await this.readOn(following, stored, untilMs);
    const reachedMs = Math.min(...following.shards.map(({ logTimeMs }) => logTimeMs)) - closedAfterMs;
    const toMs = Math.min(closedMs, floorToMinute(reachedMs));
    if (toMs <= following.closedToMs) return undefined;
    return this.compareUpTo(following, toMs, records);
  }

  /** Of partitions of which something is counted. */
  private async readStates(
    partitions: readonly number[],
  ): Promise<{ place: ShardPlace; shard: StoredShard }[]> {
    const { redis, topic } = this.options;
    const found: { place: ShardPlace; shard: StoredShard }[] = [];
    for (const partition of partitions.toSorted((a, b) => a - b)) {
      const place = { topic, partition, generation: await readGeneration(redis, topic, partition) };
      const shard = await readStoredShard(redis, place, ['sites', 'unprocessable']);
      if (shard.state.has('next')) found.push({ place, shard });
    }
    return found;
  }

  private async follow(
    stored: readonly { place: ShardPlace; shard: StoredShard }[],
    bounds: ReadonlyMap<number, Bounds>,
    fromMs: number,
  ): Promise<Following> {
    const { topic, sites } = this.options;
    const offsets = await this.reader.offsetsAt(readFromMs({ fromMs }) ?? 0);
    const shards = stored.map(({ place, shard }): Followed => {
      const { partition } = place;
      const [start, low] = [numberIn(shard.state, 'start'), bounds.get(partition)?.low ?? 0];
      const from = Math.max(start, low, offsets.get(partition) ?? 0);
      const unprocessable = unprocessableIn(shard);
      const recount = new ShardRecount({
        partition,
        from,
        next: Number.POSITIVE_INFINITY,
        allTimeFrom: from,
        finalLogTimeMs: Number.NEGATIVE_INFINITY,
        sites,
        knownSites: from > start ? membersOf(shard, 'sites') : new Set(),
        unprocessable,
        partitionOf: placement(topic, bounds.size),
        holdsSite: () => true,
        holdsBucket: (rule, startMs) =>
          rule.lengthMs === minuteMs && startMs >= (this.following?.closedToMs ?? fromMs),
        isBucketsOnly: true,
        isSealed: () => false,
        nonce: randomBytes(16).toString('hex'),
      });
      return {
        place,
        start,
        low,
        recount,
        unprocessable,
        readTo: from,
        logTimeMs: readFromMs({ fromMs }) ?? 0,
      };
    });
    return { partitionCount: bounds.size, shards, closedToMs: fromMs };
  }

  /** Recounts what has been committed since, as far as time allows. Answers how many records that were. */
  private async readOn(
    following: Following,
    stored: readonly { shard: StoredShard }[],
    untilMs: number,
  ): Promise<number> {
    const { pause, recordsMax } = this.options;
    let records = 0;
    for (const followed of following.shards) {
      const shard = stored.find((one) => one.shard.partition === followed.place.partition)?.shard;
      if (shard === undefined || Date.now() >= untilMs) break;
      for (const offset of unprocessableIn(shard)) followed.unprocessable.add(offset);
      const next = numberIn(shard.state, 'next');
      const onRecords = async (chunk: Parameters<ShardRecount['add']>[0]): Promise<boolean> => {
        const startedMs = performance.now();
        followed.recount.add(chunk);
        records += chunk.length;
        await pause?.(performance.now() - startedMs);
        return Date.now() < untilMs;
      };
      const { partition } = followed.place;
      followed.readTo = await this.reader.read(partition, followed.readTo, next, onRecords, recordsMax);
      const isUpToDate = followed.readTo >= next;
      followed.logTimeMs = isUpToDate ? numberIn(shard.state, 'logTime') : followed.recount.logTimeMs;
    }
    return records;
  }

  private async compareUpTo(following: Following, toMs: number, records: number): Promise<RollingReport> {
    const { redis, topic } = this.options;
    const scratch = new Scratch(redis, topic);
    const span = { fromMs: following.closedToMs, toMs };
    const comparisons: Comparison[] = [];
    const times: ShardTimes[] = [];
    for (const { place, low, recount } of following.shards) {
      const stored = await readStoredShard(redis, place, await this.minuteKeys(place, recount, span));
      const range = auditedRange(recount, stored, span, low, undefined);
      const comparison = new Comparison(place.partition);
      // Few buckets are read here: none of them can tell which partition counts are usual.
      const pair: ShardPair = {
        recount,
        stored,
        range,
        filter: span,
        partitionCount: following.partitionCount,
        partsSeen: undefined,
      };
      await compareBuckets(comparison, scratch, pair);
      compareSeconds(comparison, pair);
      comparisons.push(comparison);
      times.push({ ...shardTimes(recount, range, span), firstMs: span.fromMs, toMs });
      recount.forgetBefore(toMs);
      await this.options.pause?.(0);
    }
    following.closedToMs = toMs;
    const compared = comparedTimes(times);
    return { records, fromMs: Math.min(compared?.fromMs ?? span.fromMs, toMs), toMs, comparisons };
  }

  private async minuteKeys(
    place: ShardPlace,
    recount: ShardRecount,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly string[]> {
    const known = membersOf(await readStoredShard(this.options.redis, place, ['sites']), 'sites');
    const names: string[] = [];
    for (const siteId of new Set([...known, ...recount.sites.keys()])) {
      for (let startMs = fromMs; startMs < toMs; startMs += minuteMs) {
        const counts = bucketName('m', siteId, startMs);
        names.push(
          counts,
          `${counts}:d`,
          `${counts}:x`,
          `${counts}:v`,
          `${counts}:h`,
          bucketName('s', siteId, startMs),
        );
      }
    }
    return names;
  }
}

/** Goes on where somebody has stopped, or some minutes before what has been closed last. */
function firstMinute(closedMs: number, resumeMs: number | undefined): number {
  const earliestMs = closedMs - lookBackMs;
  const resumeAtMs = resumeMs === undefined ? Number.POSITIVE_INFINITY : floorToMinute(resumeMs);
  return resumeAtMs < closedMs && resumeAtMs > earliestMs ? resumeAtMs : earliestMs;
}

/**
 * Where there is more to catch up with than a fresh start would have to read, the minutes in between are left out. By a good
 * deal: a recount that is given up for each minute of delay would never come to its end.
 */
function isOutrun({ shards }: Following, firstMs: number): boolean {
  const reachedMs = Math.min(...shards.map(({ logTimeMs }) => logTimeMs));
  return reachedMs + lookBackMs < (readFromMs({ fromMs: firstMs }) ?? 0);
}

/** Another generation, a shard counted anew, a shard or a partition more: what was recounted is of something else. */
function isWorthwhile(
  following: Following,
  stored: readonly { place: ShardPlace; shard: StoredShard }[],
  partitionCount: number,
  firstMs: number,
): boolean {
  if (following.partitionCount !== partitionCount || following.shards.length !== stored.length) return false;
  if (isOutrun(following, firstMs)) return false;
  return following.shards.every(({ place, start, readTo }, i) => {
    const now = stored[i];
    if (now === undefined || now.place.partition !== place.partition) return false;
    const isSame = now.place.generation === place.generation && numberIn(now.shard.state, 'start') === start;
    return isSame && numberIn(now.shard.state, 'next') >= readTo;
  });
}
