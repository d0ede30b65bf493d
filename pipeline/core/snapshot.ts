/** What the API answers: the one type that the page, the dashboard handler and the readers share. docs/openapi.yaml is the contract. */
import type { EdgeReason } from './edge-reason';
import type { RejectionReason } from './rejection';

export type SnapshotWindow = '5m' | '30m' | '24h' | '7d' | '30d';
export const SNAPSHOT_WINDOWS: readonly SnapshotWindow[] = ['5m', '30m', '24h', '7d', '30d'];

/** `exact: false`: from a HyperLogLog, standard error 0.81 %. */
export interface VisitorCount {
  readonly count: number;
  readonly exact: boolean;
}

/** A value and how often it was counted. `other: true` marks the row "(other)": the values that gave way, together. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
  readonly other?: true;
}

/** `live`: lag up to 4 s. `delayed`: above. `stale`: above 30 s. `empty`: nothing was ever committed. */
export type Freshness = 'live' | 'delayed' | 'stale' | 'empty';

export interface SeriesPoint {
  /** Start of the bucket, ISO-8601 UTC. */
  readonly at: string;
  /** End of the bucket, exclusive; of the one that is still filling, the end that it will have. ISO-8601 UTC. */
  readonly until: string;
  readonly views: number;
  readonly events: number;
  readonly bots: number;
  readonly visitors: VisitorCount;
}

export interface FeedEntry {
  readonly at: string;
  readonly type: 'page' | 'track';
  readonly path?: string;
  readonly event?: string;
  readonly referrer?: string;
  readonly browser?: string;
  readonly device?: string;
  readonly country?: string;
}

/** Of the whole pipeline, all sites. consumed = counted + bots + heartbeats + summaries + duplicates + the sum of rejected. */
export interface Ledger {
  readonly consumed: number;
  readonly counted: number;
  readonly bots: number;
  readonly heartbeats: number;
  /** Records by which the edge told what it did not let through (`edge`). */
  readonly summaries: number;
  readonly duplicates: number;
  /** Every reason of the closed list, zeros included. */
  readonly rejected: Readonly<Record<RejectionReason, number>>;
  /** Counted, but too old for their minute. Part of `counted`. */
  readonly late: number;
  /** Counted at the time received, since dated in the future. Part of `counted`. */
  readonly skewed: number;
  /** Offsets that hold no record. */
  readonly empty: number;
  /** Offsets whose records the log no longer held when they were to be counted. */
  readonly lost: number;
  /** Records that wait for repair, all partitions. 0 is normal. */
  readonly behind: number;
  /** What the edge did not let through, so that it is no record of the log. Every reason of the closed list, zeros included. */
  readonly edge: Readonly<Record<EdgeReason, number>>;
}

/** Records that are counted, of those that are to be. By offsets, so a few may hold no record. */
export interface Progress {
  readonly counted: number;
  readonly total: number;
  /** Whole, at most 99: what is done is no longer listed. */
  readonly percent: number;
}

/** A partition that does not go on by itself. */
export interface StoppedPartition {
  readonly partition: number;
  readonly state: 'behind' | 'torn' | 'wrong_log';
  /** First offset that is not counted yet. */
  readonly next: number;
  /** First offset that waits (state `behind`): offsets from `next` up to it are missing. */
  readonly waitingFrom?: number;
  /** Repair is at work on what is missing (state `behind`). */
  readonly repair?: Progress;
}

/**
 * A partition that is counted into a generation beside the one that is shown.
 *
 * - `past`      it was too far behind, and is shown only since it went on live; what lies before is being counted.
 * - `torn`, `wrong_log`  what is shown cannot be gone on with (`stopped`); it is counted anew.
 * - `asked`     `npm run rebuild` has begun it. What is shown is whole, and goes on.
 * - `switch`    it is counted, but for the last records, and will be shown then.
 */
