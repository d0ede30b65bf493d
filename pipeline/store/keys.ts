/**
 * Every Redis key. One shard per partition; all keys of a shard share the hash tag `{topic.generation:partition}`, so that
 * they lie in one cluster slot and one script can change them together. No key of a shard has a TTL: a policy that evicts
 * would take the least-read history first, silently. The due index lists what is to be sealed or deleted, by log time.
 *
 * | key after the tag            | type   | content                                                     | lives                    |
 * |------------------------------|--------|-------------------------------------------------------------|--------------------------|
 * | :state                       | hash   | schema, start, next, logTime, the ledger, torn (STATE)      | for ever                 |
 * | :behind                      | hash   | a batch waits above `next`, repair is at work (BEHIND)      | for ever                 |
 * | :sites                       | set    | names of sites with counts                                  | for ever                 |
 * | :due                         | zset   | bucket, mark slice, last seen -> log time of its next step  | for ever                 |
 * | :rejects                     | list   | newest 100 `offset|reason|field`, newest first              | for ever                 |
 * | :unprocessable               | set    | offsets of records that cannot be counted, at most 1,000    | for ever                 |
 * | :latency                     | hash   | ingest-to-commit histogram: upper bound in ms -> events     | for ever                 |
 * | :marks:<slice>               | set    | 16-byte digests of (siteId, messageId)                      | duplicate window         |
 * | :all:<site>                  | hash   | all-time counts (COUNT)                                     | for ever                 |
 * | :all:<site>:v  :h            | set, HLL | all-time visitors: exact while few; HyperLogLog           | for ever                 |
 * | :pages:<site>                | hash   | all-time views by path (FIELD), at most 10,000              | for ever                 |
 * | :live:<site>                 | zset   | visitor -> event time last seen, ms                         | 35 min                   |
 * | :feed:<site>                 | zset   | newest 50 events as JSON, by event time                     | for ever                 |
 * | :s:<site>:<start>            | hash   | second of that minute -> views                              | 15 min                   |
 * | :<m,h,d>:<site>:<start>      | hash   | counts of a bucket (COUNT)                                  | 48 h, 35 d, 400 d        |
 * | :<m,h,d>:<site>:<start>:d    | hash   | dimensions of a bucket (FIELD)                              | 2 h, 3 d, 400 d          |
 * | :<m,h,d>:<site>:<start>:x    | hash   | props, links, revenue, engagement of a bucket (FIELD)       | 2 h, 3 d, 400 d          |
 * | :<m,h,d>:<site>:<start>:v    | set    | visitors, while few and the bucket is open                  | until closed             |
 * | :<m,h,d>:<site>:<start>:h    | HLL    | visitors                                                    | 2 h, 35 d, 400 d         |
 *
 * `<start>` is the bucket's start in whole seconds since 1970 UTC. Outside the shards:
 * `{topic}:topology` (hash): which generation of each partition is counted and read, `partitions` seen (TOPOLOGY).
 * `{topic}:rebuild` (string, 15 s): who rebuilds the topic now.
 * `{topic}:audit` (hash): what the newest audit found (AUDIT), for the page; counts do not depend on it.
 * `{topic}:audit-base:<generation>:<partition>` (hash): numbers of all time as they stood at an offset (docs/audit.md).
 */
export interface ShardId {
  readonly topic: string;
  readonly generation: number;
  readonly partition: number;
}

/**
 * Raised when code of the release before could no longer count on in a shard: it refuses one of a version that it does not know.
 * 2: the ledger has `summaries` among its terms.
 */
export const SCHEMA_VERSION = 2;
/** All that a shard of these holds means the same today: it is read, and the next commit makes it one of `SCHEMA_VERSION`. */
export const SCHEMA_VERSIONS_READ: readonly number[] = [1, SCHEMA_VERSION];

export function isReadableSchema(schema: string): boolean {
  return SCHEMA_VERSIONS_READ.includes(Number(schema));
}

/** Fields of `:state`. Rejections are `rejected:<reason>`, what the edge did not let through `edge:<reason>`. Times in ms. */
export const STATE = {
  schema: 'schema',
  start: 'start',
  next: 'next',
  logTime: 'logTime',
  startedAt: 'startedAt',
  heartbeatAt: 'heartbeatAt',
  newestEventAt: 'newestEventAt',
  counted: 'counted',
  bots: 'bots',
  heartbeats: 'heartbeats',
  summaries: 'summaries',
  duplicates: 'duplicates',
  late: 'late',
  skewed: 'skewed',
  empty: 'empty',
  lost: 'lost',
  torn: 'torn',
  /** The newest record that was committed: its offset, its timestamp, and a digest of its value. They tell one log from another. */
  lastOffset: 'lastOffset',
  lastTimestamp: 'lastTimestamp',
  lastDigest: 'lastDigest',
  /**
   * The same of a record that repair has found in the log, or of the first commit before it has looked. Commits leave it alone: those of
   * a topic that was made anew and has outgrown `next` would put their own records in the place of the newest.
   */
  checkedOffset: 'checkedOffset',
  checkedTimestamp: 'checkedTimestamp',
  checkedDigest: 'checkedDigest',
  /** Why the log is not the one that was counted: the shard takes no commits. */
  wrongLog: 'wrongLog',
  /** Generation that the partition was moved to: the shard takes no commits but those that fill its past. */
  moved: 'moved',
  /** Cells of buckets that start before it were carried over from another generation; ms. */
  carriedUntil: 'carriedUntil',
  rejectedPrefix: 'rejected:',
  edgePrefix: 'edge:',
} as const;

