/**
 * A roll-up is the set of increments that a contiguous run of offsets means. Counts and progress travel in it together,
 * because they must change in one instant: whoever stores the counts of a run without moving `next` past it, or the
 * other way round, has counted twice or not at all after the next crash. It holds increments and never totals, so it can
 * be folded without knowing what is stored; all that folding must know of the shard is its log time and which
 * messageIds it has seen.
 */
import type { Dimension } from './dimensions';
import type { EdgeReason } from './edge-reason';
import type { Grain } from './grains';
import type { RejectionReason } from './rejection';

/** Increments of the scalar counts of a bucket. `late` and `skewed` are included in `views`, `events` and `engagements`; bots are not. */
export interface Counts {
  views: number;
  events: number;
  bots: number;
  late: number;
  skewed: number;
  /** Engagement events. */
  engagements: number;
  /** Milliseconds of engagement. */
  engagedMs: number;
  /** Percentage points of scrolled depth, over all page views. */
  scrolled: number;
}

export interface Bucket {
  readonly grain: Grain;
  readonly startMs: number;
  readonly counts: Counts;
  readonly dimensions: Map<Dimension, Map<string, number>>;
  /** Places in the site's `visitors`, each once. */
  readonly visitors: readonly number[];
  /** A record here is not in the partition of its visitor's key: shards' visitors must be united, not added. */
  unite: boolean;
}

export interface FeedItem {
  /** Event time. */
  readonly atMs: number;
  readonly offset: number;
  readonly type: 'page' | 'track';
  readonly path: string | undefined;
  readonly event: string | undefined;
  readonly referrerHost: string | undefined;
  readonly browser: string | undefined;
  readonly device: string | undefined;
  readonly country: string | undefined;
}

export interface SeenVisitor {
  readonly anonymousId: string;
  /** Event time, milliseconds. */
  lastSeenMs: number;
}

export interface SiteRollUp {
  /** All of the run, each once. */
  readonly visitors: readonly SeenVisitor[];
  /** Key: grain code and bucket start, `m1767225600000`. */
  readonly buckets: Map<string, Bucket>;
  /** Minute start -> second of the minute (0 to 59) -> views. */
  readonly seconds: Map<number, Map<number, number>>;
  readonly allTime: {
    readonly counts: Counts;
    readonly pages: Map<string, number>;
    unite: boolean;
  };
  /** The newest by (atMs, offset), newest first, at most `feedMax`. */
  readonly feed: FeedItem[];
}

/** Increments of the ledger. counted + bots + heartbeats + summaries + duplicates + rejected = records of the run. */
export interface LedgerIncrements {
  counted: number;
  bots: number;
  heartbeats: number;
  /** Records that the edge summed up in what it did not let through. */
  summaries: number;
  duplicates: number;
  late: number;
  skewed: number;
  readonly rejected: Map<RejectionReason, number>;
  /** What the edge did not let through: of no record of the run. */
  readonly edge: Map<EdgeReason, number>;
}

export interface Mark {
  readonly siteId: string;
  readonly messageId: string;
  /** Place of its record in the run. */
  readonly at: number;
  /** Slice of log time in which it was first seen: floor(logTime / markSliceMs). */
  readonly slice: number;
}

export interface RollUp {
  readonly firstOffset: number;
  /** One past the last offset of the run. */
  readonly nextOffset: number;
  /** Partition count that `unite` was judged by. */
  readonly partitionCount: number;
  /** Log time of the run's first record. */
  readonly firstTimestampMs: number;
  /** The shard's log time after the run: the largest record timestamp committed. */
  readonly logTimeMs: number;
  /** Largest event time counted in the run; undefined where it counted none. */
  readonly newestEventAtMs: number | undefined;
  /** Log time of the newest heartbeat of the run; undefined where it held none. */
  readonly heartbeatAtMs: number | undefined;
  readonly ledger: LedgerIncrements;
  readonly sites: Map<string, SiteRollUp>;
  /** In the order of the log, and so of their slices. */
  readonly marks: Mark[];
  /** Newest last, at most `rejectsMax`. */
  readonly rejections: {
    readonly offset: number;
    readonly reason: RejectionReason;
    readonly field: string | undefined;
  }[];
  /** `receivedAt` of each counted event: the adapter makes the ingest-to-commit histogram of it, since folding reads no clock. */
  readonly receivedAtMs: number[];
}