export interface RebuildingPartition extends Progress {
  readonly partition: number;
  readonly cause: 'past' | 'torn' | 'wrong_log' | 'asked' | 'switch';
  /** Somebody was at work on the topic within the last seconds. Repair comes again by itself, `npm run rebuild` does not. */
  readonly isAtWork: boolean;
}

export interface Top {
  readonly pages: readonly ValueCount[];
  readonly referrers: readonly ValueCount[];
  /** Kinds of places that visitors came from: `search`, `social` and so on. */
  readonly channels: readonly ValueCount[];
  readonly sources: readonly ValueCount[];
  readonly campaigns: readonly ValueCount[];
  readonly events: readonly ValueCount[];
  readonly browsers: readonly ValueCount[];
  readonly devices: readonly ValueCount[];
  readonly systems: readonly ValueCount[];
  readonly countries: readonly ValueCount[];
  /** Clicks on links to other sites, and downloads, by their url. */
  readonly outbound: readonly ValueCount[];
  readonly downloads: readonly ValueCount[];
}

/** Engagement of the page views of a bucket or a window, as sums: means are over `views`. */
export interface EngagementSums {
  /** Engagement events: each adds to the sums. */
  readonly engagements: number;
  /** Milliseconds in which pages were looked at. */
  readonly engagedMs: number;
  /** Percentage points of depth that were scrolled. */
  readonly scrolled: number;
}

/** What was counted beside bots. */
export interface SiteCounts extends EngagementSums {
  readonly views: number;
  readonly events: number;
  readonly bots: number;
}

/** One page. `views`: null where the page gave way to "(other)" among the pages. */
export interface EngagedPage {
  readonly value: string;
  readonly views: number | null;
  readonly engagedMs: number;
  readonly scrolled: number;
}

/** Sum of the amounts of one currency. */
export interface RevenueSum {
  /** ISO 4217. */
  readonly currency: string;
  /** Decimal text, two or three decimals. */
  readonly amount: string;
  /** Events with revenue. */
  readonly count: number;
}

export interface PropCounts {
  readonly key: string;
  /** Events that have the key. */
  readonly count: number;
  /** The most frequent, then "(other)" where there is more. */
  readonly values: readonly ValueCount[];
}

/** Props of the custom events of one name, or of page views. */
export interface EventProps {
  /** Null: of page views. */
  readonly event: string | null;
  readonly keys: readonly PropCounts[];
}

/** What audits have found (docs/audit.md): one of everything, and runs over closed minutes that went on from there. */
export interface AuditMark {
  /** When the newest ended, ISO-8601 UTC. */
  readonly at: string;
  /** Between which every minute was compared in every shard, ISO-8601 UTC. */
  readonly from: string;
  readonly to: string;
  /** Records of the log that were counted again. */
  readonly records: number;
  /** Numbers that were compared. */
  readonly cells: number;
  /** Those of them that differed. */
  readonly differences: number;
}