/** Fields of `:behind`. Counts do not depend on them. */
export const BEHIND = {
  /** First offset of the newest batch that waited, and when. */
  first: 'first',
  atMs: 'atMs',
  /** Up to when, by the wall clock in ms, repair says that it is at work; and from which offset up to which. */
  repairUntil: 'repairUntil',
  repairFrom: 'repairFrom',
  repairTo: 'repairTo',
} as const;

/** Fields of `{topic}:topology`. */
export const TOPOLOGY = {
  /** Partitions seen. */
  partitions: 'partitions',
  /** Generation of all partitions that have none of their own; 1 where it is not there. */
  generation: 'generation',
  generationOf: (partition: number): string => `generation:${partition}`,
  /** Generation that a rebuild, or what catches up with the past, is filling. */
  buildingOf: (partition: number): string => `building:${partition}`,
  /** Offset that it is filled up to, where the counted generation cannot tell, being of another log or none. For the page alone. */
  targetOf: (partition: number): string => `target:${partition}`,
  /** Generation that a switch has begun to go to: whoever goes on after a kill switches all of these in one step. */
  switchingOf: (partition: number): string => `switching:${partition}`,
} as const;

/** Fields of `{topic}:audit`. Times in ms. */
export const AUDIT = {
  at: 'at',
  from: 'from',
  to: 'to',
  records: 'records',
  cells: 'cells',
  differences: 'differences',
} as const;

/** Fields of count hashes. `visitors`, `visitorsExact` appear when the bucket is sealed; `promoted` when its set gave way. */
export const COUNT = {
  views: 'views',
  events: 'events',
  bots: 'bots',
  late: 'late',
  skewed: 'skewed',
  engagements: 'engagements',
  engagedMs: 'engagedMs',
  scrolled: 'scrolled',
  /** 1: some visitor here is in a foreign partition. */
  unite: 'unite',
  /** Partition count by which visitors were placed. */
  parts: 'parts',
  /** 1: more than `exactVisitorsMax`, the set is gone. */
  promoted: 'promoted',
  visitors: 'visitors',
  visitorsExact: 'visitorsExact',
} as const;

/**
 * Fields of dimension hashes: `<code>=<value>` counts or sums, `<code>*` is what gave way, `<code>#` how many values are held.
 * A visitor's value always stands behind `=`, so that no value can be taken for one of the other two.
 */
export const FIELD = {
  value: (code: string, value: string): string => `${code}=${value}`,
  other: (code: string): string => `${code}*`,
  held: (code: string): string => `${code}#`,
};

export function shardTag(shard: ShardId): string {
  return `{${shard.topic}.${shard.generation}:${shard.partition}}`;
}

export function topologyKey(topic: string): string {
  return `{${topic}}:topology`;
}

export function rebuildLeaseKey(topic: string): string {
  return `{${topic}}:rebuild`;
}

export function auditBaseKey({ topic, generation, partition }: ShardId): string {
  return `{${topic}}:audit-base:${generation}:${partition}`;
}

export function auditKey(topic: string): string {
  return `{${topic}}:audit`;
}

export function stateKey(tag: string): string {
  return `${tag}:state`;
}
export function behindKey(tag: string): string {
  return `${tag}:behind`;
}
export function sitesKey(tag: string): string {
  return `${tag}:sites`;
}
export function dueKey(tag: string): string {
  return `${tag}:due`;
}
export function rejectsKey(tag: string): string {
  return `${tag}:rejects`;
}
export function unprocessableKey(tag: string): string {
  return `${tag}:unprocessable`;
}
export function latencyKey(tag: string): string {
  return `${tag}:latency`;
}
export function marksKey(tag: string, slice: number): string {
  return `${tag}:marks:${slice}`;
}
export function allTimeKey(tag: string, site: string): string {
  return `${tag}:all:${site}`;
}
export function pagesKey(tag: string, site: string): string {
  return `${tag}:pages:${site}`;
}
export function liveKey(tag: string, site: string): string {
  return `${tag}:live:${site}`;
}
export function feedKey(tag: string, site: string): string {
  return `${tag}:feed:${site}`;
}
/** `code`: a grain's code, or `s` for seconds. */
export function bucketKey(tag: string, code: string, site: string, startMs: number): string {
  return `${tag}:${code}:${site}:${startMs / 1000}`;
}
export function dimensionsKey(countsKey: string): string {
  return `${countsKey}:d`;
}
/** Apart from the other dimensions: a hash is compact up to 512 fields (memory-formula.ts), and most sites have few of these. */
export function extrasKey(countsKey: string): string {
  return `${countsKey}:x`;
}
export function visitorSetKey(countsKey: string): string {
  return `${countsKey}:v`;
}
export function visitorHllKey(countsKey: string): string {
  return `${countsKey}:h`;
}