export interface DashboardSnapshot {
  readonly site: string;
  readonly sites: readonly string[];
  readonly window: SnapshotWindow;
  /** When the answer was made, ISO-8601 UTC. */
  readonly asOf: string;
  /** Event time of the newest counted event; null before the first. */
  readonly newestEventAt: string | null;
  readonly freshness: Freshness;
  /** Milliseconds that the numbers are behind the log, worst partition; null while empty. */
  readonly lag: number | null;
  /** `heartbeat`: measured by the producer's heartbeats. `record`: no heartbeat yet, age of the newest committed record. */
  readonly lagFrom: 'heartbeat' | 'record' | null;
  readonly visitors: { readonly last5m: VisitorCount; readonly last30m: VisitorCount };
  /** Mean over the ten seconds that ended two seconds ago. */
  readonly viewsPerSecond: number;
  /** Of the chosen window. */
  readonly inWindow: SiteCounts & { readonly visitors: VisitorCount };
  /** Of all time. `pages`: the 100 most viewed, then "(other)" where there is more. */
  readonly totals: SiteCounts & {
    readonly visitors: VisitorCount;
    readonly pages: readonly ValueCount[];
  };
  /** Of the chosen window: the ten largest of each dimension, then "(other)" where there is more. */
  readonly top: Top;
  /** Of the chosen window: the ten pages with most engaged time. */
  readonly engagedPages: readonly EngagedPage[];
  /** Of the chosen window, every currency, the most events first. */
  readonly revenue: readonly RevenueSum[];
  /** Of the chosen window: up to ten events with the most props, six keys of each, five values of each. */
  readonly props: readonly EventProps[];
  /**
   * Of the chosen window, oldest first, gaps filled with zeros: minutes for 5m and 30m, hours for 24h and 7d, days for 30d.
   * Days begin where they do in the zone that was asked for; all else is cut by UTC. Their sum is `inWindow`.
   */
  readonly series: readonly SeriesPoint[];
  /** Newest first, at most 50. */
  readonly feed: readonly FeedEntry[];
  readonly ledger: Ledger;
  /** Partitions that wait for repair or rebuild; normally none. */
  readonly stopped: readonly StoppedPartition[];
  /** Partitions that are counted anew, or whose past is being counted; normally none. */
  readonly rebuilding: readonly RebuildingPartition[];
  /** Log time since when all partitions' counts are whole, ISO-8601 UTC; null while empty, or while a partition has no counts at all. */
  readonly countingSince: string | null;
  /** Log time since when some partitions have counted, where that is earlier: numbers from between lack the others' share. Else null. */
  readonly partlySince: string | null;
  /** Null before the first audit. At most a few seconds older than the rest. */
  readonly audit: AuditMark | null;
}

/** How far the window lies back that the present one is compared with: 1, 7 or 28 days by the clock, so that weekdays align. */
export type ComparisonSpan = 'day' | 'week' | 'month';
export const COMPARISON_SPANS: readonly ComparisonSpan[] = ['day', 'week', 'month'];

/** Counts of several complete buckets together. */
export interface ComparedCounts extends SiteCounts {
  /** Unique over all of these buckets; null where they are not kept so long (minutes: two hours). */
  readonly visitors: VisitorCount | null;
}

/** Answer of /api/v1/comparison. */
export interface Comparison {
  readonly site: string;
  readonly window: SnapshotWindow;
  readonly against: ComparisonSpan;
  /** The complete buckets of the present window, [from, to), ISO-8601 UTC: the one that is still filling is left out on both sides. */
  readonly from: string;
  readonly to: string;
  readonly now: ComparedCounts;
  /** Null where `missing` says why. */
  readonly earlier: ComparedCounts | null;
  /** `not_kept`: the store has deleted buckets of the earlier window. `before_counting`: it began before counting did. */
  readonly missing: null | 'before_counting' | 'not_kept';
  /**
   * Buckets of the earlier window, one for each of the present one, that still filling included; oldest first. Empty where
   * `missing`. For 30d these are days of UTC in every zone, since hours are not kept so long: each stands for the day of the
   * zone that most of it lies in, and a part of a day may have none and is zeros.
   */
  readonly series: readonly SeriesPoint[];
}

/** Answer of /api/v1/health. */
export interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly freshness: Freshness;
  readonly lag: number | null;
  /** As in the snapshot: partitions that wait for repair or rebuild. */
  readonly stopped: readonly StoppedPartition[];
  /** As in the snapshot: partitions that are counted anew, or whose past is being counted. */
  readonly rebuilding: readonly RebuildingPartition[];
  readonly asOf: string;
}

/** Every 4xx and 5xx: `error` is a closed code, `message` says what, the value, and what is allowed. */
export interface ApiError {
  readonly error:
    | 'bad_request'
    | 'unauthorized'
    | 'not_found'
    | 'method_not_allowed'
    | 'unavailable'
    | 'internal';
  readonly message: string;
}
